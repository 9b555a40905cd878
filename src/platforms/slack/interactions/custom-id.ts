import {
  formatCommandLine,
  parseCommandLine,
  type TypedCommand,
} from "../../../core/commands/command-line.ts";
import type { CommandLine } from "../../../core/domain/form.ts";

/** Slack's limit for the `action_id` of a button. */
const ID_LENGTH = 255;
/** Never in a command line: it is percent-encoded there. */
const BEFORE_PLACE = "|";

/** The command that a button runs. The number of the button keeps two with one command apart. */
export function buttonId(command: CommandLine, index: number): string {
  const id = `${formatCommandLine(command)}${BEFORE_PLACE}${index}`;
  if (id.length > ID_LENGTH) throw new Error(`command line of ${id.length} characters for /${command.name}`);
  return id;
}

/** Undefined for an id that no version of ours that we know has written. */
export function commandOf(id: string): TypedCommand | undefined {
  const [line = ""] = id.split(BEFORE_PLACE);
  return parseCommandLine(line);
}
