import type { Place } from "../domain/model.ts";
import { bindingKey, placeKey } from "../domain/stored-records.ts";
import type { NewIds } from "../ports/platform.ts";
import type { CoreServices } from "../ports/services.ts";
import { movedEvent } from "../ports/turn-store.ts";
import { QueuedEvent } from "../turn/queued-event.ts";

/*
 * What is kept of a channel and its threads when it ends, or goes on under another id. Its threads are found by what was
 * answered in them, so those without an answer in the time that turns are kept stay as they were.
 */

type PlaceServices = Pick<CoreServices, "settings" | "bindings" | "turns" | "log">;
type MovingServices = PlaceServices & Pick<CoreServices, "turnQueue">;
const MOST_THREADS = 10_000;

/**
 * A channel was deleted: what was settled there and in its threads is forgotten. What was bound stays: nothing asks for it
 * without a new event there, and it tells which agents learnt there when the tenant is erased.
 */
export async function handlePlaceRemoved(services: PlaceServices, place: Place): Promise<void> {
  const { settings, log } = services;
  for (const each of await withThreads(services, place)) await settings.delete(placeKey(each));
  log.info({ place: place.id }, "place gone");
}

/**
 * A channel goes on under another id: what waits there is answered there, and what was settled, bound and answered there
 * and in its threads goes with it. Whatever is settled and bound under the new id by then is newer and stays. Doing it again changes nothing.
 */
export async function handlePlaceMoved(services: MovingServices, from: Place, now: NewIds): Promise<void> {
  const { settings, bindings, turns, turnQueue, log } = services;
  await turnQueue.reviseAll(from.platform, (payload) => movedWaiting(payload, from, now));
  for (const each of await withThreads(services, from)) {
    const place = now.place(each);
    const setting = await settings.get(placeKey(each));
    if (setting) {
      await settings.getOrCreate(placeKey(place), async () => ({ ...setting, place }));
      await settings.delete(placeKey(each));
    }
    for (const binding of await bindings.list(each.id)) {
      const { persona, scope } = binding;
      await bindings.getOrCreate(bindingKey(place, persona, scope), async () => ({ ...binding, place }));
      await bindings.delete(bindingKey(each, persona, scope));
    }
    // The last of it: by its turns a thread is found when this was interrupted.
    await turns.move(each.id, now);
  }
  log.info({ place: from.id, now: now.place(from).id }, "place goes on under another id");
}

/** Undefined for what waits elsewhere. */
function movedWaiting(payload: unknown, { id, tenant }: Place, now: NewIds): QueuedEvent | undefined {
  const { data } = QueuedEvent.safeParse(payload);
  const isThere =
    data?.event.place.tenant === tenant && [data.event.place.id, data.event.place.parent].includes(id);
  if (!data || !isThere) return undefined;
  return { ...data, target: now.target(data.target), event: movedEvent(data.event, now) };
}

async function withThreads({ turns }: PlaceServices, place: Place): Promise<readonly Place[]> {
  const { id, platform, tenant } = place;
  const under = { platform, tenant, under: id, since: 0, limit: MOST_THREADS };
  const threads = await turns.recentPlaces(under);
  return [place, ...threads.map((thread) => thread.place)];
}
