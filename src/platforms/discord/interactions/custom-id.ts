import {
  formatCommandLine,
  parseCommandLine,
  type TypedCommand,
} from "../../../core/commands/command-line.ts";
import type { CommandLine } from "../../../core/domain/form.ts";
import { withoutPrefix } from "../../../core/text/affixes.ts";

/** Discord's limit for what a button or a form brings back. */
const ID_LENGTH = 100;
/** Never in a command line: it is percent-encoded there. */
const BEFORE_KEY = "|";
/** Begins the direct messages that a button belongs to; never a key. */
const DIRECT = "@";

/**
 * The command that a button runs, and the key of the message it is on, where there is room for it. `direct` are the direct
 * messages that it belongs to, where it stands elsewhere.
 */
export function buttonId(command: CommandLine, key: string | undefined, direct?: string): string {
  const line = formId(command) + (direct === undefined ? "" : `${BEFORE_KEY}${DIRECT}${direct}`);
  const withKey = key === undefined ? line : `${line}${BEFORE_KEY}${key}`;
  return withKey.length <= ID_LENGTH ? withKey : line;
}

export function formId(command: CommandLine): string {
  const line = formatCommandLine(command);
  if (line.length > ID_LENGTH)
    throw new Error(`command line of ${line.length} characters for /${command.name}`);
  return line;
}

/** Undefined for an id that no version of ours that we know has written. */
export function commandOf(id: string): TypedCommand | undefined {
  const [line = ""] = id.split(BEFORE_KEY);
  return parseCommandLine(line);
}

export function directOf(id: string): string | undefined {
  const part = id.split(BEFORE_KEY).find((each) => each.startsWith(DIRECT));
  return part === undefined ? undefined : withoutPrefix(part, DIRECT);
}

export const hasKey = (id: string, key: string): boolean => id.endsWith(BEFORE_KEY + key);
