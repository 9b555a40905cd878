import { doubling, retry } from "../../../core/async/retry.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { PlatformUnavailable, untilAskedAgain } from "../../shared/unavailable.ts";
import { isTemporary, PlatformRejection, translateErrors } from "../web-api/errors.ts";

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
  return translateErrors(() =>
    retry(check, {
      clock,
      waits: doubling(FIRST_WAIT_MS, LONGEST_WAIT_MS),
      isPassing: isAway,
      signal: stopped,
      waitMs: (error, leastMs) => untilAskedAgain(error, clock, leastMs),
      onWait: (error, waitMs) =>
        log.warn(
          { reason: error instanceof Error ? error.message : "unknown", waitMs },
          "could not connect to Slack, trying again",
        ),
    }),
  );
}

const isAway = (error: unknown): boolean =>
  error instanceof PlatformUnavailable || (error instanceof PlatformRejection && isTemporary(error.code));
