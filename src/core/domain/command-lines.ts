import type { CommandLine } from "./form.ts";

/**
 * Every command and its actions, by the names that people type. They stand here and nowhere else: `commands/` declares
 * what each of them does, buttons and forms run them with `commandLine`, and sentences name them with `mention`.
 */
export const COMMANDS = {
  chat: [],
  persona: ["list", "use", "info", "create", "edit", "delete", "export"],
  memory: ["show", "search", "remember", "edit", "forget", "export"],
  conversation: ["new", "stop", "retry", "history", "list", "export"],
  admin: ["status", "pause", "resume", "allow", "deny", "everyone", "limits"],
  help: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type CommandName = keyof typeof COMMANDS;
export type ActionName<Name extends CommandName> = (typeof COMMANDS)[Name][number];

type Options = Readonly<Record<string, string | undefined>>;

/** A command as a button or a form runs it; options that are undefined are left out. */
function line<Name extends CommandName>(
  name: Name,
  action?: ActionName<Name>,
  options: Options = {},
): CommandLine {
  const given = Object.entries(options).flatMap(([option, value]) =>
    value === undefined ? [] : [[option, value] as const],
  );
  return {
    name,
    ...(action !== undefined && { action }),
    ...(given.length > 0 && { options: Object.fromEntries(given) }),
  };
}

/** The command lines that buttons, forms and menus run, with the options that they give. */
export const commandLine = {
  chat: (options: {
    persona?: string;
    private?: "yes" | "no";
    said_by?: string;
    as_said?: string;
    by_outsider?: "yes";
  }) => line("chat", undefined, options),
  personaUse: (options: { name: string }) => line("persona", "use", options),
  personaCreate: () => line("persona", "create"),
  personaEdit: (options: { name: string; was: string }) => line("persona", "edit", options),
  personaDelete: (options: { name: string; sure: "yes" }) => line("persona", "delete", options),
  memoryShow: (options: { page?: string }) => line("memory", "show", options),
  memoryRemember: () => line("memory", "remember"),
  memoryEdit: (options: { block: string; was: string }) => line("memory", "edit", options),
  memoryForget: (options: { passage: string } | { block: string; line: string }) =>
    line("memory", "forget", options),
  conversationStop: (options: { turn?: string; silent?: "yes" }) => line("conversation", "stop", options),
  conversationRetry: (options: { turn: string }) => line("conversation", "retry", options),
} as const;

/**
 * A command as a sentence names it: `/persona create`. `rest` is what is typed behind it, as an example, with each option
 * by its name: as Discord takes a typed line, Slack and a text command too.
 */
export function mention<Name extends CommandName>(
  name: Name,
  action?: ActionName<Name>,
  rest?: string,
): string {
  return `\`/${[name, action, rest].filter((word) => word !== undefined).join(" ")}\``;
}

/** The same as a message to the bot, where no mark is needed. */
export const asTyped = <Name extends CommandName>(name: Name, action?: ActionName<Name>): string =>
  action === undefined ? name : `${name} ${action}`;

/** Names commands as they are typed where slash commands may not work: `!persona create`. */
export const withTextSyntax = (sentence: string): string =>
  Object.keys(COMMANDS).reduce((text, name) => text.replaceAll(`\`/${name}`, `\`!${name}`), sentence);
