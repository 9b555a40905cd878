import { KeyedQueue } from "../../../core/async/keyed-queue.ts";
import { compareSnowflakes } from "../ids.ts";

/** Before every snowflake. */
const FIRST = "0";

/**
 * Works what happens in a channel one by one, the oldest of those that wait first; channels do not wait for each
 * other.
 */
export class ChannelQueues {
  readonly #queue = new KeyedQueue<string>({
    compare: compareSnowflakes,
    gathered: () => new Promise(setImmediate),
  });

  /** `work` must not throw: its failures are its own affair. */
  add(channel: string, snowflake: string, work: () => Promise<void>): void {
    void this.#queue.add([channel], snowflake, work);
  }

  /** Holds a channel back while what came before is looked for; adding still works. */
  hold(channel: string, work: () => Promise<void>): Promise<void> {
    return this.#queue.add([channel], FIRST, work);
  }

  /** Nothing more is begun anywhere until the result is called. */
  pause(): () => void {
    return this.#queue.pause();
  }

  /** How much waits, in all channels together. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Resolves when nothing waits any more. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }
}
