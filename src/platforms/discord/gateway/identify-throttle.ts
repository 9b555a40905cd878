import type { IIdentifyThrottler } from "@discordjs/ws";
import type { Clock } from "../../../core/ports/clock.ts";

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
