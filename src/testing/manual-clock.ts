/** Where every ManualClock starts: a whole second, so that dates in assertions are easy to read. */
export const MANUAL_CLOCK_START = Date.UTC(2026, 0, 1, 10, 0, 0);

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. It fits every Clock of this project by its shape. */
export class ManualClock {
  #now = MANUAL_CLOCK_START;
  #sleepers: readonly Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  /** How many are asleep: lets a test wait until something has gone to sleep before it moves the time. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** How long each of them still has to sleep: tells apart whom a test waits for, and who sleeps as well. */
  get left(): readonly number[] {
    return this.#sleepers.map(({ until }) => until - this.#now);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 0 || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper: Sleeper = {
        until: this.#now + ms,
        wake: () => {
          signal?.removeEventListener("abort", sleeper.wake);
          this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
          resolve();
        },
      };
      this.#sleepers = [...this.#sleepers, sleeper];
      signal?.addEventListener("abort", sleeper.wake, { once: true });
    });
  }

  /**
   * Moves time on, from one due sleeper to the next in the order they are due, and lets everything that was
   * waiting run in between: who sleeps in a loop wakes as often as on a real clock.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#sleepers
        .filter(({ until }) => until <= end)
        .toSorted((left, right) => left.until - right.until);
      if (!next) break;
      this.#now = Math.max(this.#now, next.until);
      next.wake();
      await new Promise(setImmediate);
    }
    this.#now = end;
    await new Promise(setImmediate);
  }
}
