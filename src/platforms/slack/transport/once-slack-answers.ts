import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { PlatformUnavailable } from "../../shared/unavailable.ts";
import { isTemporary, PlatformRejection, toAppError } from "../web-api/errors.ts";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Waits for Slack as long as it is away: a start that gives up would end the other platforms, too, and one that insists
 * would prolong a ban.
 *
 * @throws {AppError} what Slack refuses for good, or when the process stops
 */
export async function onceSlackAnswers<T>(
  check: () => Promise<T>,
  about: { readonly clock: Clock; readonly log: Logger; readonly stopped: AbortSignal },
): Promise<T> {
  const { clock, log, stopped } = about;
  for (let leastMs = FIRST_WAIT_MS; ; leastMs = Math.min(leastMs * 2, LONGEST_WAIT_MS)) {
    try {
      return await check();
    } catch (error) {
      const isAway =
        error instanceof PlatformUnavailable ||
        (error instanceof PlatformRejection && isTemporary(error.code));
      if (!isAway || stopped.aborted) throw toAppError(error);
      const until = error instanceof PlatformUnavailable ? error.until : undefined;
      const waitMs = Math.max(leastMs, (until ?? 0) - clock.now());
      log.warn({ reason: error.message, waitMs }, "could not connect to slack, trying again");
      await clock.sleep(waitMs, stopped);
    }
  }
}
