import type { IIdentifyThrottler } from "@discordjs/ws";
import type { Clock } from "../../../core/ports/clock.ts";

/** How fast a shard's sockets follow each other while none of them is greeted: as a proxy or a ban refuses them. */
export interface ConnectThrottle {
  isOpen(shard: number): boolean;
  /** Resolves when a socket may be opened; never, once we are closing. */
  mayOpen(shard: number): Promise<void>;
  /** Discord greeted on it. */
  opened(shard: number): void;
  closed(shard: number): void;
}

const FIRST_MS = 1_000;
const MAX_MS = 60_000;

export function createConnectThrottle(clock: Clock, closing: AbortSignal): ConnectThrottle {
  const open = new Set<number>();
  /** How long the next one waits. */
  const waits = new Map<number, number>();
  return {
    isOpen: (shard) => open.has(shard),
    async mayOpen(shard) {
      const waitMs = waits.get(shard) ?? 0;
      waits.set(shard, Math.min(Math.max(waitMs * 2, FIRST_MS), MAX_MS));
      await clock.sleep(waitMs, closing);
      // Whoever asked would open a socket that nobody closes.
      if (closing.aborted) await new Promise(() => undefined);
    },
    opened(shard) {
      open.add(shard);
      waits.delete(shard);
    },
    closed: (shard) => void open.delete(shard),
  };
}

/** Discord takes one login of each bucket of shards in this time, and has who is faster begin again. */
const IDENTIFY_EVERY_MS = 5_000;

/**
 * Spaces out the logins of all connections that this process makes, a connection that failed included. The package's own
 * pace is one connection's, and not by our clock.
 */
export function createIdentifyThrottle(clock: Clock): (buckets: number) => IIdentifyThrottler {
  const freeAt = new Map<number, number>();
  return (buckets) => ({
    async waitForIdentify(shard, signal) {
      const bucket = shard % buckets;
      const waitMs = () => (freeAt.get(bucket) ?? 0) - clock.now();
      while (waitMs() > 0) {
        await clock.sleep(waitMs(), signal);
        signal.throwIfAborted();
      }
      freeAt.set(bucket, clock.now() + IDENTIFY_EVERY_MS);
    },
  });
}
