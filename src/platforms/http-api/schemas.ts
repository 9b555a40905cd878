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
    "Who speaks, as you know them. Everybody's memory and conversations are their own; without it, those of all who are not named.",
  );
const ConversationId = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,47}$/, takes.conversation)
  .describe("Which conversation: one you were given, or a name of your own.");
const PersonaName = z.string().trim().min(1).max(60).describe("Its key, or its name.");

export const ChatRequest = z.strictObject({
  persona: PersonaName,
  message: z.string().trim().min(1).max(MESSAGE_LENGTH).describe("What is said, as CommonMark."),
  conversation_id: ConversationId.nullish().describe(
    "Goes on with this conversation; else a new one begins.",
  ),
  user: User.nullish(),
  user_name: z.string().trim().min(1).max(40).nullish().describe("What the persona calls them; else `user`."),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

export const IdempotencyHeader = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, takes.idempotencyKey)
  .describe("A repeated request under the same key is answered once, and gets the answer it got.");

export const Reply = z.object({
  id: z.string().describe("Of what was said. `GET /api/messages/{id}` tells what became of it."),
  conversation_id: z.string(),
  persona: PersonaKey,
  state: z
    .enum(["waiting", "answering", "answered", "failed"])
    .describe("`answered` and `failed` are final; `waiting` may last while Letta is away."),
  message: z
    .string()
    .describe(
      "The answer as CommonMark: whole when `answered`, else what there is of it. `failed` says why at its end.",
    ),
  turn: z.string().optional().describe("As the log names it."),
  files: z
    .array(z.object({ name: z.string(), content_type: z.string(), text: z.string() }))
    .optional()
    .describe("What a command handed out, such as an export."),
});
export type Reply = z.infer<typeof Reply>;

export const MessageQuery = z.strictObject({ user: User.optional() });

export const HistoryQuery = z.strictObject({
  conversation_id: ConversationId,
  persona: PersonaName.optional().describe("Else the one spoken to last in this conversation."),
  limit: z.coerce.number().int().min(1).max(HISTORY_AT_ONCE).default(HISTORY_SHOWN),
  before: z.string().min(1).max(100).optional().describe("`older` of the page before."),
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
        name: z.string().optional().describe("Who said it."),
        text: z.string(),
        at: z.string().describe("ISO 8601."),
      }),
    )
    .describe("Oldest first."),
  older: z.string().optional().describe("Ask with `before` set to it for what was said earlier."),
});
export type History = z.infer<typeof History>;

export const MemoryQuery = z.strictObject({
  persona: PersonaName,
  conversation_id: ConversationId.optional().describe(
    "Without it there is neither recall nor working memory.",
  ),
  user: User.optional(),
});
export type MemoryQuery = z.infer<typeof MemoryQuery>;

export const Memory = z.object({
  persona: PersonaKey,
  scope: Sharing.describe("Who shares what is learnt."),
  memory_blocks: z.array(
    z.object({
      label: z.string(),
      value: z.string(),
      description: z.string().optional(),
      limit: z.number().int().describe("Most characters it holds."),
      read_only: z.boolean(),
    }),
  ),
  archived_memory: z.object({
    passages: z.array(
      z.object({ id: z.string(), text: z.string(), at: z.string().optional(), tags: z.array(z.string()) }),
    ),
    more: z.boolean().describe("There are more passages than these."),
    summary: z.string().optional().describe("Of what left the context of this conversation."),
  }),
  recall_memory: z
    .object({ messages: z.number().int(), more: z.boolean().describe("There are more than were counted.") })
    .optional(),
  working_memory: z
    .object({
      messages: z.number().int().describe("In context."),
      tokens: z.number().int().optional(),
      tokens_are_estimated: z.boolean(),
      context_window: z.number().int().optional(),
    })
    .optional(),
  system_prompt: z.string().describe("For those who run this; do not show it to people."),
});
export type Memory = z.infer<typeof Memory>;

const { shape } = Persona;

/** All that a request may say of a persona; what is left out is empty, or as the default has it. */
export const PersonaBody = z.strictObject({
  name: shape.name,
  description: shape.description.default(""),
  instructions: shape.instructions.describe("Who it is and how it talks: the system prompt."),
  greeting: shape.greeting.describe("Its first words."),
  avatar: shape.avatar.describe("An emoji, or an https address of a picture."),
  scope: shape.scope.describe("Who shares what it learns. In conversations of a user it is theirs alone."),
});
export type PersonaBody = z.infer<typeof PersonaBody>;

export const PersonaParams = z.strictObject({ key: PersonaKey });
export const PersonasQuery = z.strictObject({ user: User.optional().describe("With those of their own.") });

const described = { key: PersonaKey, ...PersonaBody.shape };
export const FullPersona = z.object({ ...described });
export const Personas = z.object({ personas: z.array(z.object(described).omit({ instructions: true })) });
