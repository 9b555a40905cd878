import type { Readers } from "../core/domain/audience.ts";
import type { PersonId, Place } from "../core/domain/model.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { Platform } from "../core/ports/platform.ts";

/** What cannot be found out opens nothing that was learnt elsewhere. */
export async function readersOf(
  platforms: ReadonlyMap<string, Platform>,
  place: Place,
  log: Logger,
): Promise<Readers> {
  try {
    return (await platforms.get(place.platform)?.readers?.(place)) ?? { who: "unknown" };
  } catch (err) {
    log.warn({ place: place.id, err }, "could not find out who reads a place");
    return { who: "unknown" };
  }
}

/** Undefined where it cannot be found out. */
export async function isMember(
  platforms: ReadonlyMap<string, Platform>,
  place: Place,
  { person, log }: { readonly person: PersonId; readonly log: Logger },
): Promise<boolean | undefined> {
  try {
    return await platforms.get(place.platform)?.isMember?.(place, person);
  } catch (err) {
    log.warn({ place: place.id, err }, "could not find out whether somebody is still a member");
    return undefined;
  }
}
