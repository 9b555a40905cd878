import { z } from "zod";

/** What a window may ask for: one POST to /api/act/<name> each, as the person whose window it is. */

const id = z.string().regex(/^\d{1,20}$/);
const as = z.string().min(1).max(32);
const command = {
  as,
  placeId: id,
  command: z.string().min(1).max(32),
  subcommand: z.string().min(1).max(65).optional(),
};
const value = z.union([z.string().max(6_000), z.number(), z.boolean()]);
const file = z.object({
  name: z.string().min(1).max(200),
  contentType: z.string().max(200),
  base64: z.base64(),
});

export const requests = {
  say: z.object({
    as,
    placeId: id,
    text: z.string().max(20_000),
    replyTo: id.optional(),
    files: z.array(file).max(10).default([]),
  }),
  edit: z.object({ as, messageId: id, text: z.string().max(20_000) }),
  delete: z.object({ as, messageId: id }),
  react: z.object({ as, messageId: id, emoji: z.string().min(1).max(64) }),
  typing: z.object({ as, placeId: id }),
  thread: z.object({ as, placeId: id, messageId: id, name: z.string().min(1).max(100) }),
  dm: z.object({ as }),
  slash: z.object({ ...command, options: z.record(z.string(), value) }),
  suggest: z.object({
    ...command,
    option: z.string(),
    typed: z.string().max(6_000),
    others: z.record(z.string(), value),
  }),
  click: z.object({ as, messageId: id, customId: z.string().min(1).max(100) }),
  choose: z.object({
    as,
    messageId: id,
    customId: z.string().min(1).max(100),
    values: z.array(z.string()).max(25),
  }),
  menu: z.object({ as, messageId: id, command: z.string().min(1).max(32) }),
  submit: z.object({
    as,
    modalId: id,
    values: z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.string())])),
  }),
};

export type RequestName = keyof typeof requests;
export type RequestBody<Name extends RequestName> = z.input<(typeof requests)[Name]>;
export type OptionValue = z.output<typeof value>;
