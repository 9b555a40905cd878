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
