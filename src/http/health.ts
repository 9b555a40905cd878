import type { Context } from "hono";
import { z } from "zod";
import { withDeadline } from "../core/async/deadline.ts";
import { AppError } from "../core/domain/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { PausedRoute } from "../core/ports/platform.ts";

const Part = z.enum(["ready", "away"]);
export const Readiness = z.object({
  ready: z.boolean(),
  parts: z.record(z.string(), Part),
  /** Why a part is away, where that is understood. */
  reasons: z.record(z.string(), z.string()).optional(),
  /**
   * Which part has asked to be left alone, wholly or in some of its routes, and until when, as an ISO date. Anybody may ask
   * this, so what the routes are called, with ids of channels in them, is for the log alone.
   */
  closed: z.array(z.object({ part: z.string(), isWhole: z.boolean(), until: z.string() })).optional(),
});
export type Readiness = z.infer<typeof Readiness>;

/** By the part's name: resolves when it can be used, answers false or rejects when not; an AppError says why. */
export type Checks = Readonly<Record<string, () => Promise<unknown>>>;

interface Found {
  readonly isThere: boolean;
  readonly reason?: string;
}

/** What each part is to be left alone with for a time. */
export type ClosedParts = () => readonly ({ readonly part: string } & PausedRoute)[];

const CHECK_TIMEOUT_MS = 3_000;
/** Whoever asks every second must not keep the parts busy with it. */
const KEPT_MS = 5_000;

/** Tells whether everything is there that an answer needs. */
export function readiness(
  checks: () => Checks,
  clock: Clock,
  closedParts: ClosedParts = () => [],
): () => Promise<Readiness> {
  let kept: { readonly at: number; readonly answer: Promise<Readiness> } | undefined;

  async function look(): Promise<Readiness> {
    const entries = await Promise.all(
      Object.entries(checks()).map(async ([name, check]) => [name, await state(check)] as const),
    );
    const closed = closedParts();
    const isShut = (name: string) => closed.some(({ part, route }) => part === name && route === undefined);
    const parts = Object.fromEntries(
      entries.map(([name, found]) => [
        name,
        found.isThere && !isShut(name) ? ("ready" as const) : ("away" as const),
      ]),
    );
    const reasons = entries.flatMap(([name, { reason }]) => (reason === undefined ? [] : [[name, reason]]));
    return {
      ready: Object.values(parts).every((part) => part === "ready"),
      parts,
      ...(reasons.length > 0 && { reasons: Object.fromEntries(reasons) }),
      ...(closed.length > 0 && {
        closed: closed.map(({ part, route, until }) => ({
          part,
          isWhole: route === undefined,
          until: new Date(until).toISOString(),
        })),
      }),
    };
  }

  async function state(check: () => Promise<unknown>): Promise<Found> {
    const answer = check().then(
      (there) => ({ isThere: there !== false }),
      (error: unknown) => ({
        isThere: false,
        ...(error instanceof AppError && { reason: error.userMessage }),
      }),
    );
    return withDeadline(answer, { clock, ms: CHECK_TIMEOUT_MS, late: () => ({ isThere: false }) });
  }

  return () => {
    if (!kept || clock.now() - kept.at >= KEPT_MS) kept = { at: clock.now(), answer: look() };
    return kept.answer;
  };
}

export async function answerReadiness(context: Context, look: () => Promise<Readiness>): Promise<Response> {
  const answer = await look();
  return context.json(answer, answer.ready ? 200 : 503);
}
