import type { Person, Place, SlashCommand } from "../../protocol/protocol.ts";
import { commandsIn, placesOf, type State } from "./state.ts";

/** What can be put in place of the words before the caret. */
export interface Completion {
  readonly label: string;
  readonly items: readonly CompletionItem[];
}

export interface CompletionItem {
  readonly key: string;
  readonly title: string;
  readonly hint: string;
  /** Picking it begins this command … */
  readonly command?: SlashCommand;
  /** … or replaces what was typed, from `from` to the caret. */
  readonly insert?: { readonly from: number; readonly text: string };
}

export interface Known {
  readonly commands: readonly SlashCommand[];
  readonly people: readonly Person[];
  readonly places: readonly Place[];
}

export const fullName = ({ name, subcommand }: SlashCommand) => (subcommand ? `${name} ${subcommand}` : name);

export function completionAt(text: string, caret: number, known: Known): Completion | undefined {
  if (/^\/[^\n]*$/.test(text)) return commandCompletion(text.slice(1), known.commands);
  const found = /(?:^|\s)([@#])([^\s@#]*)$/.exec(text.slice(0, caret));
  if (!found) return undefined;
  const [, sign = "", typed = ""] = found;
  const from = caret - typed.length - 1;
  const all =
    sign === "@"
      ? known.people.map(({ name }) => name)
      : known.places.filter(({ kind }) => kind === "channel").map(({ name }) => name);
  const names = all.filter((name) => name.toLowerCase().startsWith(typed.toLowerCase()));
  // Who has typed a name in full wants to go on, or to send.
  if (names.length === 1 && names[0]?.length === typed.length) return undefined;
  const items = names.map((name) => ({
    key: name,
    title: sign + name,
    hint: "",
    insert: { from, text: `${sign}${name} ` },
  }));
  return items.length > 0 ? { label: sign === "@" ? "People" : "Channels", items } : undefined;
}

function commandCompletion(typed: string, commands: readonly SlashCommand[]): Completion | undefined {
  const wanted = typed.toLowerCase().trim();
  const begins = commands.filter((command) => fullName(command).startsWith(wanted));
  // Whoever types "forget" means "/memory forget".
  const holds = commands.filter((command) => !begins.includes(command) && fullName(command).includes(wanted));
  const items = [...begins, ...holds].map((command) => ({
    key: fullName(command),
    title: `/${fullName(command)}`,
    hint: command.description,
    command,
  }));
  return items.length > 0 ? { label: "Commands", items } : undefined;
}

/** The command that a text has named in full, and what was typed after it. */
export function commandTyped(
  text: string,
  commands: readonly SlashCommand[],
): { readonly command: SlashCommand; readonly rest: string } | undefined {
  const command = commands.find((one) => text.startsWith(`/${fullName(one)} `));
  return command && { command, rest: text.slice(fullName(command).length + 2) };
}

/** Writes mentions as Discord does: `@Rapport` becomes `<@1>`, `#general` becomes `<#2>`. Code is left alone. */
export function withMentions(text: string, known: Pick<Known, "people" | "places">): string {
  const ids = new Map([
    ...known.places
      .filter(({ kind }) => kind === "channel")
      .map(({ name, id }) => [`#${name}`.toLowerCase(), `<#${id}>`] as const),
    ...known.people.map(({ name, id }) => [`@${name}`.toLowerCase(), `<@${id}>`] as const),
  ]);
  const parts = text.split(/(```[\s\S]*?```|`[^`\n]*`)/);
  return parts
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replace(/(?<![\w<])[@#][\w-]+/g, (name) => ids.get(name.toLowerCase()) ?? name),
    )
    .join("");
}

/** The other way round, for a text that is to be changed. */
export function withoutMentions(text: string, known: Pick<Known, "people" | "places">): string {
  const names = new Map<string, string>([
    ...known.places.map(({ name, id }) => [`<#${id}>`, `#${name}`] as const),
    ...known.people.map(({ name, id }) => [`<@${id}>`, `@${name}`] as const),
  ]);
  return text.replace(/<[@#]\d+>/g, (tag) => names.get(tag) ?? tag);
}

export function knownIn(state: State, placeId: string): Known {
  return {
    commands: commandsIn(state, placeId).slash,
    people: [state.overview.bot, ...state.overview.people],
    places: placesOf(state),
  };
}
