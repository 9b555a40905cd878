import type { Context } from "hono";
import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import type { ClosedForNow } from "../core/platform.ts";

const Part = z.enum(["ready", "away"]);
export const Readiness = z.object({
  ready: z.boolean(),
  parts: z.record(z.string(), Part),
  /** What a part has asked to be left alone, and until when, as an ISO date. */
  closed: z.array(z.object({ part: z.string(), route: z.string().optional(), until: z.string() })).optional(),
});
export type Readiness = z.infer<typeof Readiness>;

/** By the part's name: resolves when it can be used, rejects or answers false when not. */
export type Checks = Readonly<Record<string, () => Promise<unknown>>>;

/** What each part is to be left alone with for a time. */
export type ClosedParts = () => readonly ({ readonly part: string } & ClosedForNow)[];

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
      entries.map(([name, part]) => [name, isShut(name) ? ("away" as const) : part]),
    );
    return {
      ready: Object.values(parts).every((part) => part === "ready"),
      parts,
      ...(closed.length > 0 && {
        closed: closed.map(({ until, ...what }) => ({ ...what, until: new Date(until).toISOString() })),
      }),
    };
  }

  async function state(check: () => Promise<unknown>): Promise<z.infer<typeof Part>> {
    const over = new AbortController();
    const late = clock.sleep(CHECK_TIMEOUT_MS, over.signal).then(() => false);
    // What is wrong is in the log of whoever needs the part; here it is asked only whether.
    const found = check().catch(() => false);
    const isThere = (await Promise.race([found, late])) !== false;
    over.abort();
    return isThere ? "ready" : "away";
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
