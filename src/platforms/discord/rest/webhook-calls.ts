import { DiscordAPIError, HTTPError } from "discord.js";
import { z } from "zod";
import { BoundedMap } from "../../../core/async/bounded-map.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { type HttpAnswer, jsonOf, TOO_MANY } from "../../shared/request-guard.ts";
import type { ApiRequest } from "./api.ts";
import { CallBucket } from "./call-bucket.ts";

/** A webhook has a bucket for each route. */
const BUCKETS_REMEMBERED = 2_000;
const REPEATS = 3;
const NO_CONTENT = 204;
const SERVER_ERROR = 500;
/** A connection that ended under the request. */
const CUT = new Set(["ECONNRESET", "UND_ERR_SOCKET"]);

const DiscordError = z.object({ code: z.number(), message: z.string() });

/** A 429 without a time is let through by nobody. */
const RETRY_MS = 1_000;

/**
 * Calls of webhooks, several at a time: the client sends one after the other, and a tenth thread would wait for the edits
 * of nine. An edit that only shows how an answer grows is left out where there is no room for it and for what must be shown.
 */
export class WebhookCalls {
  readonly #send: (request: ApiRequest, signal: AbortSignal) => Promise<HttpAnswer>;
  readonly #clock: Pick<Clock, "now" | "sleep">;
  readonly #log: Logger;
  readonly #buckets = new BoundedMap<string, CallBucket>(BUCKETS_REMEMBERED);

  constructor(services: {
    /** Once, whatever becomes of it. */
    readonly send: (request: ApiRequest, signal: AbortSignal) => Promise<HttpAnswer>;
    readonly clock: Pick<Clock, "now" | "sleep">;
    readonly log: Logger;
  }) {
    this.#send = services.send;
    this.#clock = services.clock;
    this.#log = services.log;
  }

  /** Takes the room for one message that is posted now; false where there is none. Its request says that it has it. */
  takeRoomToPost(webhook: string): boolean {
    return this.#bucket("POST", webhook).takeNow();
  }

  /**
   * Gives what Discord answers; undefined also for what was left out.
   *
   * @throws {DiscordAPIError} for a refusal, `HTTPError` for an outage, and whatever cuts a connection
   */
  async ask(request: ApiRequest, signal: AbortSignal): Promise<unknown> {
    const { keepsFree } = request;
    const bucket = this.#bucketOf(request);
    if (keepsFree !== undefined && bucket.room <= keepsFree) return undefined;
    let hasRoom = request.hasRoom === true;
    for (let repeats = request.repeatable === false ? 0 : REPEATS; ; repeats -= 1) {
      if (!hasRoom) await bucket.take(signal);
      hasRoom = false;
      const answer = await this.#once(bucket, request, signal).catch((error: unknown) => {
        if (repeats > 0 && isCut(error)) return undefined;
        throw error;
      });
      if (answer === "limited") repeats += 1;
      else if (answer && (answer.status < SERVER_ERROR || repeats === 0)) return read(answer, request);
    }
  }

  /** A call that is sent otherwise: it takes room like any other. */
  async around(request: ApiRequest, signal: AbortSignal, send: () => Promise<unknown>): Promise<unknown> {
    const bucket = this.#bucketOf(request);
    if (!request.hasRoom) await bucket.take(signal);
    try {
      return await send();
    } finally {
      bucket.unanswered();
    }
  }

  async #once(bucket: CallBucket, request: ApiRequest, signal: AbortSignal): Promise<HttpAnswer | "limited"> {
    const answer = await this.#send(request, signal).catch((error: unknown) => {
      bucket.unanswered();
      throw error;
    });
    if (answer.status !== TOO_MANY) {
      bucket.answered(answer.headers);
      return answer;
    }
    await answer.arrayBuffer();
    const seconds = Number(answer.headers.get("retry-after"));
    bucket.refused(seconds > 0 ? seconds * 1_000 : RETRY_MS);
    this.#log.warn(
      { method: request.method, route: "/webhooks/:id/…" },
      "Discord limits the rate of requests",
    );
    return "limited";
  }

  #bucketOf({ method, path }: ApiRequest): CallBucket {
    return this.#bucket(method, path.split("/")[2] ?? "");
  }

  #bucket(method: string, webhook: string): CallBucket {
    const key = `${method} ${webhook}`;
    const bucket = this.#buckets.get(key) ?? new CallBucket(this.#clock);
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

async function read(answer: HttpAnswer, { method, path, body }: ApiRequest): Promise<unknown> {
  if (answer.status === NO_CONTENT) return undefined;
  const said = jsonOf(await answer.text());
  if (answer.status < 400) return said;
  const { data } = DiscordError.safeParse(said);
  const sent = { files: undefined, body };
  if (data && answer.status < SERVER_ERROR)
    throw new DiscordAPIError(data, data.code, answer.status, method, path, sent);
  throw new HTTPError(answer.status, "", method, path, sent);
}

function isCut(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && CUT.has(String(error.code))) || isCut(error.cause);
}
