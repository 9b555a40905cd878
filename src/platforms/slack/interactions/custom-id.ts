import type { CommandLine } from "../../../core/domain/form.ts";
import { commandId } from "../../shared/messages/button-id.ts";

/** Slack's limit for the `action_id` of a button. */
const ID_LENGTH = 255;

/** The command that a button runs. The number of the button keeps two with one command apart. */
export const buttonId = (command: CommandLine, index: number): string =>
  commandId(command, ID_LENGTH, String(index));
