import type { Clock } from "../core/ports/clock.ts";

/** How much slower than time itself it goes on while the wall's clock has to catch up. */
const CATCHING_UP = 0.9;

/**
 * The time on the wall, except that it never goes back. When the wall's clock is set back, this one goes on a little slower
 * until that one has caught up: else whatever is closed, fresh or waited for until a time would stay so for as much longer.
 * When the wall's clock is set ahead, or the machine slept, this one follows at once.
 */
export function neverBack(wall: () => number, elapsed: () => number): () => number {
  let told = wall();
  let toldAt = elapsed();
  return () => {
    const at = elapsed();
    told = Math.max(wall(), told + (at - toldAt) * CATCHING_UP);
    toldAt = at;
    return Math.floor(told);
  };
}

/** The process's clock. A sleep alone does not keep the process alive. */
export const systemClock: Clock = {
  now: neverBack(Date.now, () => performance.now()),
  elapsed: () => performance.now(),
  sleep(ms, signal) {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      timer.unref();
      signal?.addEventListener("abort", wake, { once: true });
    });
  },
};
