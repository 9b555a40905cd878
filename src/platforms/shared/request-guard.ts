import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { PausedRoute } from "../../core/ports/platform.ts";
import { Pauses, type Route } from "./pauses.ts";
import { TimeOffset } from "./time-offset.ts";

interface GuardedRequest<Answer extends HttpAnswer> {
  readonly route: Route;
  send(): Promise<Answer>;
  /** The answer if it is the platform's own, to be read once more; undefined for a page or the JSON of anybody else. */
  own(answer: Answer): Promise<Answer | undefined>;
}

/** What the kinds of fetch have in common. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly bodyUsed: boolean;
  text(): Promise<string>;
  arrayBuffer(): Promise<unknown>;
}

export const TOO_MANY = 429;

/**
 * The one way to a platform: lets through what is its own answer, and nothing that goes out while it is to be left
 * alone. Each SDK sends by its own fetch, with answers of its own kind.
 */
export class RequestGuard {
  readonly #globalHeader: string | undefined;
  readonly #longMs: number;
  readonly #clock: Clock;
  readonly #pauses: Pauses;
  readonly time: TimeOffset;

  constructor(options: {
    /** As the log calls the platform. */
    name: string;
    /** The header of a 429 that closes every route, if there is one. */
    globalHeader?: string;
    /** A 429 that asks for less is waited for where it is asked. */
    longMs: number;
    clock: Clock;
    log: Logger;
  }) {
    this.#globalHeader = options.globalHeader;
    this.#longMs = options.longMs;
    this.#clock = options.clock;
    this.#pauses = new Pauses(options);
    this.time = new TimeOffset(this.#clock);
  }

  async send<Answer extends HttpAnswer>(request: GuardedRequest<Answer>): Promise<Answer> {
    const admitted = this.#pauses.admit(request.route);
    const sentAt = this.#clock.now();
    const { answer, own } = await this.#ask(request, sentAt).catch((error: unknown) => {
      admitted.nothing();
      throw error;
    });
    const { status, headers } = answer;
    const retryAfterMs = secondsOf(headers.get("retry-after"));
    // After a 429 that names no time a client would ask again at once, for ever.
    if (!own || (status === TOO_MANY && retryAfterMs === undefined)) {
      await discard(answer);
      throw admitted.foreign(status, retryAfterMs);
    }
    if (status === TOO_MANY && retryAfterMs !== undefined && retryAfterMs > this.#longMs) {
      await discard(answer);
      const isForAll = this.#globalHeader !== undefined && headers.get(this.#globalHeader) !== null;
      throw admitted.limited(retryAfterMs, isForAll);
    }
    admitted.own();
    return own;
  }

  /** What the platform has closed for a time, if anything. */
  get closed(): readonly PausedRoute[] {
    return this.#pauses.pausedRoutes;
  }

  async #ask<Answer extends HttpAnswer>(request: GuardedRequest<Answer>, sentAt: number) {
    const answer = await request.send();
    this.time.measure(answer.headers.get("date"), sentAt);
    return { answer, own: await request.own(answer) };
  }
}

export const isJson = ({ headers }: Pick<HttpAnswer, "headers">): boolean =>
  headers.get("content-type")?.startsWith("application/json") === true;

/** Undefined for what is no JSON, whatever its header says. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What was not read keeps its connection. Nothing of it is kept: it may be anything. */
async function discard(answer: HttpAnswer): Promise<void> {
  if (answer.bodyUsed) return;
  await answer.arrayBuffer().catch(() => undefined);
}

function secondsOf(header: string | null): number | undefined {
  const seconds = header === null ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined;
}
