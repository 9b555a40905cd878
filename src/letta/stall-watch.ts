import type { Clock } from "../core/clock.ts";
import { LettaFailure } from "./failure.ts";

export interface Patience {
  readonly clock: Clock;
  /** How long the stream may be wholly silent. Letta pings every 20 s while the model thinks. */
  readonly stallMs: number;
  /** How long it may do nothing but ping; Letta itself gives up after 1,800 s. */
  readonly pingsOnlyMs: number;
}

const STALLED = Symbol("stalled");

/**
 * Passes a stream on, beginning with the wait for it to open, and throws `stalled` when patience runs out: the
 * client's own timeout ends with the headers, which Letta sends at once. Whoever calls closes the connection.
 */
export async function* watched<T>(
  open: () => Promise<AsyncIterable<T>>,
  isPing: (item: T) => boolean,
  { clock, stallMs, pingsOnlyMs }: Patience,
): AsyncGenerator<T> {
  let lastNews = clock.now();
  const within = async <R>(step: Promise<R>): Promise<R> => {
    const awake = new AbortController();
    const left = Math.min(stallMs, lastNews + pingsOnlyMs - clock.now());
    const stalled = clock.sleep(left, awake.signal).then((): typeof STALLED => STALLED);
    try {
      const first = await Promise.race([step, stalled]);
      if (first === STALLED) throw new LettaFailure("stalled");
      return first;
    } finally {
      awake.abort();
    }
  };

  const source = (await within(open()))[Symbol.asyncIterator]();
  for (;;) {
    const next = await within(source.next());
    if (next.done) return;
    if (!isPing(next.value)) lastNews = clock.now();
    yield next.value;
  }
}
