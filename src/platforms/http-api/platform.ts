import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import type { z } from "zod";
import { optionRefusal } from "../../core/commands/option-errors.ts";
import { AppError, invalidInput } from "../../core/domain/errors.ts";
import type { BotEvent } from "../../core/ports/bot-events.ts";
import type { Inbox, Platform, ReplyChannel, ReplyTarget } from "../../core/ports/platform.ts";
import type { RecordStore } from "../../core/ports/record-store.ts";
import type { CoreServices } from "../../core/ports/services.ts";
import { sentences } from "../../sentences/sentences.ts";
import { ExchangeChanges } from "./answers/changes.ts";
import { databaseUnavailable, type Exchange, Exchanges } from "./answers/exchange.ts";
import { ExchangeStates } from "./answers/exchange-state.ts";
import { replyChannel } from "./answers/reply-channels.ts";
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

/** An answer is one message, however long; this much no model writes. */
const MESSAGE_LENGTH = 100_000;
/** Each edit is a row written. */
const EDIT_EVERY_MS = 250;
const TYPING_LASTS_MS = 10_000;

/** Our own HTTP API. It has no service behind it: what is posted is kept, and callers get it or ask for it. */
export class HttpApiPlatform implements Platform {
  readonly name = PLATFORM;
  readonly limits = {
    messageLength: MESSAGE_LENGTH,
    editEveryMs: EDIT_EVERY_MS,
    typingLastsMs: TYPING_LASTS_MS,
  };
  /** The API; whoever serves it sees to tokens, sizes and how refusals look. */
  readonly routes = new Hono();
  readonly #services: CoreServices;
  readonly #changes = new ExchangeChanges();
  readonly #exchanges: Exchanges;
  readonly #answering: AnswerServices & { readonly outcomes: ExchangeStates };
  #inbox: Inbox | undefined;

  constructor({ services, onBotEvent, ...options }: HttpApiOptions) {
    const { clock, log, turns, turnQueue } = services;
    this.#services = services;
    this.#exchanges = new Exchanges(options.exchanges);
    this.#answering = {
      outcomes: new ExchangeStates({
        exchanges: this.#exchanges,
        turns,
        lanes: turnQueue,
        changes: this.#changes,
        clock,
      }),
      clock,
      log,
      leaving: options.leaving ?? new AbortController().signal,
    };
    onBotEvent((botEvent) => {
      if (botEvent.type !== "platform lost" && botEvent.place.platform === PLATFORM)
        this.#changes.handleBotEvent(botEvent);
    });
    this.#addChatRoutes();
    this.#addReadingRoutes();
    this.#addPersonaRoutes();
  }

  get connected(): boolean {
    return this.#inbox !== undefined;
  }

  async start(inbox: Inbox): Promise<void> {
    this.#inbox = inbox;
  }

  async stop(): Promise<void> {
    this.#inbox = undefined;
  }

  async close(): Promise<void> {
    this.#inbox = undefined;
  }

  replyChannel(target: ReplyTarget): ReplyChannel {
    return replyChannel({ exchanges: this.#exchanges, changes: this.#changes }, target);
  }

  #addChatRoutes(): void {
    const { routes } = this;
    const services = this.#services;
    const exchanges = this.#exchanges;
    const answering = this.#answering;
    const { outcomes } = answering;

    routes.post("/api/chat", (context) =>
      translateErrors(async () => {
        const inbox = this.#inbox;
        if (!inbox) throw new AppError("platform_unavailable", sentences.httpApi.stopping);
        const key = read(IdempotencyHeader.optional(), context.req.header("idempotency-key"));
        const request = read(ChatRequest, await bodyOf(context));
        const exchange = await acceptMessage({ services, exchanges, outcomes, inbox }, request, key);
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
  }

  #addReadingRoutes(): void {
    const { routes } = this;
    const services = this.#services;

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
  }

  #addPersonaRoutes(): void {
    const { routes } = this;
    const services = this.#services;

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
        const { persona, isNew } = await writePersona(
          services,
          key,
          read(PersonaBody, await bodyOf(context)),
        );
        return context.json(persona, isNew ? 201 : 200);
      }),
    );
  }
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
