import { expect, test } from "vitest";
import { Place } from "../../src/core/domain/model.ts";
import { placeKey } from "../../src/core/domain/stored-records.ts";
import { alice, bob, channel, createWorld, direct, thread, type World } from "../core/world/world.ts";

const at = "2026-01-01T10:00:00Z";

async function withHistory(count: number) {
  const world = createWorld();
  await world.says("hello");
  const items = Array.from({ length: count }, (_, index) => ({
    id: `${index}`,
    role: index % 2 === 0 ? ("person" as const) : ("persona" as const),
    text: index % 2 === 0 ? `[Alice] question ${index}.` : `answer ${index}.`,
    at,
  }));
  world.agents.histories.set(world.latest()!.conversation!, items);
  return world;
}

test("a new conversation begins with the same agent", async () => {
  const world = createWorld();
  expect((await world.runs("conversation", "new"))?.text).toMatch(
    /no conversation with \*\*Ada\*\* here yet/,
  );
  await world.says("one");
  expect(await world.runs("conversation", "new")).toMatchObject({ visibility: "public" });
  await world.says("two");
  const [one, two] = world.agents.sent;
  expect(two?.agent).toBe(one?.agent);
  expect(two?.conversation).not.toBe(one?.conversation);
  const [binding] = await world.parts.bindings.list();
  expect(binding?.earlier).toMatchObject([{ conversation: one?.conversation }]);
});

test("the last question can be asked once more, but not one that is being answered or was never asked", async () => {
  const world = createWorld();
  expect((await world.runs("conversation", "retry"))?.text).toBe("Nothing was asked here yet.");
  await world.says("one");
  expect((await world.runs("conversation", "retry"))?.text).toBe("Asking again.");
  await world.settle();
  expect(world.agents.sent.map(({ said }) => said[0]?.text)).toEqual(["[Alice] one", "[Alice] one"]);
  const turn = world.latest()!;
  world.turns.turns.set(turn.id, { ...turn, state: "asked" });
  expect((await world.runs("conversation", "retry"))?.text).toMatch(/still being answered/);
  world.turns.turns.set(turn.id, { ...turn, state: "failed", events: [] });
  expect((await world.runs("conversation", "retry"))?.text).toMatch(/not kept any more/);
});

test("who may not read what was said before has nothing of others asked again, and no history shown", async () => {
  const world = createWorld();
  await world.says("a secret");
  const newcomer = { author: { ...bob, hearsOnly: true } };
  for (const action of ["retry", "history", "export"])
    expect((await world.runs("conversation", action, {}, newcomer))?.text, action).toMatch(
      /^You may not read here what was said before you came/,
    );
  expect(world.agents.sent).toHaveLength(1);
  await world.says("my own", newcomer);
  expect((await world.runs("conversation", "retry", {}, newcomer))?.text).toBe("Asking again.");
});

test("who asked again is who asked: their own memory answers", async () => {
  const world = createWorld();
  await world.says("hello", { author: bob });
  await world.says("one", { author: { ...alice, standing: "guest" } });
  await world.runs("conversation", "retry", { turn: world.latest()!.id }, { author: bob });
  await world.settle();
  const [shared, one, two] = world.agents.sent;
  expect(two?.agent).toBe(one?.agent);
  expect(two?.agent).not.toBe(shared?.agent);
});

test("the history shows who said what, newest last, as much as fits", async () => {
  const world = await withHistory(50);
  const shown = await world.runs("conversation", "history", { count: 2 });
  expect(shown).toMatchObject({
    visibility: "private",
    text: "**Alice:** question 48.\n**Ada:** answer 49.",
  });
  expect((await world.runs("conversation", "history"))?.text.split("\n")).toHaveLength(10);
  expect((await world.runs("conversation", "history", { count: 99 }))?.text).toBe(
    "`count`: takes at most 50",
  );
});

test("all that was said can be taken along", async () => {
  const world = await withHistory(250);
  const exported = await world.runs("conversation", "export");
  expect(exported?.text).toBe("250 messages.");
  expect(exported?.files?.[0]?.text).toMatch(
    /^# thread\n\n\*\*Alice:\*\* question 0\.[\s\S]*answer 249\.\n$/,
  );
});

test("the list shows this place and the threads below it, and no private thread of somebody else", async () => {
  const world = createWorld();
  expect((await world.runs("conversation", "list", {}, { place: channel }))?.text).toMatch(
    /no conversations here/,
  );
  const secret = Place.parse({ ...thread("secret"), name: "Alice's secret plan" });
  await world.parts.settings.set(placeKey(secret), { place: secret, bound: true, owner: alice.id });
  await world.says("one", { place: channel });
  await world.says("two", { place: thread("open") });
  await world.says("three", { place: secret });
  await world.says("of people's own", { place: Place.parse({ ...thread("corner"), private: true }) });
  await world.says("four", { place: direct(alice), addressed: "direct" });
  const list = (world: World, author: object) =>
    world.runs("conversation", "list", {}, { place: channel, author });
  await world.clock.advance(5 * 60_000);
  expect((await list(world, bob))?.text.split("\n").sort()).toEqual([
    "• here — last asked 5 minutes ago",
    "• open — last asked 5 minutes ago",
  ]);
  expect((await list(world, alice))?.text).toContain("Alice's secret plan");
  const below = await world.runs("conversation", "list", {}, { place: thread("open") });
  expect(below?.text).toMatch(/^This thread is one conversation, last asked 5 minutes ago\./);
});
