import { withDeadline } from "../async/deadline.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { PlatformLimits } from "../ports/platform.ts";

/** An answer whose first words are there sooner needs no sign that it will come. */
const TYPING_AFTER_MS = 300;
/** Typing is renewed so long before it lapses. */
const TYPING_MARGIN_MS = 2_000;
/** Words wait so long for a sign that is on its way: one that lands after them says that more is to come. */
const TYPING_LANDS_MS = 500;

/**
 * Shows typing until there are words to see. Not everywhere can a sign be ended: it lapses, and may outlast the words.
 * So none is on its way any more when this resolves.
 */
export async function showTyping(
  type: () => Promise<void>,
  about: {
    readonly limits: Pick<PlatformLimits, "typingLastsMs" | "typingAfterMs">;
    readonly clock: Clock;
    readonly log: Logger;
    readonly until: AbortSignal;
  },
): Promise<void> {
  const { limits, clock, log, until } = about;
  await clock.sleep(limits.typingAfterMs ?? TYPING_AFTER_MS, until);
  while (!until.aborted) {
    const typed = type().catch((err: unknown) => log.debug({ err }, "could not show typing"));
    await withDeadline(typed, { clock, ms: TYPING_LANDS_MS, late: () => undefined });
    await clock.sleep(limits.typingLastsMs - TYPING_MARGIN_MS, until);
  }
}
