import type { IIdentifyThrottler } from "@discordjs/ws";
import type { Clock } from "../../../core/ports/clock.ts";

const FIRST_MS = 1_000;
const MAX_MS = 60_000;

/** How fast a shard's sockets follow each other while none of them is greeted: as a proxy or a ban refuses them. */
export class ConnectThrottle {
  readonly #clock: Clock;
  readonly #closing: AbortSignal;
  readonly #open = new Set<number>();
  /** How long the next one waits. */
  readonly #waits = new Map<number, number>();

  constructor(clock: Clock, closing: AbortSignal) {
    this.#clock = clock;
    this.#closing = closing;
  }

  isOpen(shard: number): boolean {
    return this.#open.has(shard);
  }

  /** Resolves when a socket may be opened; never, once we are closing. */
  async mayOpen(shard: number): Promise<void> {
    const waitMs = this.#waits.get(shard) ?? 0;
    this.#waits.set(shard, Math.min(Math.max(waitMs * 2, FIRST_MS), MAX_MS));
    await this.#clock.sleep(waitMs, this.#closing);
    // Whoever asked would open a socket that nobody closes.
    if (this.#closing.aborted) await new Promise(() => undefined);
  }

  /** Discord greeted on it. */
  opened(shard: number): void {
    this.#open.add(shard);
    this.#waits.delete(shard);
  }

  closed(shard: number): void {
    this.#open.delete(shard);
  }
}

/** Discord takes one login of each bucket of shards in this time, and has who is faster begin again. */
const IDENTIFY_EVERY_MS = 5_000;

/**
 * Spaces out the logins of all connections that this process makes, a connection that failed included. The package's own
 * pace is one connection's, and not by our clock.
 */
export class IdentifyThrottle {
  readonly #clock: Clock;
  readonly #freeAt = new Map<number, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  forBuckets(buckets: number): IIdentifyThrottler {
    return {
      waitForIdentify: async (shard, signal) => {
        const bucket = shard % buckets;
        const waitMs = () => (this.#freeAt.get(bucket) ?? 0) - this.#clock.now();
        while (waitMs() > 0) {
          await this.#clock.sleep(waitMs(), signal);
          signal.throwIfAborted();
        }
        this.#freeAt.set(bucket, this.#clock.now() + IDENTIFY_EVERY_MS);
      },
    };
  }
}
