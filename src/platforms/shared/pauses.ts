import { BoundedMap } from "../../core/async/bounded-map.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { PausedRoute } from "../../core/ports/platform.ts";
import { isLongWait, PlatformUnavailable } from "./unavailable.ts";

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
export interface Pauses {
  /** Throws PlatformUnavailable where nothing may be sent now; else the result hears how the request ended. */
  admit(route: Route): Admitted;
  /** What is closed now, and until when; everything first. */
  readonly pausedRoutes: readonly PausedRoute[];
}

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

export function createPauses(services: {
  /** As the log calls the platform. */
  name: string;
  clock: Clock;
  log: Logger;
}): Pauses {
  const { name, clock, log } = services;
  const routes = new BoundedMap<string, { readonly label: string; readonly until: number }>(
    ROUTES_REMEMBERED,
  );
  let pausedUntil: number | undefined;
  let lastMs = 0;
  let isProbing = false;

  function admit(route: Route): Admitted {
    const now = clock.now();
    if (pausedUntil !== undefined && (now < pausedUntil || isProbing))
      throw closedUntil(Math.max(pausedUntil, now));
    const until = routes.get(route.key)?.until;
    if (until !== undefined && now < until) throw closedUntil(until, route);
    routes.delete(route.key);
    const isProbe = pausedUntil !== undefined;
    isProbing ||= isProbe;
    /** What was sent before a pause says nothing of how things are now. */
    const begunIn = pausedUntil;
    const isCurrent = () => isProbe || pausedUntil === begunIn;
    return {
      own() {
        if (!isCurrent()) return;
        if (isProbe) log.info({}, `${name} answers again`);
        [pausedUntil, lastMs, isProbing] = [undefined, 0, false];
      },
      nothing() {
        if (isProbe) pause(lastMs, { reason: "no answer" });
      },
      foreign(status, retryAfterMs) {
        if (isCurrent()) {
          const waitMs = Math.max(retryAfterMs ?? 0, Math.min(Math.max(lastMs * 2, FIRST_MS), MAX_MS));
          lastMs = Math.min(waitMs, MAX_MS);
          pause(waitMs, { status, reason: `the answer is not from ${name} itself` });
        }
        const mayHaveLanded = status < 400 || status >= 500;
        return new PlatformUnavailable(`an answer with status ${status} that is not ${name}'s own`, {
          mayHaveSucceeded: mayHaveLanded,
          until: pausedUntil,
          isLong: isLongWait(retryAfterMs ?? 0),
        });
      },
      limited(retryAfterMs, all) {
        if (all) {
          if (isCurrent()) pause(retryAfterMs, { reason: `${name} limits everything` });
          return closedUntil(clock.now() + retryAfterMs);
        }
        if (isProbe) [pausedUntil, lastMs, isProbing] = [undefined, 0, false];
        return close(route, retryAfterMs);
      },
    };
  }

  function pause(waitMs: number, why: { status?: number; reason: string }): void {
    pausedUntil = clock.now() + waitMs;
    isProbing = false;
    log.warn({ ...why, waitMs, until: iso(pausedUntil) }, `${name} is away: nothing is asked until then`);
  }

  function close(route: Route, waitMs: number): PlatformUnavailable {
    const { key, label } = route;
    const until = clock.now() + waitMs;
    routes.set(key, { label, until });
    log.warn(
      { route: label, waitMs, until: iso(until) },
      `${name} closed a route: it is left alone until then`,
    );
    return closedUntil(until, route);
  }

  function closedUntil(until: number, route?: Route): PlatformUnavailable {
    const isLong = isLongWait(until - clock.now());
    const message = `${name} is left alone until ${iso(until)} (${route?.label ?? "everything"})`;
    return new PlatformUnavailable(message, {
      mayHaveSucceeded: false,
      until,
      isLong,
      isRouteAlone: route !== undefined,
    });
  }

  return {
    admit,
    get pausedRoutes() {
      const now = clock.now();
      const all = pausedUntil === undefined ? [] : [{ route: undefined, until: Math.max(pausedUntil, now) }];
      const some = [...routes.values()].filter(({ until }) => until > now);
      return [...all, ...some.map(({ label, until }) => ({ route: label, until }))];
    },
  };
}

const iso = (ms: number) => new Date(ms).toISOString();
