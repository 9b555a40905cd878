import { z } from "zod";
import type { CommandOption, Commands, SlashCommand } from "../protocol/protocol.ts";

/**
 * Commands as they were registered, read into what the page offers. Numbers are those of
 * https://discord.com/developers/docs/interactions/application-commands.
 */
const TYPES = {
  3: "string",
  4: "integer",
  5: "boolean",
  6: "user",
  7: "channel",
  10: "number",
} as const satisfies Record<number, CommandOption["type"]>;

const choice = z.object({ name: z.string(), value: z.union([z.string(), z.number()]) });

const plainOption = z
  .object({
    type: z.union([z.literal(3), z.literal(4), z.literal(5), z.literal(6), z.literal(7), z.literal(10)]),
    name: z.string(),
    description: z.string(),
    required: z.boolean().default(false),
    autocomplete: z.boolean().default(false),
    choices: z.array(choice).default([]),
    min_length: z.number().optional(),
    max_length: z.number().optional(),
  })
  .transform(({ type, min_length, max_length, ...rest }): CommandOption => {
    return { ...rest, type: TYPES[type], minLength: min_length, maxLength: max_length };
  });

/** Roles and files as options: the page has no field for them, and leaves them out. */
const otherOption = z
  .object({ type: z.union([z.literal(8), z.literal(9), z.literal(11)]) })
  .transform(() => undefined);

const options = z
  .array(z.union([plainOption, otherOption]))
  .default([])
  .transform((all) => all.filter((option) => option !== undefined));

const subcommand = z.object({ type: z.literal(1), name: z.string(), description: z.string(), options });
const group = z.object({ type: z.literal(2), name: z.string(), options: z.array(subcommand) });
const branch = z.union([subcommand, group]);

const named = z.object({
  name: z.string(),
  type: z.number().default(1),
  description: z.string().default(""),
});
const branched = named.extend({ options: z.array(branch).min(1) });
const plain = named.extend({ options });

export function readCommands(definitions: readonly unknown[]): Commands {
  const all = definitions.map((definition) => z.union([branched, plain]).parse(definition));
  return {
    slash: all
      .filter(({ type }) => type === 1)
      .flatMap(slashCommands)
      .toSorted((left, right) => (spelled(left) < spelled(right) ? -1 : 1)),
    message: all.filter(({ type }) => type === 3).map(({ name }) => name),
  };
}

const spelled = ({ name, subcommand: sub }: SlashCommand) => `${name} ${sub ?? ""}`;

function slashCommands(command: z.output<typeof branched> | z.output<typeof plain>): SlashCommand[] {
  const { name, description } = command;
  const branches = command.options.flatMap((option) => (isBranch(option) ? [option] : []));
  if (branches.length > 0) return branches.flatMap((one) => subcommands(name, one));
  const own = command.options.flatMap((option) => (isBranch(option) ? [] : [option]));
  return [{ name, subcommand: undefined, description, options: own }];
}

function subcommands(name: string, one: z.output<typeof branch>): SlashCommand[] {
  if (one.type === 1)
    return [{ name, subcommand: one.name, description: one.description, options: one.options }];
  return one.options.map((sub) => ({
    name,
    subcommand: `${one.name} ${sub.name}`,
    description: sub.description,
    options: sub.options,
  }));
}

function isBranch(option: CommandOption | z.output<typeof branch>): option is z.output<typeof branch> {
  return option.type === 1 || option.type === 2;
}
