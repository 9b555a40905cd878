import { z } from "zod";

/*
 * What people type, as Slack's editor keeps it: a `rich_text` block of Block Kit's reference. A block that is none of these
 * is read from the message's text instead.
 */

const Style = z
  .object({
    bold: z.boolean().optional(),
    italic: z.boolean().optional(),
    strike: z.boolean().optional(),
    code: z.boolean().optional(),
  })
  .nullish()
  .catch(undefined);

const styled = <Shape extends z.ZodRawShape>(shape: Shape) => z.object({ ...shape, style: Style });

const RichElement = z.union([
  styled({ type: z.literal("text"), text: z.string() }),
  styled({ type: z.literal("link"), url: z.string(), text: z.string().nullish() }),
  styled({ type: z.literal("user"), user_id: z.string() }),
  styled({ type: z.literal("channel"), channel_id: z.string() }),
  styled({ type: z.literal("usergroup"), usergroup_id: z.string() }),
  styled({ type: z.literal("broadcast"), range: z.string() }),
  styled({ type: z.literal("emoji"), name: z.string() }),
  styled({ type: z.literal("date"), timestamp: z.number(), fallback: z.string().nullish() }),
  styled({ type: z.literal("color"), value: z.string() }),
  /** What Slack may add: it is shown by its words, if it has any. */
  styled({ type: z.string().transform(() => "unknown" as const), text: z.string().catch("") }),
]);
export type RichElement = z.infer<typeof RichElement>;

const elements = z.array(RichElement);

const RichPart = z.discriminatedUnion("type", [
  z.object({ type: z.literal("rich_text_section"), elements }),
  z.object({ type: z.literal("rich_text_preformatted"), elements }),
  z.object({ type: z.literal("rich_text_quote"), elements }),
  z.object({
    type: z.literal("rich_text_list"),
    style: z.enum(["bullet", "ordered"]).catch("bullet"),
    indent: z.int().min(0).max(8).catch(0),
    /** How many numbers of the list stand in an earlier one. */
    offset: z.int().min(0).max(99_999).catch(0),
    elements: z.array(z.object({ elements })),
  }),
]);
export type RichPart = z.infer<typeof RichPart>;

export const RichText = z.object({ type: z.literal("rich_text"), elements: z.array(RichPart) });
export type RichText = z.infer<typeof RichText>;
