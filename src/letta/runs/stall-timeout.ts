import type { Clock } from "../../core/ports/clock.ts";
import { LettaError } from "../errors.ts";

export interface StallLimits {
  readonly clock: Clock;
  /** How long the stream may be wholly silent. Letta pings every 20 s while the model thinks. */
  readonly stallMs: number;
  /** How long it may do nothing but ping; Letta itself gives up after 1,800 s. */
  readonly pingsOnlyMs: number;
}

/**
 * Passes a stream on, beginning with the wait for it to open, and throws `stalled` when patience runs out: the
 * client's own timeout ends with the headers, which Letta sends at once. Whoever calls closes the connection.
 *
 * One sleeper watches all waits: a timer for each piece of an answer costs more than reading the piece.
 */
export async function* withStallTimeout<T>(
  open: () => Promise<AsyncIterable<T>>,
  isPing: (item: T) => boolean,
  { clock, stallMs, pingsOnlyMs }: StallLimits,
): AsyncGenerator<T> {
  const over = new AbortController();
  let lastNews = clock.now();
  /** What is waited for now; undefined while what came is being used. */
  let wait: { readonly since: number; stalled(): void } | undefined;

  const within = async <R>(step: Promise<R>): Promise<R> => {
    try {
      return await new Promise<R>((resolve, reject) => {
        wait = { since: clock.now(), stalled: () => reject(new LettaError("stalled")) };
        step.then(resolve, reject);
      });
    } finally {
      wait = undefined;
    }
  };
  const watch = async () => {
    while (!over.signal.aborted) {
      const now = clock.now();
      const due = wait ? Math.min(wait.since + stallMs, lastNews + pingsOnlyMs) : now + stallMs;
      if (due <= now) return wait?.stalled();
      await clock.sleep(due - now, over.signal);
    }
  };

  try {
    const opened = within(open());
    void watch();
    const source = (await opened)[Symbol.asyncIterator]();
    for (;;) {
      const next = await within(source.next());
      if (next.done) return;
      if (!isPing(next.value)) lastNews = clock.now();
      yield next.value;
    }
  } finally {
    over.abort();
  }
}
