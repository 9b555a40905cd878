import type { SlashCommand } from "../../protocol/protocol.ts";

/** Something that can be put into the line: `text` from `from` to the caret. */
export interface Pick {
  readonly key: string;
  readonly title: string;
  readonly hint: string;
  readonly insert: { readonly from: number; readonly text: string };
}

export interface SlashLine {
  readonly command: SlashCommand;
  /** What stands behind the command. */
  readonly text: string;
}

/** The command that a line begins with, typed in full. */
export function slashLineIn(text: string, commands: readonly SlashCommand[]): SlashLine | undefined {
  const line = text.trim();
  const [typed = "", name] = /^\/(\S+)/.exec(line) ?? [];
  const command = commands.find((one) => one.name === name);
  return command && { command, text: line.slice(typed.length).trimStart() };
}

/** The commands that begin like this, with what can stand behind them. */
export function slashItems(text: string, commands: readonly SlashCommand[]): readonly Pick[] {
  if (/\s/.test(text)) return [];
  const typed = text.slice(1).toLowerCase();
  return commands
    .filter(({ name }) => name.startsWith(typed))
    .map(({ name, description, usage }) => ({
      key: name,
      title: `/${name}`,
      hint: usage ? `${description} · ${usage}` : description,
      insert: { from: 0, text: `/${name} ` },
    }));
}
