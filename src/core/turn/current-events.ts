import { hasCode } from "../domain/errors.ts";
import type { Person } from "../domain/model.ts";
import type { Platform } from "../ports/platform.ts";
import { RetryLater } from "../ports/turn-queue.ts";
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

/** A turn waits for a platform that does not say who asked, though not for ever: then they are told what guests are. */
const UNVERIFIED_RETRY_MS = 5_000;
const UNVERIFIED_FOR_MS = 10 * 60_000;

/**
 * Who speaks, as they are now. Of what comes late the platform is asked whether a member has become a guest since, who opens
 * no more than the memory of the place; where it does not say, they are who they were. Who could not be verified when they
 * spoke is whoever the platform says now.
 *
 * @throws {RetryLater} for ten minutes while the platform does not say who somebody is
 */
export async function authorsNow(
  { clock, log }: Pick<TurnServices, "clock" | "log">,
  platform: Platform,
  waiting: readonly QueuedMessage[],
): Promise<readonly QueuedMessage[]> {
  return Promise.all(
    waiting.map(async (each) => {
      const { event } = each;
      const { author, place } = event;
      const isLate = !author.standing && clock.now() - event.at > LATE_MS;
      if (!platform.personNow || !(author.isUnverified || isLate)) return each;
      try {
        const now = await platform.personNow(place, author);
        if (author.isUnverified) return { ...each, event: { ...event, author: now } };
        const { standing } = now;
        return standing ? { ...each, event: { ...event, author: { ...author, standing } } } : each;
      } catch (err) {
        const mayWait = clock.now() - event.at < UNVERIFIED_FOR_MS;
        if (author.isUnverified && mayWait && hasCode(err, "platform_unavailable"))
          throw new RetryLater("the platform does not say who asked", {
            delayMs: UNVERIFIED_RETRY_MS,
            counts: false,
            cause: err,
          });
        log.info({ event: event.id, err }, "could not look who somebody is now");
        return each;
      }
    }),
  );
}

/** For whom all of it is answered: for who may be told least. */
export function answeredFor(waiting: readonly QueuedMessage[]): Person | undefined {
  const authors = waiting.map(({ event }) => event.author);
  return authors.find(({ standing }) => standing !== undefined) ?? authors[0];
}
