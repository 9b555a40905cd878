import { hasCode } from "../domain/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { QueuedTurn } from "../ports/turn-queue.ts";

/** Longer ones are bans: whoever asked does not look for an answer any more. */
const PATIENCE_MS = 60 * 60_000;
const LEAST_DELAY_MS = 2_000;
const MOST_DELAY_MS = 60_000;

/**
 * Says an answer that cannot be made a second time, again and again while the platform is away. It is lost with this
 * process alone, and then counts as an attempt.
 *
 * @throws what the last try threw, when that is not an outage, or the process stops, or it lasts too long
 */
export function retryThroughOutage<T>(
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  { signal, whileWaiting }: Pick<QueuedTurn, "signal" | "whileWaiting">,
  say: (isRepeated: boolean) => Promise<T>,
): Promise<T> {
  const since = clock.now();
  const trying = async (): Promise<T> => {
    for (;;) {
      const waitedMs = clock.now() - since;
      await clock.sleep(Math.min(MOST_DELAY_MS, Math.max(LEAST_DELAY_MS, waitedMs / 10)), signal);
      try {
        return await say(true);
      } catch (error) {
        if (!isOutage(error) || signal.aborted || clock.now() - since >= PATIENCE_MS) throw error;
      }
    }
  };
  return say(false).catch((error: unknown) => {
    if (!isOutage(error) || signal.aborted) throw error;
    log.warn({ err: error }, "an answer to a command waits for an outage to end");
    return whileWaiting(trying, { isAttempt: true });
  });
}

const isOutage = (error: unknown): boolean => hasCode(error, "platform_unavailable");
