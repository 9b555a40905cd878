import type { Clock } from "../ports/clock.ts";

export interface Retrying {
  readonly clock: Pick<Clock, "sleep">;
  /** How long to wait before each further try, in ms; once they are used up, the failure stands. */
  readonly waits: Iterable<number>;
  /** Whether a failure passes by itself; any other is thrown at once. */
  readonly isPassing: (error: unknown) => boolean;
  /** Ends the waiting: the failure stands then. */
  readonly signal?: AbortSignal | undefined;
  /** A wait that the failure itself asks for, where it is not the planned one. */
  readonly waitMs?: (error: unknown, plannedMs: number) => number;
  /** Hears of each failure that is tried again, before the wait. */
  readonly onWait?: (error: unknown, waitMs: number) => void;
}

/**
 * Does something until it succeeds.
 *
 * @throws the last failure: one that does not pass, or that no wait is left for, or during whose wait `signal` aborted
 */
export async function retry<Result>(work: () => Promise<Result>, retrying: Retrying): Promise<Result> {
  const { clock, waits, isPassing, signal, waitMs = planned, onWait } = retrying;
  const left = waits[Symbol.iterator]();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted || !isPassing(error)) throw error;
      const next = left.next();
      if (next.done) throw error;
      const ms = waitMs(error, next.value);
      onWait?.(error, ms);
      await clock.sleep(ms, signal);
      if (signal?.aborted) throw error;
    }
  }
}

const planned = (_error: unknown, plannedMs: number): number => plannedMs;

/** Waits without end, each twice as long as the one before it, up to a longest one. */
export function* doubling(firstMs: number, longestMs: number): Generator<number, never> {
  for (let ms = firstMs; ; ms = Math.min(ms * 2, longestMs)) yield ms;
}
