import { ApplicationCommandOptionType, ApplicationCommandType } from "discord-api-types/v10";
import { z } from "zod";
import { addFault, bitsField } from "../rest/form-errors.ts";

/** Name, description and values of a command with all its options [docs]. */
const TOTAL_LIMIT = 8000;
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

const chatName = z.string().superRefine((name, context) => {
  if (!NAME.test(name)) {
    addFault(context, [], "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
  } else if (name !== name.toLowerCase()) {
    addFault(context, [], "APPLICATION_COMMAND_INVALID_NAME", "Command name must be in lower case");
  }
});
const localizations = z.record(z.string(), z.string().max(100)).nullish();
const description = z.string().min(1).max(100);

const choice = z.object({
  name: z.string().min(1).max(100),
  name_localizations: localizations,
  value: z.union([z.string().min(1).max(100), z.number()]),
});

const valueOption = z
  .object({
    type: z.literal([3, 4, 5, 6, 7, 8, 9, 10, 11]),
    name: chatName,
    name_localizations: localizations,
    description,
    description_localizations: localizations,
    required: z.boolean().nullish(),
    choices: z.array(choice).max(25).nullish(),
    autocomplete: z.boolean().nullish(),
    channel_types: z.array(z.int()).nullish(),
    min_value: z.number().nullish(),
    max_value: z.number().nullish(),
    min_length: z.int().min(0).max(6000).nullish(),
    max_length: z.int().min(1).max(6000).nullish(),
  })
  .superRefine((option, context) => {
    const takesText = (
      [
        ApplicationCommandOptionType.String,
        ApplicationCommandOptionType.Integer,
        ApplicationCommandOptionType.Number,
      ] as number[]
    ).includes(option.type);
    const choices = option.choices ?? [];
    if (option.autocomplete && choices.length > 0) {
      addFault(
        context,
        ["autocomplete"],
        "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES",
        "Autocomplete and choices exclude each other",
      );
    }
    if (!takesText && (option.autocomplete || choices.length > 0)) {
      addFault(
        context,
        ["type"],
        "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
        "This type of option takes neither choices nor autocomplete",
      );
    }
    const wanted = option.type === ApplicationCommandOptionType.String ? "string" : "number";
    for (const [index, { value }] of choices.entries()) {
      if (typeof value !== wanted)
        addFault(context, ["choices", index, "value"], "BASE_TYPE_INVALID", `Must be a ${wanted}.`);
    }
    addTwins(choices, context, "choices");
  });

const subcommand = z
  .object({
    type: z.literal(ApplicationCommandOptionType.Subcommand),
    name: chatName,
    name_localizations: localizations,
    description,
    description_localizations: localizations,
    required: z.literal(false).nullish(),
    options: z.array(valueOption).max(25).nullish(),
  })
  .superRefine(({ options }, context) => checkOrder(options ?? [], context));
const group = z
  .object({
    type: z.literal(ApplicationCommandOptionType.SubcommandGroup),
    name: chatName,
    name_localizations: localizations,
    description,
    description_localizations: localizations,
    required: z.literal(false).nullish(),
    options: z.array(subcommand).min(1).max(25),
  })
  .superRefine(({ options }, context) => addTwins(options, context, "options"));

const option = z.discriminatedUnion("type", [valueOption, subcommand, group]);
type Option = z.output<typeof option>;

const shared = {
  /** A bulk overwrite may carry the id that a command has. */
  id: z.string().nullish(),
  name_localizations: localizations,
  description_localizations: localizations,
  default_member_permissions: bitsField.nullish(),
  dm_permission: z.boolean().nullish(),
  default_permission: z.boolean().nullish(),
  nsfw: z.boolean().nullish(),
  integration_types: z.array(z.int().min(0).max(1)).min(1).nullish(),
  contexts: z.array(z.int().min(0).max(2)).min(1).nullish(),
};

const chatInput = z
  .object({
    ...shared,
    type: z.literal(ApplicationCommandType.ChatInput).default(ApplicationCommandType.ChatInput),
    name: chatName,
    description,
    options: z.array(option).max(25).nullish(),
  })
  .superRefine((command, context) => {
    const options = command.options ?? [];
    const branches = options.filter(({ type }) => type <= ApplicationCommandOptionType.SubcommandGroup);
    if (branches.length > 0 && branches.length < options.length) {
      addFault(
        context,
        ["options"],
        "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
        "Sub-command and sub-command group option types are mutually exclusive to all other types",
      );
    }
    checkOrder(options, context);
    if (lengthOf(command) > TOTAL_LIMIT) {
      addFault(context, [], "APPLICATION_COMMAND_TOO_LARGE", `Command exceeds maximum size (${TOTAL_LIMIT})`);
    }
  });
/** Shown in a menu on a person or a message: no description, no options, and any name. */
const contextMenu = z
  .object({
    ...shared,
    type: z.literal([ApplicationCommandType.User, ApplicationCommandType.Message]),
    name: z.string().trim().min(1).max(32),
    description: z.string().nullish(),
    options: z.array(z.never()).max(0).nullish(),
  })
  .superRefine((command, context) => {
    if (command.description) {
      addFault(
        context,
        ["description"],
        "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_CANNOT_BE_SET",
        "Context menu commands cannot have description",
      );
    }
  });

export const commandBody = z.discriminatedUnion("type", [chatInput, contextMenu]);
export type CommandBody = z.output<typeof commandBody>;

function checkOrder(options: readonly Option[], context: z.RefinementCtx): void {
  const firstOptional = options.findIndex((one) => !one.required);
  const late = options.findIndex(
    (one, index) => firstOptional >= 0 && index > firstOptional && one.required === true,
  );
  if (late >= 0) {
    addFault(
      context,
      ["options", late],
      "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
      "Required options must be placed before non-required options",
    );
  }
  addTwins(options, context, "options");
}

function addTwins(named: readonly { readonly name: string }[], context: z.RefinementCtx, key: string): void {
  const names = named.map(({ name }) => name);
  const twin = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twin >= 0) {
    addFault(
      context,
      [key, twin, "name"],
      "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
      "This name is taken already",
    );
  }
}

function lengthOf(part: {
  name: string;
  description?: string | null | undefined;
  options?: unknown;
  choices?: unknown;
}): number {
  const { options, choices } = part;
  const nested = Array.isArray(options) ? options.reduce((sum: number, one) => sum + lengthOf(one), 0) : 0;
  const values = Array.isArray(choices)
    ? choices.reduce((sum: number, one) => sum + one.name.length + String(one.value).length, 0)
    : 0;
  return part.name.length + (part.description?.length ?? 0) + nested + values;
}
