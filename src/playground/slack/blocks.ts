import { z } from "zod";
import type { Block, BlockText, Cell, Task } from "../protocol/slack-blocks.ts";
import { element, picture } from "./elements.ts";
import { richParts, richText } from "./rich-text.ts";

/** Block Kit, read into what the page draws: https://docs.slack.dev/reference/block-kit/blocks */

const text = z
  .object({ type: z.enum(["plain_text", "mrkdwn"]), text: z.string() })
  .transform(({ type, text }): BlockText => ({ type: type === "mrkdwn" ? "marked" : "plain", text }));
const words = z.object({ text: z.string() }).transform(({ text }) => text);

const rich = z
  .object({ type: z.literal("rich_text"), elements: richParts })
  .transform(({ elements }): Block => ({ type: "rich", parts: elements }));
const markdown = z
  .object({ type: z.literal("markdown"), text: z.string() })
  .transform(({ text }): Block => ({ type: "markdown", text }));
const section = z
  .object({
    type: z.literal("section"),
    text: text.optional(),
    fields: z.array(text).default([]),
    accessory: element.optional(),
  })
  .transform((it): Block => ({ type: "section", text: it.text, fields: it.fields, accessory: it.accessory }));
const header = z
  .object({ type: z.literal("header"), text: words })
  .transform(({ text }): Block => ({ type: "header", text }));
const context = z
  .object({ type: z.literal("context"), elements: z.array(z.union([picture, text])) })
  .transform(({ elements }): Block => ({ type: "context", parts: elements }));
const actions = z
  .object({ type: z.enum(["actions", "context_actions"]), elements: z.array(element) })
  .transform(({ elements }): Block => ({ type: "actions", elements }));
const divider = z.object({ type: z.literal("divider") }).transform((): Block => ({ type: "divider" }));
const field = z
  .object({
    type: z.literal("input"),
    block_id: z.string(),
    label: words,
    hint: words.optional(),
    optional: z.boolean().default(false),
    element,
  })
  .transform(
    (it): Block => ({
      type: "field",
      id: it.block_id,
      label: it.label,
      hint: it.hint,
      optional: it.optional,
      element: it.element,
    }),
  );

const cell: z.ZodType<Cell> = z.union([
  richText.transform((parts): Cell => ({ type: "rich", parts })),
  z.object({ text: z.string() }).transform(({ text }): Cell => ({ type: "plain", text })),
]);
const table = z
  .object({ type: z.enum(["table", "data_table"]), rows: z.array(z.array(cell)) })
  .transform(({ rows }): Block => ({ type: "table", rows }));
const alert = z
  .object({ type: z.literal("alert"), level: z.string().default("default"), text })
  .transform(({ level, text }): Block => ({ type: "alert", level, text }));

const task = z
  .object({
    type: z.literal("task_card"),
    task_id: z.string(),
    title: z.string(),
    status: z.enum(["pending", "in_progress", "complete", "error"]),
    details: richText.optional(),
    output: richText.optional(),
    sources: z.array(z.object({ url: z.string(), text: z.string() })).default([]),
  })
  .transform(
    (it): Task => ({
      type: "task",
      id: it.task_id,
      title: it.title,
      state: it.status,
      details: it.details ?? [],
      output: it.output ?? [],
      sources: it.sources,
    }),
  );
const plan = z
  .object({ type: z.literal("plan"), title: z.string(), tasks: z.array(task).default([]) })
  .transform(({ title, tasks }): Block => ({ type: "plan", title, tasks }));
const unknown = z
  .object({ type: z.string() })
  .transform(({ type }): Block => ({ type: "unknown", name: type }));

const blocks = z.array(
  z.union([
    rich,
    markdown,
    section,
    header,
    context,
    actions,
    divider,
    picture,
    field,
    table,
    alert,
    task,
    plan,
    unknown,
  ]),
);

export const readBlocks = (json: unknown): Block[] => blocks.parse(json);
