import { z } from "zod";
import {
  ChatRequest,
  FullPersona,
  History,
  HistoryQuery,
  IdempotencyHeader,
  Memory,
  MemoryQuery,
  MessageQuery,
  PersonaBody,
  PersonaParams,
  Personas,
  PersonasQuery,
  Reply,
} from "./schemas.ts";

const STREAM = `Server-sent events, when asked for with \`Accept: text/event-stream\`: \`accepted\` (a Reply), \`text\` ({"delta"}: append it),
\`replace\` ({"text"}: the whole text so far), and last one of \`done\`, \`failed\` or \`pending\` (each with a Reply;
\`pending\`: the server is stopping or its database is away, so follow the message again). Comments keep the connection open.`;

const id = z.object({ id: z.string().describe("The `id` of a Reply.") });

/** What the API takes and answers, for its document. `platform.ts` registers the routes, and a test holds the two together. */
export const operations = [
  {
    method: "post",
    path: "/api/chat",
    summary: "Say something to a persona.",
    description:
      "Waits for the answer. An accepted message is answered even when the caller disconnects. Commands work as text: `!memory show`, `!conversation new`, `!help`.",
    headers: z.object({
      "Idempotency-Key": IdempotencyHeader.optional(),
      Prefer: z
        .string()
        .optional()
        .describe(
          "`wait=10` waits at most 10 seconds (300 at most, 55 without it); `respond-async` does not wait.",
        ),
    }),
    body: ChatRequest,
    answers: {
      200: { description: `The answer. ${STREAM}`, schema: Reply, stream: true },
      202: {
        description: "The message is accepted and answered later: ask for the answer at `Location`.",
        schema: Reply,
        headers: {
          Location: "Where to ask for the answer.",
          "Retry-After": "After how many seconds to ask again.",
        },
      },
    },
    refusals: [400, 401, 404, 413, 415, 422, 429, 502, 503],
  },
  {
    method: "get",
    path: "/api/messages/{id}",
    summary: "What became of a message.",
    description:
      "A message is kept for seven days. With `Accept: text/event-stream`, its answer is streamed as it is written.",
    params: id,
    query: MessageQuery,
    answers: {
      200: {
        description: `The answer, or the part of it that is written so far. ${STREAM}`,
        schema: Reply,
        stream: true,
      },
    },
    refusals: [401, 404, 422, 503],
  },
  {
    method: "get",
    path: "/api/conversation/history",
    summary: "The messages of a conversation.",
    query: HistoryQuery,
    answers: { 200: { description: "The newest messages, or those before `before`.", schema: History } },
    refusals: [401, 404, 422, 503],
  },
  {
    method: "get",
    path: "/api/memory",
    summary: "What a persona remembers, in its five layers.",
    query: MemoryQuery,
    answers: { 200: { description: "The layers.", schema: Memory } },
    refusals: [401, 404, 422, 503],
  },
  {
    method: "get",
    path: "/api/personas",
    summary: "All personas that can be talked to.",
    query: PersonasQuery,
    answers: { 200: { description: "All personas.", schema: Personas } },
    refusals: [401, 422, 503],
  },
  {
    method: "get",
    path: "/api/personas/{key}",
    summary: "A persona with its instructions.",
    params: PersonaParams,
    answers: { 200: { description: "The persona.", schema: FullPersona } },
    refusals: [401, 404, 422, 503],
  },
  {
    method: "put",
    path: "/api/personas/{key}",
    summary: "Change a persona, or create one.",
    description:
      "It is changed for all users of this API. Running conversations use the change from their next answer on.",
    params: PersonaParams,
    body: PersonaBody,
    answers: {
      200: { description: "The persona was changed.", schema: FullPersona },
      201: { description: "The persona was created.", schema: FullPersona },
    },
    refusals: [400, 401, 413, 415, 422, 503],
  },
] as const;

/** What the document calls them. */
export const schemas = { ChatRequest, Reply, History, Memory, Personas, Persona: FullPersona, PersonaBody };
