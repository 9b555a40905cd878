import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import type { z } from "zod";
import { optionRefusal } from "../../core/commands/option-errors.ts";
import { AppError, invalidInput } from "../../core/domain/errors.ts";
import type { BotEvent } from "../../core/ports/bot-events.ts";
import type { Inbox, Platform } from "../../core/ports/platform.ts";
import type { RecordStore } from "../../core/ports/record-store.ts";
import type { CoreServices } from "../../core/ports/services.ts";
import { sentences } from "../../sentences/sentences.ts";
import { createExchangeChanges } from "./answers/changes.ts";
import { createExchanges, databaseUnavailable, type Exchange } from "./answers/exchange.ts";
import { createExchangeStates } from "./answers/exchange-state.ts";
import { createReplyChannels } from "./answers/reply-channels.ts";
import { type AnswerServices, answerWhenDone, followAnswer } from "./answers/respond.ts";
import { eventOf, PLATFORM } from "./ids.ts";
import { acceptMessage } from "./requests/chat.ts";
import { listPersonas, readPersona, writePersona } from "./requests/personas.ts";
import { readHistory, readMemory } from "./requests/read.ts";
import {
  ChatRequest,
  HistoryQuery,
  IdempotencyHeader,
  MemoryQuery,
  MessageQuery,
  PersonaBody,
  PersonaParams,
  PersonasQuery,
} from "./schemas.ts";

export interface HttpApiOptions {
  readonly services: CoreServices;
  readonly exchanges: RecordStore<Exchange>;
  readonly onBotEvent: (listener: (botEvent: BotEvent) => void) => void;
  /** Aborts when those who wait for an answer must be let go. */
  readonly leaving?: AbortSignal;
}

export interface HttpApiPlatform extends Platform {
  /** The API; whoever serves it sees to tokens, sizes and how refusals look. */
  readonly routes: Hono;
}

/** An answer is one message, however long; this much no model writes. */
const MESSAGE_LENGTH = 100_000;
/** Each edit is a row written. */
const EDIT_EVERY_MS = 250;
const TYPING_LASTS_MS = 10_000;

/** Our own HTTP API. It has no service behind it: what is posted is kept, and callers get it or ask for it. */
export function createHttpApi({ services, onBotEvent, ...options }: HttpApiOptions): HttpApiPlatform {
  const { clock, log, turns, turnQueue } = services;
  const changes = createExchangeChanges();
  const exchanges = createExchanges(options.exchanges);
  const outcomes = createExchangeStates({ exchanges, turns, lanes: turnQueue, changes, clock });
  const leaving = options.leaving ?? new AbortController().signal;
  let inbox: Inbox | undefined;
  onBotEvent((botEvent) => {
    if (botEvent.type !== "platform lost" && botEvent.place.platform === PLATFORM)
      changes.handleBotEvent(botEvent);
  });

  const routes = new Hono();
  const answering: AnswerServices = { outcomes, clock, log, leaving };

  routes.post("/api/chat", (context) =>
    translateErrors(async () => {
      if (!inbox) throw new AppError("platform_unavailable", sentences.httpApi.stopping);
      const key = read(IdempotencyHeader.optional(), context.req.header("idempotency-key"));
      const request = read(ChatRequest, await bodyOf(context));
      const exchange = await acceptMessage({ services: services, exchanges, outcomes, inbox }, request, key);
      return wantsStream(context)
        ? followAnswer(answering, context, exchange)
        : answerWhenDone(answering, context, exchange);
    }),
  );

  routes.get("/api/messages/:id", (context) =>
    translateErrors(async () => {
      const { user } = read(MessageQuery, context.req.query());
      const exchange = await exchanges.get(eventOf(context.req.param("id")));
      // Somebody else's is as good as none.
      if (!exchange || exchange.user !== user)
        throw new AppError("not_found", sentences.httpApi.noSuchMessage);
      return wantsStream(context)
        ? followAnswer(answering, context, exchange)
        : answerWhenDone(answering, context, exchange, "now");
    }),
  );

  routes.get("/api/conversation/history", (context) =>
    translateErrors(async () =>
      context.json(await readHistory(services, read(HistoryQuery, context.req.query()))),
    ),
  );

  routes.get("/api/memory", (context) =>
    translateErrors(async () =>
      context.json(await readMemory(services, read(MemoryQuery, context.req.query()))),
    ),
  );

  routes.get("/api/personas", (context) =>
    translateErrors(async () => {
      const { user } = read(PersonasQuery, context.req.query());
      return context.json({ personas: await listPersonas(services, user) });
    }),
  );

  routes.get("/api/personas/:key", (context) =>
    translateErrors(async () => {
      const { key } = read(PersonaParams, context.req.param());
      return context.json(await readPersona(services, key));
    }),
  );

  routes.put("/api/personas/:key", (context) =>
    translateErrors(async () => {
      const { key } = read(PersonaParams, context.req.param());
      const { persona, isNew } = await writePersona(services, key, read(PersonaBody, await bodyOf(context)));
      return context.json(persona, isNew ? 201 : 200);
    }),
  );

  return {
    name: PLATFORM,
    limits: { messageLength: MESSAGE_LENGTH, editEveryMs: EDIT_EVERY_MS, typingLastsMs: TYPING_LASTS_MS },
    get connected() {
      return inbox !== undefined;
    },
    async start(to) {
      inbox = to;
    },
    async stop() {
      inbox = undefined;
    },
    async close() {
      inbox = undefined;
    },
    replyChannel: createReplyChannels({ exchanges, changes }),
    routes,
  };
}

/** @throws {AppError} `invalid_input`, naming each field and what it takes */
function read<T>(schema: z.ZodType<T>, given: unknown): T {
  const { success, data, error } = schema.safeParse(given, { error: refusal });
  if (!success) throw invalidInput(error);
  return data;
}

function refusal(issue: Parameters<typeof optionRefusal>[0]): string | undefined {
  if (issue.code === "invalid_type" && issue.expected === "object") return sentences.httpApi.notAnObject;
  if (issue.code === "unrecognized_keys") return sentences.httpApi.noSuchFields(issue.keys);
  return optionRefusal(issue);
}

async function bodyOf(context: Context): Promise<unknown> {
  try {
    return await context.req.json();
  } catch (cause) {
    // Else the caller hung up.
    const isWhole = cause instanceof SyntaxError;
    const message = isWhole ? sentences.httpApi.notJson : sentences.http.bodyCut;
    throw new HTTPException(400, { message, cause });
  }
}

const wantsStream = (context: Context): boolean =>
  /\btext\/event-stream\b/i.test(context.req.header("accept") ?? "");

/** What is neither understood nor a mistake in a program is the database's: nothing else is asked here. */
async function translateErrors(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    const isOurs = error instanceof AppError || error instanceof HTTPException;
    if (isOurs || error instanceof TypeError || error instanceof RangeError) throw error;
    throw databaseUnavailable(error);
  }
}
