import { z } from "zod";
import { sentences } from "../../sentences/sentences.ts";
import type { SelectOption } from "../protocol/discord-components.ts";
import type { Confirm, Element } from "../protocol/slack-blocks.ts";

const told = sentences.playground.slack;

/** Block elements, read into what the page draws: https://docs.slack.dev/reference/block-kit/block-elements */

const words = z.object({ text: z.string() }).transform(({ text }) => text);
const customId = z.object({ action_id: z.string() });
const placeholder = { placeholder: words.optional() };

const confirm = z
  .object({ title: words.optional(), text: words, confirm: words.optional(), deny: words.optional() })
  .transform(
    (it): Confirm => ({
      title: it.title ?? told.confirm.title,
      text: it.text,
      yes: it.confirm ?? told.confirm.yes,
      no: it.deny ?? told.confirm.no,
    }),
  )
  .optional();

const button = customId
  .extend({
    type: z.literal("button"),
    text: words,
    style: z.enum(["primary", "danger"]).optional(),
    url: z.string().optional(),
    confirm,
  })
  .transform(
    (it): Element => ({
      type: "button",
      style: it.style ?? "secondary",
      label: it.text,
      emoji: undefined,
      customId: it.action_id,
      url: it.url,
      disabled: false,
      confirm: it.confirm,
    }),
  );

const option = z.object({ text: words, value: z.string(), description: words.optional() });
type Option = z.output<typeof option>;
const groups = z.array(z.object({ options: z.array(option) })).default([]);

const shown = (options: readonly Option[], chosen: readonly Option[]): SelectOption[] =>
  options.map(({ text: label, value, description }) => ({
    label,
    value,
    description,
    chosen: chosen.some((one) => one.value === value),
  }));

const staticSelect = customId
  .extend({
    ...placeholder,
    type: z.enum(["static_select", "multi_static_select"]),
    options: z.array(option).default([]),
    option_groups: groups,
    initial_option: option.optional(),
    initial_options: z.array(option).default([]),
    max_selected_items: z.number().default(25),
  })
  .transform((it): Element => {
    const all = [...it.options, ...it.option_groups.flatMap(({ options }) => options)];
    const chosen = it.initial_option ? [it.initial_option] : it.initial_options;
    const isMany = it.type === "multi_static_select";
    return {
      ...select(it, isMany ? it.max_selected_items : 1),
      from: "options",
      options: shown(all, chosen),
    };
  });

const idsSelect = customId
  .extend({
    ...placeholder,
    type: z.enum([
      "users_select",
      "channels_select",
      "conversations_select",
      "multi_users_select",
      "multi_channels_select",
      "multi_conversations_select",
    ]),
    max_selected_items: z.number().default(25),
  })
  .transform((it): Element => {
    const most = it.type.startsWith("multi_") ? it.max_selected_items : 1;
    return { ...select(it, most), from: it.type.includes("users") ? "users" : "channels", options: [] };
  });

function select(it: { action_id: string; placeholder?: string | undefined }, max: number) {
  return {
    type: "select" as const,
    customId: it.action_id,
    placeholder: it.placeholder ?? told.selectOption,
    min: 0,
    max,
    required: false,
    disabled: false,
  };
}

const input = customId
  .extend({
    ...placeholder,
    type: z.enum(["plain_text_input", "email_text_input", "url_text_input", "number_input"]),
    multiline: z.boolean().default(false),
    min_length: z.number().default(0),
    max_length: z.number().default(3_000),
    initial_value: z.string().default(""),
  })
  .transform(
    (it): Element => ({
      type: "input",
      customId: it.action_id,
      long: it.multiline,
      label: undefined,
      minLength: it.min_length,
      maxLength: it.max_length,
      required: false,
      value: it.initial_value,
      placeholder: it.placeholder ?? "",
    }),
  );

const checks = customId
  .extend({
    type: z.enum(["checkboxes", "radio_buttons"]),
    options: z.array(option),
    initial_option: option.optional(),
    initial_options: z.array(option).default([]),
  })
  .transform(
    (it): Element => ({
      type: "checks",
      customId: it.action_id,
      single: it.type === "radio_buttons",
      options: shown(it.options, it.initial_option ? [it.initial_option] : it.initial_options),
      required: false,
    }),
  );

const overflow = customId
  .extend({ type: z.literal("overflow"), options: z.array(option) })
  .transform((it): Element => ({ type: "overflow", customId: it.action_id, options: shown(it.options, []) }));

const moment = customId
  .extend({
    type: z.enum(["datepicker", "timepicker"]),
    initial_date: z.string().optional(),
    initial_time: z.string().optional(),
  })
  .transform(
    (it): Element => ({
      type: "moment",
      of: it.type === "datepicker" ? "date" : "time",
      customId: it.action_id,
      value: it.initial_date ?? it.initial_time ?? "",
    }),
  );

export const picture = z
  .object({
    type: z.literal("image"),
    alt_text: z.string(),
    image_url: z.string().default(""),
    title: words.optional(),
  })
  .transform((it) => ({
    type: "picture" as const,
    url: it.image_url,
    description: it.alt_text,
    title: it.title,
  }));

const unknown = z
  .object({ type: z.string() })
  .transform(({ type }): Element => ({ type: "unknown", name: type }));

export const element: z.ZodType<Element> = z.union([
  button,
  staticSelect,
  idsSelect,
  input,
  checks,
  overflow,
  moment,
  picture,
  unknown,
]);
