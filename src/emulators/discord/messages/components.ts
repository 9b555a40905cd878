import { ComponentType } from "discord-api-types/v10";
import { z } from "zod";
import { addFault, snowflakeField } from "../rest/form-errors.ts";
import { isObject } from "../wire.ts";

/** Limits of Discord's component reference. */
const ROWS_LIMIT = 5;
const NESTED_LIMIT = 40;
const TEXT_LIMIT = 4000;

const id = z.int().min(0).optional();
const customId = z.string().min(1).max(100);
const emoji = z.object({
  id: snowflakeField.nullish(),
  name: z.string().nullish(),
  animated: z.boolean().nullish(),
});
const media = z.object({
  url: z
    .string()
    .regex(/^(https?|attachment):\/\//)
    .max(2048),
});

const button = z
  .object({
    type: z.literal(ComponentType.Button),
    id,
    style: z.int().min(1).max(6),
    label: z.string().max(80).nullish(),
    emoji: emoji.nullish(),
    custom_id: customId.nullish(),
    sku_id: snowflakeField.nullish(),
    url: z.string().max(512).nullish(),
    disabled: z.boolean().nullish(),
  })
  .superRefine((value, context) => {
    const isLink = value.style === 5;
    if (isLink && !value.url) addFault(context, ["url"], "BASE_TYPE_REQUIRED", "A url is required");
    if (isLink && value.custom_id) {
      addFault(
        context,
        ["custom_id"],
        "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
        "A custom id and url cannot both be specified",
      );
    }
    if (value.style < 5 && !value.custom_id) {
      addFault(context, ["custom_id"], "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required");
    }
    if (value.style < 5 && value.url)
      addFault(context, ["url"], "BASE_TYPE_INVALID", "Only link buttons have a url");
    if (!value.label && !value.emoji && value.style !== 6) {
      addFault(context, [], "BUTTON_COMPONENT_LABEL_REQUIRED", "A button needs a label or an emoji");
    }
  });

export const selectOption = z.object({
  label: z.string().min(1).max(100),
  value: z.string().min(1).max(100),
  description: z.string().max(100).nullish(),
  emoji: emoji.nullish(),
  default: z.boolean().nullish(),
});

const selectFields = {
  id,
  custom_id: customId,
  placeholder: z.string().max(150).nullish(),
  min_values: z.int().min(0).max(25).nullish(),
  max_values: z.int().min(1).max(25).nullish(),
  disabled: z.boolean().nullish(),
  required: z.boolean().nullish(),
};
export const stringSelect = z.object({
  type: z.literal(ComponentType.StringSelect),
  ...selectFields,
  options: z.array(selectOption).min(1).max(25),
});
export const entitySelect = z.object({
  type: z.union([
    z.literal(ComponentType.UserSelect),
    z.literal(ComponentType.RoleSelect),
    z.literal(ComponentType.MentionableSelect),
    z.literal(ComponentType.ChannelSelect),
  ]),
  ...selectFields,
  channel_types: z.array(z.int()).nullish(),
  default_values: z
    .array(z.object({ id: snowflakeField, type: z.string() }))
    .max(25)
    .nullish(),
});

const actionRow = z
  .object({
    type: z.literal(ComponentType.ActionRow),
    id,
    components: z
      .array(z.discriminatedUnion("type", [button, stringSelect, entitySelect]))
      .min(1)
      .max(5),
  })
  .superRefine(({ components }, context) => {
    const selects = components.filter(({ type }) => type !== ComponentType.Button);
    if (selects.length > 0 && components.length > 1) {
      addFault(
        context,
        ["components"],
        "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
        "A select menu fills a row of its own",
      );
    }
  });

export const textDisplay = z.object({
  type: z.literal(ComponentType.TextDisplay),
  id,
  content: z.string().min(1).max(TEXT_LIMIT),
});
const thumbnail = z.object({
  type: z.literal(ComponentType.Thumbnail),
  id,
  media,
  description: z.string().max(1024).nullish(),
  spoiler: z.boolean().nullish(),
});
const section = z.object({
  type: z.literal(ComponentType.Section),
  id,
  components: z.array(textDisplay).min(1).max(3),
  accessory: z.discriminatedUnion("type", [button, thumbnail]),
});
const gallery = z.object({
  type: z.literal(ComponentType.MediaGallery),
  id,
  items: z
    .array(z.object({ media, description: z.string().max(1024).nullish(), spoiler: z.boolean().nullish() }))
    .min(1)
    .max(10),
});
const file = z.object({
  type: z.literal(ComponentType.File),
  id,
  file: media,
  spoiler: z.boolean().nullish(),
});
const separator = z.object({
  type: z.literal(ComponentType.Separator),
  id,
  divider: z.boolean().nullish(),
  spacing: z.union([z.literal(1), z.literal(2)]).nullish(),
});
const container = z.object({
  type: z.literal(ComponentType.Container),
  id,
  accent_color: z.int().min(0).max(0xffffff).nullish(),
  spoiler: z.boolean().nullish(),
  components: z
    .array(z.discriminatedUnion("type", [actionRow, textDisplay, section, gallery, separator, file]))
    .min(1)
    .max(NESTED_LIMIT),
});

const messageComponents = z
  .array(z.discriminatedUnion("type", [actionRow, textDisplay, section, gallery, separator, file, container]))
  .max(NESTED_LIMIT)
  .superRefine((components, context) => {
    const every = flatten(components);
    if (every.length > NESTED_LIMIT) {
      addFault(
        context,
        [],
        "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
        `The total number of components cannot exceed ${NESTED_LIMIT}`,
      );
    }
    const text = every.reduce(
      (sum, { type, content }) => sum + (type === ComponentType.TextDisplay ? String(content).length : 0),
      0,
    );
    if (text > TEXT_LIMIT) {
      addFault(
        context,
        [],
        "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
        `The displayable text cannot exceed ${TEXT_LIMIT}`,
      );
    }
    addDuplicates(every, context);
  });

/** Components of a message, both kinds. Which kind may stand where is decided with the message's flags. */
export const componentsField = messageComponents;
type MessageComponents = z.output<typeof messageComponents>;

/** Rows only, five of them, without the flag; with it everything. */
export function hasV1LayoutFault(components: MessageComponents): boolean {
  return components.length > ROWS_LIMIT || components.some(({ type }) => type !== ComponentType.ActionRow);
}

/** Two components of a message or modal cannot share a custom_id. */
export function addDuplicates(every: readonly Record<string, unknown>[], context: z.RefinementCtx): void {
  const seen = new Set<unknown>();
  for (const { custom_id } of every) {
    if (custom_id === undefined || custom_id === null) continue;
    if (seen.has(custom_id)) {
      addFault(context, [], "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
    }
    seen.add(custom_id);
  }
}

/** A component tree as one list, parents first. */
export function flatten(components: readonly unknown[]): Record<string, unknown>[] {
  return components.filter(isObject).flatMap((component) => {
    const children = [
      ...(Array.isArray(component.components) ? component.components : []),
      ...(component.accessory ? [component.accessory] : []),
      ...(component.component ? [component.component] : []),
    ];
    return [component, ...flatten(children)];
  });
}
