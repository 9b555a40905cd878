import { BoundedMap } from "../../core/async/bounded-map.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { PausedRoute } from "../../core/ports/platform.ts";
import { isLongWait, PlatformUnavailable } from "./unavailable.ts";

export interface Route {
  /** Tells routes apart; may hold tokens, so it is logged nowhere. */
  readonly key: string;
  /** For the log. */
  readonly label: string;
}

interface Admitted {
  /** The platform answered, whatever it said. */
  own(): void;
  /** Nothing came, or the connection broke. */
  nothing(): void;
  /** What came is not from the platform; gives the error to throw. `retryAfterMs` is what it asked for. */
  foreign(status: number, retryAfterMs: number | undefined): PlatformUnavailable;
  /** It asks to wait longer than anybody does; `all` for every route. */
  limited(retryAfterMs: number, all: boolean): PlatformUnavailable;
}

/** Five requests in the first minute of an outage, one a minute after that. */
const FIRST_MS = 2_000;
const MAX_MS = 60_000;
const ROUTES_REMEMBERED = 1_000;

/*
 * When nothing may be asked of a platform. Whatever is not its own JSON (the page of a ban, of a broken proxy, a 429
 * that names no time) is an outage, and who insists prolongs a ban. So there is one pause for everything, which doubles;
 * after it a single request goes ahead to see, and all others wait for how that ends:
 *
 *   open      everything goes. A foreign answer begins a pause.
 *   paused    nothing goes until the time. Then the next request is the probe.
 *   probing   nothing but the probe goes. An answer of its own opens, a foreign one pauses twice as long.
 *
 * A route that the platform itself closes for longer than anybody waits is closed by itself, and the others go on.
 */
export class Pauses {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #routes = new BoundedMap<string, { readonly label: string; readonly until: number }>(
    ROUTES_REMEMBERED,
  );
  #pausedUntil: number | undefined;
  #lastMs = 0;
  #isProbing: boolean = false;

  constructor(services: {
    /** As the log calls the platform. */
    name: string;
    clock: Clock;
    log: Logger;
  }) {
    this.#name = services.name;
    this.#clock = services.clock;
    this.#log = services.log;
  }

  /** Throws PlatformUnavailable where nothing may be sent now; else the result hears how the request ended. */
  admit(route: Route): Admitted {
    const now = this.#clock.now();
    if (this.#pausedUntil !== undefined && (now < this.#pausedUntil || this.#isProbing))
      throw this.#closedUntil(Math.max(this.#pausedUntil, now));
    const until = this.#routes.get(route.key)?.until;
    if (until !== undefined && now < until) throw this.#closedUntil(until, route);
    this.#routes.delete(route.key);
    const isProbe = this.#pausedUntil !== undefined;
    this.#isProbing ||= isProbe;
    /** What was sent before a pause says nothing of how things are now. */
    const begunIn = this.#pausedUntil;
    const isCurrent = () => isProbe || this.#pausedUntil === begunIn;
    return {
      own: () => {
        if (!isCurrent()) return;
        if (isProbe) this.#log.info({}, `${this.#name} answers again`);
        [this.#pausedUntil, this.#lastMs, this.#isProbing] = [undefined, 0, false];
      },
      nothing: () => {
        if (isProbe) this.#pause(this.#lastMs, { reason: "no answer" });
      },
      foreign: (status, retryAfterMs) => {
        if (isCurrent()) {
          const waitMs = Math.max(retryAfterMs ?? 0, Math.min(Math.max(this.#lastMs * 2, FIRST_MS), MAX_MS));
          this.#lastMs = Math.min(waitMs, MAX_MS);
          this.#pause(waitMs, { status, reason: `the answer is not from ${this.#name} itself` });
        }
        const mayHaveLanded = status < 400 || status >= 500;
        return new PlatformUnavailable(`an answer with status ${status} that is not ${this.#name}'s own`, {
          mayHaveSucceeded: mayHaveLanded,
          until: this.#pausedUntil,
          isLong: isLongWait(retryAfterMs ?? 0),
        });
      },
      limited: (retryAfterMs, all) => {
        if (all) {
          if (isCurrent()) this.#pause(retryAfterMs, { reason: `${this.#name} limits everything` });
          return this.#closedUntil(this.#clock.now() + retryAfterMs);
        }
        if (isProbe) [this.#pausedUntil, this.#lastMs, this.#isProbing] = [undefined, 0, false];
        return this.#close(route, retryAfterMs);
      },
    };
  }

  /** What is closed now, and until when; everything first. */
  get pausedRoutes(): readonly PausedRoute[] {
    const now = this.#clock.now();
    const all =
      this.#pausedUntil === undefined ? [] : [{ route: undefined, until: Math.max(this.#pausedUntil, now) }];
    const some = [...this.#routes.values()].filter(({ until }) => until > now);
    return [...all, ...some.map(({ label, until }) => ({ route: label, until }))];
  }

  #pause(waitMs: number, why: { status?: number; reason: string }): void {
    this.#pausedUntil = this.#clock.now() + waitMs;
    this.#isProbing = false;
    this.#log.warn(
      { ...why, waitMs, until: iso(this.#pausedUntil) },
      `${this.#name} is away: nothing is asked until then`,
    );
  }

  #close(route: Route, waitMs: number): PlatformUnavailable {
    const { key, label } = route;
    const until = this.#clock.now() + waitMs;
    this.#routes.set(key, { label, until });
    this.#log.warn(
      { route: label, waitMs, until: iso(until) },
      `${this.#name} closed a route: it is left alone until then`,
    );
    return this.#closedUntil(until, route);
  }

  #closedUntil(until: number, route?: Route): PlatformUnavailable {
    const isLong = isLongWait(until - this.#clock.now());
    const message = `${this.#name} is left alone until ${iso(until)} (${route?.label ?? "everything"})`;
    return new PlatformUnavailable(message, {
      mayHaveSucceeded: false,
      until,
      isLong,
      isRouteAlone: route !== undefined,
    });
  }
}

const iso = (ms: number) => new Date(ms).toISOString();
