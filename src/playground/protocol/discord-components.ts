import { z } from "zod";

/**
 * What a message or a modal is made of besides its text, read from Discord's JSON. Numbers are those of
 * https://discord.com/developers/docs/components/reference. What the page cannot draw is kept as `unknown`, so
 * that it can say so.
 */
export type Component =
  | {
      readonly type: "row" | "container";
      readonly children: readonly Component[];
      readonly accent?: number | undefined;
    }
  | Button
  | Select
  | TextInput
  | { readonly type: "text"; readonly content: string }
  | { readonly type: "section"; readonly children: readonly Component[]; readonly accessory: Component }
  | { readonly type: "gallery"; readonly items: readonly EmbedImage[] }
  | { readonly type: "separator"; readonly divider: boolean }
  | {
      readonly type: "label";
      readonly label: string;
      readonly description: string | undefined;
      readonly child: Component;
    }
  | Checks
  | { readonly type: "checkbox"; readonly customId: string; readonly checked: boolean }
  | { readonly type: "unknown"; readonly number: number };

export interface EmbedImage {
  readonly url: string;
  readonly description: string;
}

export interface Button {
  readonly type: "button";
  readonly style: "primary" | "secondary" | "success" | "danger" | "link";
  readonly label: string;
  readonly emoji: string | undefined;
  readonly customId: string | undefined;
  readonly url: string | undefined;
  readonly disabled: boolean;
}

export interface SelectOption {
  readonly label: string;
  readonly value: string;
  readonly description: string | undefined;
  readonly chosen: boolean;
}

export interface Select {
  readonly type: "select";
  /** What is chosen from: the options given, or what the server has. */
  readonly from: "options" | "users" | "roles" | "mentionables" | "channels";
  readonly customId: string;
  readonly placeholder: string;
  readonly options: readonly SelectOption[];
  readonly min: number;
  readonly max: number;
  readonly required: boolean;
  readonly disabled: boolean;
}

export interface TextInput {
  readonly type: "input";
  readonly customId: string;
  readonly long: boolean;
  /** Old modals carry the label here instead of around it. */
  readonly label: string | undefined;
  readonly minLength: number;
  readonly maxLength: number;
  readonly required: boolean;
  readonly value: string;
  readonly placeholder: string;
}

export interface Checks {
  readonly type: "checks";
  readonly customId: string;
  /** One alone can be chosen. */
  readonly single: boolean;
  readonly options: readonly SelectOption[];
  readonly required: boolean;
}

export interface Embed {
  readonly title: string | undefined;
  readonly url: string | undefined;
  readonly description: string | undefined;
  readonly color: number | undefined;
  readonly author: string | undefined;
  readonly footer: string | undefined;
  readonly fields: readonly { readonly name: string; readonly value: string; readonly inline: boolean }[];
}

/** What is left out, or null, is this. */
const or = <Value>(schema: z.ZodType<Value>, fallback: Value) =>
  schema.nullish().transform((value) => value ?? fallback);

const text = or<string | undefined>(z.string(), undefined);
const flag = or(z.boolean(), false);
const yes = or(z.boolean(), true);
const count = (fallback: number) => or(z.number(), fallback);
const emoji = z.object({ name: z.string().nullish() }).nullish();
const option = z.object({
  label: z.string(),
  value: z.string(),
  description: text,
  default: flag,
});
const options = z
  .array(option)
  .nullish()
  .transform((given) => given ?? []);

const SELECTS = { 3: "options", 5: "users", 6: "roles", 7: "mentionables", 8: "channels" } as const;
const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" } as const;

const component: z.ZodType<Component> = z.lazy(() =>
  z.union([
    group,
    container,
    button,
    select,
    input,
    words,
    section,
    gallery,
    thumbnail,
    separator,
    label,
    checks,
    checkbox,
    unknown,
  ]),
);

const group = z
  .object({ type: z.literal(1), components: z.array(component) })
  .transform(({ components }) => ({ type: "row" as const, children: components }));
const container = z
  .object({ type: z.literal(17), components: z.array(component), accent_color: z.number().nullish() })
  .transform((it) => ({
    type: "container" as const,
    children: it.components,
    accent: it.accent_color ?? undefined,
  }));
