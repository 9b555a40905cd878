import { z } from "zod";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { PausedRoute } from "../../../core/ports/platform.ts";
import type { Route } from "../../shared/pauses.ts";
import { isJson, jsonOf, RequestGuard, TOO_MANY } from "../../shared/request-guard.ts";
import type { TimeOffset } from "../../shared/time-offset.ts";

/** What is shorter is waited for where it is asked. */
const LONG_MS = 60_000;

/** The one way to Slack: every client of the SDK sends by it, so that they all leave Slack alone when that is due. */
export class GuardedFetch {
  /** Of the Web API: what is not Slack's own JSON is an outage. */
  readonly api: typeof fetch;
  /** Of Slack's other addresses, which answer in words of their own: only what fails may be an outage. */
  readonly other: typeof fetch;
  readonly time: TimeOffset;
  readonly #guard: RequestGuard;

  constructor({ clock, log }: { clock: Clock; log: Logger }) {
    this.#guard = new RequestGuard({ name: "Slack", longMs: LONG_MS, clock, log });
    this.api = this.#guarded(methodOf, answerOf);
    this.other = this.#guarded(
      ({ host }) => ({ key: host, label: host }),
      async (response) => (response.status < 500 || isJson(response) ? response : undefined),
    );
    this.time = this.#guard.time;
  }

  /** What Slack has closed for a time, if anything. */
  get pausedRoutes(): readonly PausedRoute[] {
    return this.#guard.closed;
  }

  #guarded(
    routeOf: (url: URL, init: RequestInit) => Route,
    own: (response: Response) => Promise<Response | undefined>,
  ): typeof fetch {
    return async (input, init = {}) => {
      const url = new URL(input instanceof Request ? input.url : input);
      return this.#guard.send({ route: routeOf(url, init), send: () => fetch(input, init), own });
    };
  }
}

/** Slack limits a method in each workspace by itself; the token, which tells them apart, is logged nowhere. */
function methodOf({ pathname }: URL, { headers }: RequestInit): Route {
  const method = pathname.split("/").at(-1) ?? "";
  return { key: `${method} ${new Headers(headers).get("authorization") ?? ""}`, label: method };
}

const Answer = z.object({ ok: z.boolean() });

/** Whatever Slack's methods say, they say whether it is good; JSON that does not is a proxy's, or anybody's. */
async function answerOf(response: Response): Promise<Response | undefined> {
  if (!isJson(response)) return undefined;
  const { status, statusText, headers } = response;
  if (status === TOO_MANY || status >= 500) return response;
  const text = await response.text();
  const isAnswer = Answer.safeParse(jsonOf(text)).success;
  return isAnswer ? new Response(text, { status, statusText, headers }) : undefined;
}
