import { expect, test } from "vitest";
import { alice, bob, createWorld, direct, message, thread } from "../world/world.ts";

/* What somebody brought from their direct messages speaks where others read as long as they are there too. */

/** Alice makes a persona for herself and brings it into the thread, where Bob talks with it. */
async function brought() {
  const world = createWorld();
  const written = {
    name: "Fern",
    description: "A gardener.",
    instructions: "You are Fern.",
    scope: "workspace",
  };
  await world.runs("persona", "create", written, { place: direct(alice), submitted: true });
  await world.runs("persona", "use", { name: "fern" });
  const asks = async (text: string, author = bob) => {
    await world.says(text, { author });
    const { author: speaker, text: answer } = world.platform.messages.at(-1) ?? {};
    return { name: speaker?.name, answer };
  };
  return { world, asks };
}

const LEFT = /The person who brought this place.s persona is no longer a member, so \*\*Ada\*\* answers/;

test("it answers others while who brought it is a member", async () => {
  const { asks } = await brought();
  expect((await asks("hello")).name).toBe("Fern");
});

test("once they are not, the default answers and says why, once, also when they are back", async () => {
  const { world, asks } = await brought();
  world.platform.left.set(alice.id, false);
  const first = await asks("hello");
  expect(first).toMatchObject({ name: "Ada", answer: expect.stringMatching(LEFT) });
  world.platform.left.clear();
  const second = await asks("and now?");
  expect(second.name).toBe("Ada");
  expect(second.answer).not.toMatch(LEFT);
});

test("while that is not known the default answers and says so, and the persona is back after it", async () => {
  const { world, asks } = await brought();
  world.platform.left.set(alice.id, undefined);
  expect(await asks("hello")).toMatchObject({
    name: "Ada",
    answer: expect.stringMatching(/cannot find out right now whether the person who brought/),
  });
  world.platform.left.clear();
  expect((await asks("and now?")).name).toBe("Fern");
});

test("what was asked of it before they left is not answered by it either", async () => {
  const { world } = await brought();
  await world.accept(message("hello", { author: bob, place: thread() }));
  const later = world.claim();
  world.platform.left.set(alice.id, false);
  await later();
  expect(world.agents.sent).toEqual([]);
});

test("who brought it speaks with it: they are there", async () => {
  const { world, asks } = await brought();
  world.platform.left.set(alice.id, undefined);
  expect((await asks("hello", alice)).name).toBe("Fern");
});
