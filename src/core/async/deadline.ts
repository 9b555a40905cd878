import type { Clock } from "../ports/clock.ts";

export interface Deadline<Late> {
  readonly clock: Pick<Clock, "sleep">;
  readonly ms: number;
  /** What counts instead when the time is up; it may throw. It is not called when the work was done in time. */
  readonly late: () => Late | Promise<Late>;
}

/**
 * What `work` comes to, or what is said instead once the time is up. The work itself goes on, and how it ends after that
 * concerns nobody: its failure is not unhandled. What is to end it belongs into `late`.
 */
export async function withDeadline<Result, Late>(
  work: Promise<Result>,
  { clock, ms, late }: Deadline<Late>,
): Promise<Result | Late> {
  const over = new AbortController();
  const inTime = work.then((result) => ({ result }));
  const timeUp = clock.sleep(ms, over.signal).then(() => undefined);
  try {
    const first = await Promise.race([inTime, timeUp]);
    return first ? first.result : await late();
  } finally {
    over.abort();
  }
}
