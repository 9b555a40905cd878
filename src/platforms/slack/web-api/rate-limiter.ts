import { KeyedQueue } from "../../../core/async/keyed-queue.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import { RateLimited } from "./errors.ts";

const TRIES = 4;
/** Who is to wait longer than this is better told so. */
const LONGEST_WAIT_MS = 60_000;

/** Runs calls one after another in their lane, and waits there when Slack asks for it. Lanes do not wait for each other. */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #queue = new KeyedQueue();
  readonly #openAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  run<T>(lane: string, call: () => Promise<T>, { patient } = { patient: true }): Promise<T> {
    return this.#queue.add([lane], undefined, () => this.#attempt(lane, call, patient ? TRIES : 0));
  }

  async #attempt<T>(lane: string, call: () => Promise<T>, triesLeft: number): Promise<T> {
    const waitMs = (this.#openAt.get(lane) ?? 0) - this.#clock.now();
    if (waitMs > 0 && triesLeft === 0) throw new RateLimited(lane, waitMs);
    if (waitMs > 0) await this.#clock.sleep(waitMs);
    try {
      const answer = await call();
      this.#openAt.delete(lane);
      return answer;
    } catch (error) {
      if (!(error instanceof RateLimited)) throw error;
      this.#openAt.set(lane, this.#clock.now() + error.retryAfterMs);
      if (triesLeft === 0 || error.retryAfterMs > LONGEST_WAIT_MS) throw error;
      return this.#attempt(lane, call, triesLeft - 1);
    }
  }
}
