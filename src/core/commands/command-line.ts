import type { CommandLine } from "../domain/form.ts";

/** A command as it was given, by a button or as text: its options are text still. */
export interface TypedCommand {
  readonly name: string;
  readonly action: string | undefined;
  readonly options: Readonly<Record<string, string>>;
}

/** A command as one line of text, for the id of a button; `parseCommandLine` reads it back. */
export function formatCommandLine({ name, action, options = {} }: CommandLine): string {
  const pairs = Object.entries(options).map(([option, value]) => `${option}=${encodeURIComponent(value)}`);
  return [name, action ?? "-", ...pairs].join(" ");
}

/** Undefined for anything that `formatCommandLine` did not write. */
export function parseCommandLine(line: string): TypedCommand | undefined {
  const [name, action, ...pairs] = line.split(" ");
  if (!name || !action) return undefined;
  const options: Record<string, string> = {};
  for (const pair of pairs) {
    const { option, value } = /^(?<option>\w+)=(?<value>[^=]*)$/.exec(pair)?.groups ?? {};
    if (option === undefined || value === undefined) return undefined;
    try {
      options[option] = decodeURIComponent(value);
    } catch {
      // Not ours: we write no broken escapes.
      return undefined;
    }
  }
  return { name, action: action === "-" ? undefined : action, options };
}
