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
 * Waits for the pieces of a stream, beginning with its opening: until one comes, the stream is silent for too long
 * (`stalled`), or somebody aborts. The client's own timeout ends with the headers, which Letta sends at once.
 *
 * One sleeper watches all waits: a timer for each piece of an answer costs more than reading the piece.
 */
export class Patience {
  readonly #limits: StallLimits;
  readonly #signal: AbortSignal;
  readonly #over = new AbortController();
  #lastNews: number;
  /** What is waited for now; undefined while what came is being used. */
  #wait: { readonly since: number; fail(reason: unknown): void } | undefined;
  #isWatching: boolean = false;

  constructor(limits: StallLimits, signal: AbortSignal) {
    this.#limits = limits;
    this.#signal = signal;
    this.#lastNews = limits.clock.now();
    signal.addEventListener("abort", this.#giveUp, { once: true });
  }

  /** @throws `stalled`, or the reason of the signal as soon as it aborts; the step itself goes on then */
  async for<T>(step: Promise<T>): Promise<T> {
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#wait = { since: this.#limits.clock.now(), fail: reject };
        step.then(resolve, reject);
        if (this.#signal.aborted) this.#giveUp();
        if (!this.#isWatching) void this.#watch();
      });
    } finally {
      this.#wait = undefined;
    }
  }

  /** What came was more than a sign that the server is there. */
  renew(): void {
    this.#lastNews = this.#limits.clock.now();
  }

  end(): void {
    this.#over.abort();
    this.#signal.removeEventListener("abort", this.#giveUp);
  }

  readonly #giveUp = (): void => this.#wait?.fail(this.#signal.reason);

  async #watch(): Promise<void> {
    this.#isWatching = true;
    const { clock, stallMs, pingsOnlyMs } = this.#limits;
    while (!this.#over.signal.aborted) {
      const now = clock.now();
      const due = this.#wait
        ? Math.min(this.#wait.since + stallMs, this.#lastNews + pingsOnlyMs)
        : now + stallMs;
      if (due <= now) return this.#wait?.fail(new LettaError("stalled"));
      await clock.sleep(due - now, this.#over.signal);
    }
  }
}
