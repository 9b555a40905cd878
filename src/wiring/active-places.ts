import type { CoreServices } from "../core/ports/services.ts";

/** Direct messages and threads with an answer in this time are looked through for what was said meanwhile. */
const WATCHED_FOR_MS = 7 * 24 * 60 * 60_000;

/** Longer than in servers, which tell what is new: of direct messages nobody does. */
const TALKED_FOR_MS = 30 * 24 * 60 * 60_000;

/** More than anybody has: all that is answered is looked through. */
const ALL_PLACES = 1_000_000;

export async function activeChannels({ turns, clock }: CoreServices, platform: string) {
  return turns.recentPlaces({ platform, since: clock.now() - TALKED_FOR_MS, limit: ALL_PLACES });
}

export async function watchedPlaces({ turns, clock }: CoreServices, platform: string, limit: number) {
  const since = clock.now() - WATCHED_FOR_MS;
  return turns.recentPlaces({ platform, since, limit });
}
