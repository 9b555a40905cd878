import { expect, test } from "vitest";
import { bindingKey, placeKey } from "../../src/core/bindings.ts";
import { type Place, PlaceId } from "../../src/core/model.ts";
import { bob, channel, createWorld, message, thread } from "./world.ts";

/* A channel that ends, or goes on under another id. */

const renamed = (place: Place): Place => ({
  ...place,
  id: PlaceId.parse(`${place.id}-new`),
  ...(place.parent && { parent: PlaceId.parse(`${place.parent}-new`) }),
});

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
  const { kept, inbox, parts, accept } = await used();
  const [before] = await parts.bindings.list(thread().id);
  for (let times = 0; times < 2; times += 1) {
    await inbox.placeMoved(channel, renamed);
    for (const place of [channel, thread()]) {
      expect(await kept(place)).toEqual([undefined, 0]);
      expect(await kept(renamed(place))).toEqual([true, 1]);
    }
  }
  const place = renamed(thread());
  expect(await parts.bindings.list(place.id)).toEqual([{ ...before, place }]);
  expect(await accept(message("go on", { place, addressed: "none" }))).toBe("accepted");
});

test("what stands under the new id already is newer and stays", async () => {
  const { inbox, parts } = await used();
  const place = renamed(thread());
  const [old] = await parts.bindings.list(thread().id);
  await parts.bindings.set(bindingKey(place, old!.persona, old!.scope), {
    ...old!,
    place,
    createdBy: bob.id,
  });
  await parts.settings.set(placeKey(place), { place, bound: false });
  await inbox.placeMoved(channel, renamed);
  expect((await parts.settings.get(placeKey(place)))?.bound).toBe(false);
  expect((await parts.bindings.list(place.id)).map(({ createdBy }) => createdBy)).toEqual([bob.id]);
});

test("nothing is heard any more in the threads of a channel that is gone", async () => {
  const { inbox, kept, accept } = await used();
  await inbox.placeGone(channel);
  expect((await kept(channel))[0]).toBeUndefined();
  expect(await accept(message("go on", { addressed: "none" }))).toBe("ignored");
});
