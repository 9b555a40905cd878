import { z } from "zod";
import { Sharing } from "../../core/domain/audience.ts";
import { Persona, PersonaKey } from "../../core/domain/persona.ts";
import { sentences } from "../../sentences/sentences.ts";

/*
 * What callers send and get, and what the OpenAPI document is made of. Names are those of JSON, with underscores.
 */

const MESSAGE_LENGTH = 20_000;
const HISTORY_SHOWN = 50;
const HISTORY_AT_ONCE = 200;

const { takes } = sentences.httpApi;

/** With what it is part of it must fit into a key of the database. */
const User = z
  .string()
  .regex(/^[\w.@+:|-]{1,50}$/, takes.user)
  .describe(
    "Your own name for the person who writes. Each user has a memory and conversations of their own; requests without a user share one.",
  );
const ConversationId = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,47}$/, takes.conversation)
  .describe("The conversation: an id from an earlier reply, or a name of your own.");
const PersonaName = z.string().trim().min(1).max(60).describe("The persona's key or name.");

export const ChatRequest = z.strictObject({
  persona: PersonaName,
  message: z.string().trim().min(1).max(MESSAGE_LENGTH).describe("The message, as CommonMark."),
  conversation_id: ConversationId.nullish().describe(
    "Continues this conversation; without it a new one begins.",
  ),
  user: User.nullish(),
  user_name: z
    .string()
    .trim()
    .min(1)
    .max(40)
    .nullish()
    .describe("What the persona calls the person; without it, `user`."),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

export const IdempotencyHeader = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, takes.idempotencyKey)
  .describe("Requests with the same key are answered once: a repeated one gets the first one's answer.");

export const Reply = z.object({
  id: z.string().describe("The message's id. `GET /api/messages/{id}` tells what became of it."),
  conversation_id: z.string(),
  persona: PersonaKey,
  state: z
    .enum(["waiting", "answering", "answered", "failed"])
    .describe("`answered` and `failed` are final; `waiting` may last while Letta is away."),
  message: z
    .string()
    .describe(
      "The answer as CommonMark: whole when `answered`, else the part that is written so far. When `failed`, it ends with the reason.",
    ),
  turn: z.string().optional().describe("The turn's id, as it stands in the log."),
  files: z
    .array(z.object({ name: z.string(), content_type: z.string(), text: z.string() }))
    .optional()
    .describe("Files that a command made, such as an export."),
});
export type Reply = z.infer<typeof Reply>;

export const MessageQuery = z.strictObject({ user: User.optional() });

export const HistoryQuery = z.strictObject({
  conversation_id: ConversationId,
  persona: PersonaName.optional().describe(
    "Without it, the persona that was last talked to in this conversation.",
  ),
  limit: z.coerce.number().int().min(1).max(HISTORY_AT_ONCE).default(HISTORY_SHOWN),
  before: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe("The value `older` of the page that was read before."),
  user: User.optional(),
});
export type HistoryQuery = z.infer<typeof HistoryQuery>;

export const History = z.object({
  conversation_id: z.string(),
  persona: PersonaKey,
  messages: z
    .array(
      z.object({
        id: z.string(),
        role: z.enum(["person", "persona", "summary"]),
        name: z.string().optional().describe("The author's name."),
        text: z.string(),
        at: z.string().describe("When it was written, as an ISO 8601 time."),
      }),
    )
    .describe("Oldest first."),
  older: z
    .string()
    .optional()
    .describe("Pass it as `before` to read earlier messages; absent when there are none."),
});
export type History = z.infer<typeof History>;

export const MemoryQuery = z.strictObject({
  persona: PersonaName,
  conversation_id: ConversationId.optional().describe(
    "Without it the answer holds neither recall nor working memory.",
  ),
  user: User.optional(),
});
export type MemoryQuery = z.infer<typeof MemoryQuery>;

export const Memory = z.object({
  persona: PersonaKey,
  scope: Sharing.describe("Who shares what the persona learns here."),
  memory_blocks: z.array(
    z.object({
      label: z.string(),
      value: z.string(),
      description: z.string().optional(),
      limit: z.number().int().describe("The most characters that the block can hold."),
      read_only: z.boolean(),
    }),
  ),
  archived_memory: z.object({
    passages: z.array(
      z.object({ id: z.string(), text: z.string(), at: z.string().optional(), tags: z.array(z.string()) }),
    ),
    more: z.boolean().describe("Whether there are more passages than these."),
    summary: z
      .string()
      .optional()
      .describe("A summary of the messages that left the context of this conversation."),
  }),
  recall_memory: z
    .object({
      messages: z.number().int(),
      more: z.boolean().describe("Whether there are more messages than were counted."),
    })
    .optional(),
  working_memory: z
    .object({
      messages: z.number().int().describe("How many messages are in the context."),
      tokens: z.number().int().optional(),
      tokens_are_estimated: z.boolean(),
      context_window: z.number().int().optional(),
    })
    .optional(),
  system_prompt: z.string().describe("The system prompt, for operators: do not show it to people."),
});
export type Memory = z.infer<typeof Memory>;

const { shape } = Persona;

/** All that a request may say of a persona; what is left out is empty, or as the default has it. */
export const PersonaBody = z.strictObject({
  name: shape.name,
  description: shape.description.default(""),
  instructions: shape.instructions.describe("The system prompt: who the persona is and how it talks."),
  greeting: shape.greeting.describe("The persona's first words in a conversation."),
  avatar: shape.avatar.describe("An emoji, or the https address of an image."),
  scope: shape.scope.describe(
    "Who shares what the persona learns. In conversations with a `user`, it is theirs alone.",
  ),
});
export type PersonaBody = z.infer<typeof PersonaBody>;

export const PersonaParams = z.strictObject({ key: PersonaKey });
export const PersonasQuery = z.strictObject({
  user: User.optional().describe("Includes the personas that belong to this user."),
});

const described = { key: PersonaKey, ...PersonaBody.shape };
export const FullPersona = z.object({ ...described });
export const Personas = z.object({ personas: z.array(z.object(described).omit({ instructions: true })) });
