import { z } from "zod";
import type { Inline, RichPart, TextStyle } from "../protocol/slack-blocks.ts";

/** Slack's rich_text, read into what the page draws: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */

const style = z
  .object({
    bold: z.boolean().optional(),
    italic: z.boolean().optional(),
    strike: z.boolean().optional(),
    code: z.boolean().optional(),
  })
  .default({})
  .transform((it): TextStyle => it);

const plain = (text: string): Inline => ({ type: "text", text, style: {} });

const inline: z.ZodType<Inline> = z.union([
  z
    .object({ type: z.literal("text"), text: z.string(), style })
    .transform(({ text, style }): Inline => ({ type: "text", text, style })),
  z
    .object({ type: z.literal("link"), url: z.string(), text: z.string().optional(), style })
    .transform(({ url, text, style }): Inline => ({ type: "link", url, text: text || url, style })),
  z
    .object({ type: z.literal("user"), user_id: z.string() })
    .transform(({ user_id }): Inline => ({ type: "person", id: user_id })),
  z
    .object({ type: z.literal("channel"), channel_id: z.string() })
    .transform(({ channel_id }): Inline => ({ type: "place", id: channel_id })),
  z
    .object({ type: z.literal("broadcast"), range: z.string() })
    .transform(({ range }): Inline => ({ type: "everyone", id: range })),
  z
    .object({ type: z.literal("emoji"), name: z.string() })
    .transform(({ name }): Inline => ({ type: "emoji", name })),
  z.object({ type: z.literal("date"), fallback: z.string() }).transform(({ fallback }) => plain(fallback)),
  z.object({ type: z.literal("color"), value: z.string() }).transform(({ value }) => plain(value)),
  z.object({ type: z.string() }).transform(({ type }) => plain(`[${type}]`)),
]);

const words = z.object({ elements: z.array(inline) });

const part: z.ZodType<RichPart | undefined> = z.union([
  words
    .extend({ type: z.literal("rich_text_section") })
    .transform(({ elements }): RichPart => ({ type: "words", inline: elements })),
  words
    .extend({ type: z.literal("rich_text_quote") })
    .transform(({ elements }): RichPart => ({ type: "quote", inline: elements })),
  words
    .extend({ type: z.literal("rich_text_preformatted") })
    .transform(({ elements }): RichPart => ({ type: "code", text: elements.map(textOf).join("") })),
  z
    .object({
      type: z.literal("rich_text_list"),
      style: z.string(),
      indent: z.number().default(0),
      offset: z.number().default(0),
      elements: z.array(words),
    })
    .transform(
      (it): RichPart => ({
        type: "list",
        ordered: it.style === "ordered",
        indent: it.indent,
        start: it.offset + 1,
        items: it.elements.map(({ elements }) => elements),
      }),
    ),
  z.object({ type: z.string() }).transform(() => undefined),
]);

/** The elements of a rich_text block. */
export const richParts = z
  .array(part)
  .transform((parts) => parts.filter((one): one is RichPart => one !== undefined));

/** A rich_text block inside of something else, if it is there. */
export const richText = z
  .object({ type: z.literal("rich_text"), elements: richParts })
  .transform(({ elements }) => elements);

function textOf(it: Inline): string {
  return it.type === "text" || it.type === "link" ? it.text : "";
}
