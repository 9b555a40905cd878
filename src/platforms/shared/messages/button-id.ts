import {
  formatCommandLine,
  parseCommandLine,
  type TypedCommand,
} from "../../../core/commands/command-line.ts";
import type { CommandLine } from "../../../core/domain/form.ts";

/** Parts what a button's id holds. Never in a command line: it is percent-encoded there. */
const PART = "|";

/** The command that a button or a form runs, as an id that the platform brings back; it must fit with all that follows it. */
export function commandId(command: CommandLine, limit: number, ...parts: readonly string[]): string {
  const id = [formatCommandLine(command), ...parts].join(PART);
  if (id.length > limit) throw new Error(`command line of ${id.length} characters for /${command.name}`);
  return id;
}

/** What stands behind the command. */
export function partsOf(id: string): readonly string[] {
  const [, ...parts] = id.split(PART);
  return parts;
}

/** Undefined for an id that no version of ours that we know has written. */
export function commandOf(id: string): TypedCommand | undefined {
  const [line = ""] = id.split(PART);
  return parseCommandLine(line);
}
