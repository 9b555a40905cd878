import { readCommandLine, type TypedCommand, writeCommandLine } from "../../core/command-line.ts";
import type { CommandLine } from "../../core/form.ts";

/** Discord's limit for what a button or a form brings back. */
const ID_LENGTH = 100;
/** Never in a command line: it is percent-encoded there. */
const BEFORE_KEY = "|";

/** The command that a button runs, and the key of the message it is on, where there is room for it. */
export function buttonId(command: CommandLine, key: string | undefined): string {
  const line = formId(command);
  const withKey = key === undefined ? line : `${line}${BEFORE_KEY}${key}`;
  return withKey.length <= ID_LENGTH ? withKey : line;
}

export function formId(command: CommandLine): string {
  const line = writeCommandLine(command);
  if (line.length > ID_LENGTH)
    throw new Error(`command line of ${line.length} characters for /${command.name}`);
  return line;
}

/** Undefined for an id that no version of ours that we know has written. */
export function commandOf(id: string): TypedCommand | undefined {
  const end = id.lastIndexOf(BEFORE_KEY);
  return readCommandLine(end === -1 ? id : id.slice(0, end));
}

export const hasKey = (id: string, key: string): boolean => id.endsWith(BEFORE_KEY + key);
