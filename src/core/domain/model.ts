/*
 * Terminology, used the same way in every file, log line and document:
 *
 * - platform:     Discord, Slack or the web; one folder in src/platforms
 * - tenant:       a server or workspace of a platform; direct messages outside of one have a tenant of their own
 * - place:        where people and the bot exchange messages: a channel, a thread or a DM
 * - person:       who wrote a message; bots are not people
 * - persona:      a template people can talk to: name, instructions, greeting, scope …
 * - scope:        who shares what a persona learns
 * - agent:        the Letta agent that a persona has become in one scope: its memory and its model
 * - conversation: a Letta conversation; a place has one active conversation per persona
 * - binding:      the record that ties a place to persona, agent and conversation
 * - event:        something a person did, as the platform delivered it
 * - turn:         the events that waited in a conversation, one run of the agent, one answer
 * - delivery:     the platform messages that show one answer
 * - lane:         the queue of one conversation: its turns run one at a time, in order
 */
import { z } from "zod";

/** A string that only its owner makes and takes apart; opaque to everybody else. */
const id = <Name extends string>() => z.string().min(1).brand<Name>();

export const PlaceId = id<"PlaceId">();
export type PlaceId = z.infer<typeof PlaceId>;
/** Unique within a platform, not only within a tenant: a person's own memory follows them. */
export const PersonId = id<"PersonId">();
export type PersonId = z.infer<typeof PersonId>;
export const MessageId = id<"MessageId">();
export type MessageId = z.infer<typeof MessageId>;
/** The same for every redelivery, so that a repeated event is dropped; unique over all platforms. */
export const EventId = id<"EventId">();
export type EventId = z.infer<typeof EventId>;
/** Letta's own ids, opaque to us. */
export const AgentId = id<"AgentId">();
export type AgentId = z.infer<typeof AgentId>;
export const ConversationId = id<"ConversationId">();
export type ConversationId = z.infer<typeof ConversationId>;
export const RunId = id<"RunId">();
export type RunId = z.infer<typeof RunId>;
/** Made by the lane queue; the same over all attempts at a turn. */
export const TurnId = id<"TurnId">();
export type TurnId = z.infer<typeof TurnId>;

export const Place = z.object({
  /** Unique over all platforms. */
  id: PlaceId,
  platform: z.string(),
  tenant: z.string(),
  kind: z.enum(["direct", "channel", "thread"]),
  /** The channel a thread hangs from. */
  parent: PlaceId.optional(),
  /** Only who was let in reads along: what is learnt from somebody there stays theirs. */
  private: z.boolean().optional(),
  /** As people see it, without decoration: `general`. */
  name: z.string().optional(),
  /** How a message links to this place, in the platform's own notation. */
  mention: z.string().optional(),
});
export type Place = z.infer<typeof Place>;

export const Person = z.object({
  id: PersonId,
  name: z.string(),
  /** May manage the server or workspace, as the platform says. */
  manages: z.boolean(),
  /**
   * Who is no full member of the tenant. A guest is let into single places; an outsider is of another company that shares
   * this place. Neither opens more than the memory of the place, and nothing of an outsider's is noted.
   */
  standing: z.enum(["guest", "outsider"]).optional(),
  /** The platform did not say in time who they are: until it does they are a guest, and their name may stand for another. */
  isUnverified: z.boolean().optional(),
  /** Sees what is said in this place now, and may not read what was said there before. */
  hearsOnly: z.boolean().optional(),
  /** Reads this place, and may say nothing there: nor may we in their name. */
  readsOnly: z.boolean().optional(),
  /** The ids of their roles in the tenant, where its platform has such. */
  roles: z.array(z.string()).optional(),
});
export type Person = z.infer<typeof Person>;

const delivered = {
  id: EventId,
  place: Place,
  author: Person,
  /** When the person did it, in ms since 1970; orders the events of a turn. */
  at: z.number(),
};

export const Attachment = z.object({
  /** The platform's own, by which it finds the file again. */
  id: z.string().optional(),
  name: z.string(),
  contentType: z.string(),
  bytes: z.number(),
  /** Where the platform serves it, perhaps for a short time only. */
  url: z.string(),
});
export type Attachment = z.infer<typeof Attachment>;

export const MessageEvent = z.object({
  ...delivered,
  type: z.literal("message"),
  message: MessageId,
  /** CommonMark, without the bot's mention; other mentions are names people read. */
  text: z.string(),
  /** How the bot was addressed: by mention, by a reply to one of its messages, in a DM, or not at all. */
  addressed: z.enum(["mention", "reply", "direct", "none"]),
  /** The bot's message this one replies to. */
  repliesTo: MessageId.optional(),
  /** The thread that answering this message in a thread opens: platforms know its id beforehand. */
  thread: Place.optional(),
  attachments: z.array(Attachment),
  /** It holds words of somebody of another company, of which nothing is noted. */
  quotesOutsider: z.boolean().optional(),
});
export type MessageEvent = z.infer<typeof MessageEvent>;

/** A command, however it was given: typed, as text, by a button, a form or a menu. */
export const CommandEvent = z.object({
  ...delivered,
  type: z.literal("command"),
  name: z.string(),
  action: z.string().optional(),
  /** As the platform sent them; the action's own schema parses them. */
  options: z.record(z.string(), z.unknown()),
  /** Typed as a message, without a slash: sentences for who typed it name commands in that way. */
  asText: z.boolean().optional(),
  /** True for the values of a form that was filled in: the form is not opened again. */
  submitted: z.boolean(),
});
export type CommandEvent = z.infer<typeof CommandEvent>;

/** What we answer to a message by ourselves, with neither a command nor a persona: why it is not answered. */
export const SystemMessageEvent = z.object({
  ...delivered,
  type: z.literal("system"),
  /** What is said; absent where it was said before: the message is taken, so that it is not found and answered later. */
  text: z.string().optional(),
});
export type SystemMessageEvent = z.infer<typeof SystemMessageEvent>;

export const Event = z.discriminatedUnion("type", [MessageEvent, CommandEvent, SystemMessageEvent]);
export type Event = z.infer<typeof Event>;
