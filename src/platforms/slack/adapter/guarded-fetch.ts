import { z } from "zod";
import type { Clock } from "../../../core/clock.ts";
import type { Logger } from "../../../core/logger.ts";
import type { ClosedForNow } from "../../../core/platform.ts";
import { createPauses, type Route } from "../../shared/pauses.ts";
import { createTimeOffset, type TimeOffset } from "../../shared/time-offset.ts";
import { Outage } from "../failure.ts";

/** The one way to Slack: every client of the SDK sends by it, so that they all leave Slack alone when that is due. */
export interface GuardedFetch {
  /** Of the Web API: what is not Slack's own JSON is an outage. */
  readonly api: typeof fetch;
  /** Of Slack's other addresses, which answer in words of their own: only what fails may be an outage. */
  readonly other: typeof fetch;
  readonly time: TimeOffset;
  /** What Slack has closed for a time, if anything. */
  readonly closed: readonly ClosedForNow[];
}

const TOO_MANY = 429;
/** What is shorter is waited for where it is asked. */
const LONG_MS = 60_000;

export function createGuardedFetch({ clock, log }: { clock: Clock; log: Logger }): GuardedFetch {
  const outage = (message: string, facts: ConstructorParameters<typeof Outage>[1]) =>
    new Outage(message, facts);
  const pauses = createPauses({ name: "slack", outage, clock, log });
  const time = createTimeOffset(clock);

  const guarded =
    (
      routeOf: (url: URL, init: RequestInit) => Route,
      ownOf: (response: Response) => Promise<Response | undefined>,
    ): typeof fetch =>
    async (input, init = {}) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const admitted = pauses.admit(routeOf(url, init));
      const sentAt = clock.now();
      const response = await fetch(input, init).catch((error: unknown) => {
        admitted.nothing();
        throw error;
      });
      const { status, headers } = response;
      time.measure(headers.get("date"), sentAt);
      const retryAfterMs = secondsOf(headers.get("retry-after"));
      const own = await ownOf(response).catch((error: unknown) => {
        admitted.nothing();
        throw error;
      });
      if (!own || (status === TOO_MANY && retryAfterMs === undefined)) {
        await discard(response);
        throw admitted.foreign(status, retryAfterMs);
      }
      if (status === TOO_MANY && retryAfterMs !== undefined && retryAfterMs > LONG_MS) {
        await discard(response);
        throw admitted.limited(retryAfterMs, false);
      }
      admitted.own();
      return own;
    };

  return {
    api: guarded(methodOf, answerOf),
    other: guarded(
      ({ host }) => ({ key: host, label: host }),
      async (response) => (response.status < 500 || isJson(response) ? response : undefined),
    ),
    time,
    get closed() {
      return pauses.closed;
    },
  };
}

/** Slack limits a method in each workspace by itself; the token, which tells them apart, is logged nowhere. */
function methodOf({ pathname }: URL, { headers }: RequestInit): Route {
  const method = pathname.slice(pathname.lastIndexOf("/") + 1);
  return { key: `${method} ${new Headers(headers).get("authorization") ?? ""}`, label: method };
}

const isJson = ({ headers }: Response): boolean =>
  headers.get("content-type")?.startsWith("application/json") === true;

const Answer = z.object({ ok: z.boolean() });

/** Whatever Slack's methods say, they say whether it is good; JSON that does not is a proxy's, or anybody's. */
async function answerOf(response: Response): Promise<Response | undefined> {
  if (!isJson(response)) return undefined;
  const { status, statusText, headers } = response;
  if (status === TOO_MANY || status >= 500) return response;
  const text = await response.text();
  return isAnswer(text) ? new Response(text, { status, statusText, headers }) : undefined;
}

function isAnswer(text: string): boolean {
  try {
    return Answer.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

/** What was not read keeps its connection. Nothing of it is kept: it may be anything. */
async function discard(response: Response): Promise<void> {
  if (response.bodyUsed) return;
  await response.arrayBuffer().catch(() => undefined);
}

function secondsOf(header: string | null): number | undefined {
  const seconds = header === null ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}
