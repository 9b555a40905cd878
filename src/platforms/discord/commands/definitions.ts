import {
  ApplicationIntegrationType,
  ApplicationCommandType as CommandType,
  InteractionContextType,
  ApplicationCommandOptionType as OptionType,
  PermissionFlagsBits,
} from "discord-api-types/v10";
import { z } from "zod";
import { type Action, type Command, findAction, type Menu } from "../../../core/commands/declaration.ts";
import { type OptionSpec, optionSpecs } from "../../../core/commands/option-specs.ts";

/*
 * Discord's rules for commands ("Application Command Object" in its reference), checked when the commands are
 * built: what breaks one of them fails at start and in every test, not on the day it is registered.
 */

const Name = z
  .string()
  .regex(/^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u)
  .refine((name) => name === name.toLowerCase(), "must be in lower case");
const Description = z.string().min(1).max(100);
const MAX_OPTIONS = 25;

const Choice = z.object({ name: z.string().min(1).max(100), value: z.string().max(100) });
const Option = z
  .object({
    type: z.number(),
    name: Name,
    description: Description,
    required: z.boolean().optional(),
    autocomplete: z.boolean().optional(),
    choices: z.array(Choice).max(MAX_OPTIONS).optional(),
  })
  .refine(({ choices, autocomplete }) => !(choices && autocomplete), "choices exclude autocomplete");
const Options = z
  .array(Option)
  .max(MAX_OPTIONS)
  .refine(
    (options) => options.every(({ required }, at) => !required || options[at - 1]?.required !== false),
    "required options come first",
  );
const Subcommand = Option.safeExtend({ options: Options });

const common = {
  default_member_permissions: z.string().nullable(),
  nsfw: z.literal(false),
  integration_types: z.array(z.number()).optional(),
  contexts: z.array(z.number()).optional(),
};
export const DiscordCommand = z.discriminatedUnion("type", [
  z.object({
    type: z.literal(CommandType.ChatInput),
    name: Name,
    description: Description,
    options: z.union([z.array(Subcommand).max(MAX_OPTIONS), Options]),
    ...common,
  }),
  z.object({ type: z.literal(CommandType.Message), name: z.string().min(1).max(32), ...common }),
]);
export type DiscordCommand = z.infer<typeof DiscordCommand>;

/** All that one scope takes; Discord counts kinds apart. */
const DiscordCommands = z
  .array(DiscordCommand)
  .refine(
    (all) => all.filter(({ type }) => type === CommandType.ChatInput).length <= 100,
    "at most 100 commands",
  )
  .refine((all) => all.filter(({ type }) => type === CommandType.Message).length <= 15, "at most 15 menus")
  .refine((all) => new Set(all.map(keyOf)).size === all.length, "each name once")
  .refine((all) => all.every((command) => wordsOf(command) <= 8_000), "at most 8,000 characters a command");

/** What is registered with Discord: commands that are typed, and entries of a message's own menu. */
export function discordCommands(
  commands: readonly Command[],
  menus: readonly Menu[],
): readonly DiscordCommand[] {
  return DiscordCommands.parse([
    ...commands.map((command) => ({
      type: CommandType.ChatInput,
      name: command.name,
      description: command.description,
      options: command.action ? optionsOf(command.action) : subcommandsOf(command.actions),
      ...offeredTo(command.action ? [command.action] : Object.values(command.actions)),
    })),
    ...menus.map((menu) => ({
      type: CommandType.Message,
      name: menu.label,
      ...offeredTo(ranBy(menu, commands)),
    })),
  ]);
}

function ranBy({ command }: Menu, commands: readonly Command[]): readonly Action[] {
  const action = findAction(commands, command.name, command.action);
  return action ? [action] : [];
}

/** A command that only managers may use is not even shown to others. Who may is checked again when it runs. */
const offeredTo = (actions: readonly Action[]) => ({
  default_member_permissions:
    actions.length > 0 && actions.every(({ managersOnly }) => managersOnly)
      ? PermissionFlagsBits.ManageGuild.toString()
      : null,
  nsfw: false as const,
  integration_types: [ApplicationIntegrationType.GuildInstall],
  contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
});

const subcommandsOf = (actions: Readonly<Record<string, Action>>) =>
  Object.entries(actions).map(([name, action]) => ({
    type: OptionType.Subcommand,
    name,
    description: action.description,
    options: optionsOf(action),
  }));

const TYPES = {
  string: OptionType.String,
  integer: OptionType.Integer,
  number: OptionType.Number,
  boolean: OptionType.Boolean,
} as const satisfies Record<OptionSpec["type"], OptionType>;

const optionsOf = ({ options, suggest }: Action) =>
  optionSpecs(options)
    .filter(({ hidden }) => !hidden)
    .map(({ name, description, type, required, choices }) => ({
      type: TYPES[type],
      name,
      description,
      required,
      ...(choices && { choices: choices.map((choice) => ({ name: choice, value: choice })) }),
      ...(Object.hasOwn(suggest, name) && { autocomplete: true }),
    }));

const keyOf = ({ type, name }: { type: number; name: string }) => `${type} ${name}`;

/** Name, description and values, with those of all options, as Discord counts them. */
function wordsOf(part: object): number {
  return Object.entries(part).reduce((sum, [key, value]: [string, unknown]) => {
    if (["name", "description", "value"].includes(key)) return sum + String(value).length;
    return Array.isArray(value)
      ? value.reduce((inner: number, each) => inner + (isObject(each) ? wordsOf(each) : 0), sum)
      : sum;
  }, 0);
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** A command as Discord lists it, with the defaults that it fills in. */
export const ExistingCommand = z.looseObject({
  id: z.string(),
  type: z.number().default(1),
  name: z.string(),
});
export type ExistingCommand = z.infer<typeof ExistingCommand>;

export interface Differences {
  readonly create: readonly DiscordCommand[];
  readonly change: readonly { readonly id: string; readonly to: DiscordCommand }[];
  readonly remove: readonly { readonly id: string; readonly name: string }[];
}

/** What must be written so that Discord has exactly `wanted`; nothing when it has. */
export function differences(
  wanted: readonly DiscordCommand[],
  existing: readonly ExistingCommand[],
): Differences {
  const byKey = new Map(existing.map((command) => [keyOf(command), command]));
  const kept = new Set(wanted.map(keyOf));
  return {
    create: wanted.filter((command) => !byKey.has(keyOf(command))),
    change: wanted.flatMap((to) => {
      const now = byKey.get(keyOf(to));
      return now && !covers(now, to) ? [{ id: now.id, to }] : [];
    }),
    remove: existing.filter(
      (command) =>
        !kept.has(keyOf(command)) &&
        // An app with an activity has this one; it is not ours to delete.
        command.type !== CommandType.PrimaryEntryPoint,
    ),
  };
}

/** Compares what we say; order counts for options, and Discord may say more and leave out what is a default. */
function covers(existing: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    const list: readonly unknown[] = Array.isArray(existing) ? existing : [];
    return list.length === wanted.length && wanted.every((each, at) => covers(list[at], each));
  }
  if (isObject(wanted)) {
    const now = new Map<string, unknown>(isObject(existing) ? Object.entries(existing) : []);
    const said = Object.entries(wanted).every(([key, value]) => covers(now.get(key), value));
    // What we no longer say must be gone.
    return said && WITHDRAWN.every((key) => Object.hasOwn(wanted, key) || !now.get(key));
  }
  return (existing || undefined) === (wanted || undefined);
}

const WITHDRAWN = ["choices", "autocomplete"];
