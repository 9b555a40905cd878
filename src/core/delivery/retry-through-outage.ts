import { retry } from "../async/retry.ts";
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
  /** A tenth of what was waited already, so that a short outage ends soon and a long one is not asked about for ever. */
  function* growing(): Generator<number, undefined> {
    for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs = clock.now() - since)
      yield Math.min(MOST_DELAY_MS, Math.max(LEAST_DELAY_MS, waitedMs / 10));
  }
  const trying = async (): Promise<T> => {
    await clock.sleep(LEAST_DELAY_MS, signal);
    return retry(() => say(true), { clock, waits: growing(), isPassing: isOutage, signal });
  };
  return say(false).catch((error: unknown) => {
    if (!isOutage(error) || signal.aborted) throw error;
    log.warn({ err: error }, "an answer to a command waits for an outage to end");
    return whileWaiting(trying, { isAttempt: true });
  });
}

const isOutage = (error: unknown): boolean => hasCode(error, "platform_unavailable");
