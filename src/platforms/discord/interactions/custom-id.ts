import type { CommandLine } from "../../../core/domain/form.ts";
import { withoutPrefix } from "../../../core/text/affixes.ts";
import { commandId, partsOf } from "../../shared/messages/button-id.ts";

/** Discord's limit for what a button or a form brings back. */
const ID_LENGTH = 100;
/** Begins the direct messages that a button belongs to; never a key. */
const DIRECT = "@";

/**
 * The command that a button runs, and the key of the message it is on, where there is room for it. `direct` are the direct
 * messages that it belongs to, where it stands elsewhere.
 */
export function buttonId(command: CommandLine, key: string | undefined, direct?: string): string {
  formId(command);
  const whose = direct === undefined ? [] : [DIRECT + direct];
  const id = (...parts: readonly string[]) => commandId(command, Number.POSITIVE_INFINITY, ...parts);
  const withKey = key === undefined ? id(...whose) : id(...whose, key);
  return withKey.length <= ID_LENGTH ? withKey : id(...whose);
}

export const formId = (command: CommandLine): string => commandId(command, ID_LENGTH);

export function directOf(id: string): string | undefined {
  const part = partsOf(id).find((each) => each.startsWith(DIRECT));
  return part === undefined ? undefined : withoutPrefix(part, DIRECT);
}

export const hasKey = (id: string, key: string): boolean => partsOf(id).at(-1) === key;
