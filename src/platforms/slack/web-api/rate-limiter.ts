import { KeyedQueue } from "../../../core/async/keyed-queue.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import { RateLimited } from "./errors.ts";

/** Runs calls one after another in their lane, and waits there when Slack asks for it. Lanes do not wait for each other. */
export type RateLimiter = <T>(
  lane: string,
  call: () => Promise<T>,
  patience?: { readonly patient: boolean },
) => Promise<T>;

const TRIES = 4;
/** Who is to wait longer than this is better told so. */
const LONGEST_WAIT_MS = 60_000;

export function createRateLimiter(clock: Clock): RateLimiter {
  const queue = new KeyedQueue();
  const openAt = new Map<string, number>();

  async function attempt<T>(lane: string, call: () => Promise<T>, triesLeft: number): Promise<T> {
    const waitMs = (openAt.get(lane) ?? 0) - clock.now();
    if (waitMs > 0 && triesLeft === 0) throw new RateLimited(lane, waitMs);
    if (waitMs > 0) await clock.sleep(waitMs);
    try {
      const answer = await call();
      openAt.delete(lane);
      return answer;
    } catch (error) {
      if (!(error instanceof RateLimited)) throw error;
      openAt.set(lane, clock.now() + error.retryAfterMs);
      if (triesLeft === 0 || error.retryAfterMs > LONGEST_WAIT_MS) throw error;
      return attempt(lane, call, triesLeft - 1);
    }
  }

  return (lane, call, { patient } = { patient: true }) =>
    queue.add([lane], undefined, () => attempt(lane, call, patient ? TRIES : 0));
}
