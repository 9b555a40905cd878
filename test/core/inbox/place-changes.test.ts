import { expect, test } from "vitest";
import { EventId, MessageId, type Place, PlaceId } from "../../../src/core/domain/model.ts";
import { bindingKey, placeKey } from "../../../src/core/domain/stored-records.ts";
import type { NewIds } from "../../../src/core/ports/platform.ts";
import { bob, channel, createWorld, message, thread } from "../world/world.ts";

/* A channel that ends, or goes on under another id. */

const renamed = (place: Place): Place => ({
  ...place,
  id: PlaceId.parse(`${place.id}-new`),
  ...(place.parent && { parent: PlaceId.parse(`${place.parent}-new`) }),
});
const now: NewIds = {
  place: renamed,
  target: (target) => ({ ...target, channel: `${target.channel}-new` }),
  message: (id) => MessageId.parse(`${id}-new`),
  event: (id) => EventId.parse(`${id}-new`),
};

/** A channel and a thread of it in which somebody was answered. */
async function used() {
  const world = createWorld();
  const { settings, bindings } = world.parts;
  for (const place of [channel, thread()]) {
    await settings.set(placeKey(place), { place, bound: true });
    await world.says("hello", { place });
  }
  const kept = async (place: Place) => [
    (await settings.get(placeKey(place)))?.bound,
    (await bindings.list(place.id)).length,
  ];
  return { ...world, kept };
}

test("what was settled and bound in it and in its threads goes with it, and a second time changes nothing", async () => {
  const { kept, inbox, parts: services, accept } = await used();
  const [before] = await services.bindings.list(thread().id);
  for (let times = 0; times < 2; times += 1) {
    await inbox.placeMoved(channel, now);
    for (const place of [channel, thread()]) {
      expect(await kept(place)).toEqual([undefined, 0]);
      expect(await kept(renamed(place))).toEqual([true, 1]);
    }
  }
  const place = renamed(thread());
  expect(await services.bindings.list(place.id)).toEqual([{ ...before, place }]);
  expect(await accept(message("go on", { place, addressed: "none" }))).toBe("accepted");
});

test("what was answered there is found under the new id: a reply to it, its way to try again, its place in a search", async () => {
  const { inbox, turns } = await used();
  const [old] = [...turns.turns.values()].filter(({ place }) => place.id === thread().id);
  await inbox.placeMoved(channel, now);
  const place = renamed(thread());
  const [part] = old!.deliveries;
  const [said] = old!.events;
  const found = await turns.byMessage(place, now.message(part!.message));
  expect(found).toMatchObject({ id: old!.id, place, target: now.target(old!.target), text: old!.text });
  expect(found?.events).toMatchObject([{ id: now.event(said!.id), place }]);
  expect(await turns.byEvent(place, now.event(said!.id))).toEqual(found);
  expect(await turns.latest(thread())).toBeUndefined();
});

test("what waits there is answered there, and what waits elsewhere stays", async () => {
  const { inbox, accept, lanes } = await used();
  await accept(message("still waiting", { place: thread() }));
  await accept(message("elsewhere", { place: { ...thread("other"), parent: PlaceId.parse("another") } }));
  await inbox.placeMoved(channel, now);
  const place = renamed(thread());
  expect(lanes.entries.map(({ payload }) => payload)).toMatchObject([
    { event: { text: "still waiting", place }, target: { channel: expect.stringMatching(/-new$/) } },
    { event: { text: "elsewhere" }, target: { channel: expect.not.stringMatching(/-new$/) } },
  ]);
});

test("what stands under the new id already is newer and stays", async () => {
  const { inbox, parts: services } = await used();
  const place = renamed(thread());
  const [old] = await services.bindings.list(thread().id);
  await services.bindings.set(bindingKey(place, old!.persona, old!.scope), {
    ...old!,
    place,
    createdBy: bob.id,
  });
  await services.settings.set(placeKey(place), { place, bound: false });
  await inbox.placeMoved(channel, now);
  expect((await services.settings.get(placeKey(place)))?.bound).toBe(false);
  expect((await services.bindings.list(place.id)).map(({ createdBy }) => createdBy)).toEqual([bob.id]);
});

test("nothing is heard any more in the threads of a channel that is gone", async () => {
  const { inbox, kept, accept } = await used();
  await inbox.placeRemoved(channel);
  expect((await kept(channel))[0]).toBeUndefined();
  expect(await accept(message("go on", { addressed: "none" }))).toBe("ignored");
});
