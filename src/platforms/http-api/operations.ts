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
\`replace\` ({"text"}: all of it anew), and at last one of \`done\`, \`failed\` or \`pending\` (a Reply each;
\`pending\`: the server stops, or its database is away, so follow the message again). Comments keep the line alive.`;

const id = z.object({ id: z.string().describe("The `id` of a Reply.") });

/** What the API takes and answers, for its document. `adapter.ts` does the same in code, a test holds the two together. */
export const operations = [
  {
    method: "post",
    path: "/api/chat",
    summary: "Say something to a persona.",
    description:
      "Waits for the answer. What is accepted is answered even when the caller leaves. Commands work as text: `!memory show`, `!conversation new`, `!help`.",
    headers: z.object({
      "Idempotency-Key": IdempotencyHeader.optional(),
      Prefer: z
        .string()
        .optional()
        .describe(
          "`wait=10` waits at most so many seconds (up to 300, else 55); `respond-async` not at all.",
        ),
    }),
    body: ChatRequest,
    answers: {
      200: { description: `The answer. ${STREAM}`, schema: Reply, stream: true },
      202: {
        description: "Accepted, and answered later: ask at `Location`.",
        schema: Reply,
        headers: {
          Location: "Where to ask for the answer.",
          "Retry-After": "In how many seconds to ask again.",
        },
      },
    },
    refusals: [400, 401, 404, 413, 415, 422, 429, 502, 503],
  },
  {
    method: "get",
    path: "/api/messages/{id}",
    summary: "What became of something that was said.",
    description: "Kept for seven days. With `Accept: text/event-stream`, its answer as it is written.",
    params: id,
    query: MessageQuery,
    answers: {
      200: { description: `The answer as far as it is there. ${STREAM}`, schema: Reply, stream: true },
    },
    refusals: [401, 404, 422, 503],
  },
  {
    method: "get",
    path: "/api/conversation/history",
    summary: "What was said in a conversation.",
    query: HistoryQuery,
    answers: { 200: { description: "The newest messages, or those before.", schema: History } },
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
    summary: "Whom one can talk to.",
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
    summary: "Write a persona anew, or make one.",
    description: "For all users of this API. Running conversations notice at their next answer.",
    params: PersonaParams,
    body: PersonaBody,
    answers: {
      200: { description: "It is changed.", schema: FullPersona },
      201: { description: "It is made.", schema: FullPersona },
    },
    refusals: [400, 401, 413, 415, 422, 503],
  },
] as const;

/** What the document calls them. */
export const schemas = { ChatRequest, Reply, History, Memory, Personas, Persona: FullPersona, PersonaBody };