const button = z
  .object({
    type: z.literal(2),
    style: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]),
    label: text,
    emoji,
    custom_id: text,
    url: text,
    disabled: flag,
  })
  .transform((it) => ({
    type: "button" as const,
    style: STYLES[it.style],
    label: it.label ?? "",
    emoji: it.emoji?.name ?? undefined,
    customId: it.custom_id,
    url: it.url,
    disabled: it.disabled,
  }));
const select = z
  .object({
    type: z.union([z.literal(3), z.literal(5), z.literal(6), z.literal(7), z.literal(8)]),
    custom_id: z.string(),
    placeholder: text,
    options,
    min_values: count(1),
    max_values: count(1),
    required: yes,
    disabled: flag,
  })
  .transform((it) => ({
    type: "select" as const,
    from: SELECTS[it.type],
    customId: it.custom_id,
    placeholder: it.placeholder ?? "Choose …",
    options: it.options.map(chosenOption),
    min: it.min_values,
    max: it.max_values,
    required: it.required,
    disabled: it.disabled,
  }));
const input = z
  .object({
    type: z.literal(4),
    custom_id: z.string(),
    style: z.number(),
    label: text,
    min_length: count(0),
    max_length: count(4000),
    required: yes,
    value: text,
    placeholder: text,
  })
  .transform((it) => ({
    type: "input" as const,
    customId: it.custom_id,
    long: it.style === 2,
    label: it.label,
    minLength: it.min_length,
    maxLength: it.max_length,
    required: it.required,
    value: it.value ?? "",
    placeholder: it.placeholder ?? "",
  }));
const words = z
  .object({ type: z.literal(10), content: z.string() })
  .transform(({ content }) => ({ type: "text" as const, content }));
const section = z
  .object({ type: z.literal(9), components: z.array(component), accessory: component })
  .transform((it) => ({ type: "section" as const, children: it.components, accessory: it.accessory }));
const medium = z.object({ media: z.object({ url: z.string() }), description: text });
const gallery = z
  .object({ type: z.literal(12), items: z.array(medium) })
  .transform(({ items }) => ({ type: "gallery" as const, items: items.map(pictureOf) }));
const thumbnail = medium
  .extend({ type: z.literal(11) })
  .transform((it) => ({ type: "gallery" as const, items: [pictureOf(it)] }));
const separator = z
  .object({ type: z.literal(14), divider: yes })
  .transform(({ divider }) => ({ type: "separator" as const, divider }));
const label = z
  .object({ type: z.literal(18), label: z.string(), description: text, component })
  .transform((it) => ({
    type: "label" as const,
    label: it.label,
    description: it.description,
    child: it.component,
  }));
const checks = z
  .object({
    type: z.union([z.literal(21), z.literal(22)]),
    custom_id: z.string(),
    options,
    required: yes,
  })
  .transform((it) => ({
    type: "checks" as const,
    customId: it.custom_id,
    single: it.type === 21,
    options: it.options.map(chosenOption),
    required: it.required,
  }));
const checkbox = z
  .object({ type: z.literal(23), custom_id: z.string(), default: flag })
  .transform((it) => ({ type: "checkbox" as const, customId: it.custom_id, checked: it.default }));
const unknown = z
  .object({ type: z.number() })
  .transform((it) => ({ type: "unknown" as const, number: it.type }));

const embed = z
  .object({
    title: text,
    url: text,
    description: text,
    color: z.number().nullish(),
    author: z.object({ name: z.string() }).optional(),
    footer: z.object({ text: z.string() }).optional(),
    fields: z.array(z.object({ name: z.string(), value: z.string(), inline: flag })).default([]),
  })
  .transform((it) => ({
    title: it.title,
    url: it.url,
    description: it.description,
    color: it.color ?? undefined,
    author: it.author?.name,
    footer: it.footer?.text,
    fields: it.fields,
  }));

export const readComponents = (json: unknown): Component[] => z.array(component).parse(json);

export const readEmbeds = (json: unknown): Embed[] => z.array(embed).parse(json);

function chosenOption(it: z.output<typeof option>): SelectOption {
  return { label: it.label, value: it.value, description: it.description, chosen: it.default };
}

function pictureOf(it: z.output<typeof medium>): EmbedImage {
  return { url: it.media.url, description: it.description ?? "" };
}
