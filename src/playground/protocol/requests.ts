import { z } from "zod";
import { readerChange } from "./readers.ts";

/**
 * What a window may ask for: one POST to /api/<world>/act/<name> each, as the person whose window it is. A world
 * answers to what its platform has, and has nothing under the other names.
 */

/** A number on Discord; on Slack a letter and more, and of a message and its thread the time of it too. */
const id = z.string().regex(/^[A-Z0-9]{1,24}(\.\d{1,12}\.\d{6})?$/);
const as = z.string().min(1).max(32);
const command = {
  as,
  placeId: id,
  command: z.string().min(1).max(32),
  subcommand: z.string().min(1).max(65).optional(),
};
const value = z.union([z.string().max(6_000), z.number(), z.boolean()]);
const customId = z.string().min(1).max(255);
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
    /** Of an answer in a thread: show it in the channel too. */
    alsoInChannel: z.boolean().optional(),
    files: z.array(file).max(10).default([]),
  }),
  edit: z.object({ as, messageId: id, text: z.string().max(20_000) }),
  delete: z.object({ as, messageId: id }),
  react: z.object({ as, messageId: id, emoji: z.string().min(1).max(64) }),
  typing: z.object({ as, placeId: id }),
  /** On a message, or of its own; only one of its own can be private. */
  thread: z.object({
    as,
    placeId: id,
    messageId: id.optional(),
    name: z.string().min(1).max(100),
    private: z.boolean().default(false),
  }),
  /** Lets somebody read a place, or no longer. */
  readers: z.object({ as, placeId: id, change: readerChange, isIn: z.boolean() }),
  /** Makes a role that nobody has yet. */
  role: z.object({ as, name: z.string().trim().min(1).max(100) }),
  /** Makes a channel with nobody else in it. */
  channel: z.object({ as, name: z.string().trim().min(1).max(80), private: z.boolean() }),
  dm: z.object({ as }),
  slash: z.object({
    ...command,
    options: z.record(z.string(), value).default({}),
    /** Of a command that takes a line of text instead of options. */
    text: z.string().max(6_000).optional(),
  }),
  suggest: z.object({
    ...command,
    option: z.string(),
    typed: z.string().max(6_000),
    others: z.record(z.string(), value),
  }),
  click: z.object({ as, messageId: id, customId }),
  choose: z.object({
    as,
    messageId: id,
    customId,
    values: z.array(z.string()).max(25),
  }),
  menu: z.object({ as, messageId: id, command: z.string().min(1).max(32) }),
  submit: z.object({
    as,
    modalId: id,
    values: z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.string())])),
  }),
  /** Puts a form away; `all`: those below it too. */
  close: z.object({ as, modalId: id, all: z.boolean().default(false) }),
  /** Uses something in a form, or on the bot's own page: presses it, or picks these values. */
  use: z.object({ as, viewId: id, customId, values: z.array(z.string()).max(25).optional() }),
  /** Looks at the bot's own page, or at the messages beside it. */
  home: z.object({ as, tab: z.enum(["home", "messages"]) }),
  /** The platform's own Stop button of an agent. */
  stop: z.object({ as, placeId: id }),
  /** Gives the session of an agent another title. */
  retitle: z.object({ as, placeId: id, title: z.string().min(1).max(200) }),
};

export type RequestName = keyof typeof requests;
export type RequestBody<Name extends RequestName> = z.input<(typeof requests)[Name]>;
export type OptionValue = z.output<typeof value>;
