import type { Platform } from "../ports/platform.ts";
import type { TurnServices } from "./attempt.ts";
import type { QueuedMessage } from "./queued-event.ts";

/** What became of something so old, or of who said it, may have been told while nobody listened, and is told once. */
export const LATE_MS = 60_000;

/**
 * What is answered: of what comes late, or was edited before it came, the platform is asked what it says now. What was
 * deleted is left out. Where that cannot be found out, it is answered as it came.
 */
export async function currentEvents(
  { clock, log }: Pick<TurnServices, "clock" | "log">,
  platform: Platform,
  waiting: readonly QueuedMessage[],
): Promise<readonly QueuedMessage[]> {
  const now = await Promise.all(
    waiting.map(async (each) => {
      const { event, isRevised } = each;
      if (!platform.currentText || !(isRevised || clock.now() - event.at > LATE_MS)) return each;
      try {
        const found = await platform.currentText(event);
        return found === "gone" ? undefined : { ...each, event: { ...event, text: found.text } };
      } catch (err) {
        log.info({ event: event.id, err }, "could not look whether a late message is still there");
        return each;
      }
    }),
  );
  return now.filter((each) => each !== undefined);
}
