import type { Person } from "../domain/model.ts";
import type { Platform } from "../ports/platform.ts";
import type { TurnServices } from "./attempt.ts";
import { LATE_MS } from "./current-text.ts";
import type { QueuedMessage } from "./enqueue.ts";

/**
 * Who speaks, as they are now: of what comes late the platform is asked whether a member has become a guest since, who opens
 * no more than the memory of the place. Nobody becomes more than they were when they spoke. Where that cannot be found out,
 * they are who they were.
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
      if (!platform.personNow || author.standing || clock.now() - event.at <= LATE_MS) return each;
      try {
        const { standing } = await platform.personNow(place, author);
        return standing ? { ...each, event: { ...event, author: { ...author, standing } } } : each;
      } catch (err) {
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
