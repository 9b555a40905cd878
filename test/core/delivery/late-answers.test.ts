import { eventually } from "@rapport/testing";
import { expect, test } from "vitest";
import { type CommandEvent, Place } from "../../../src/core/domain/model.ts";
import { failsAfter, failure, says } from "../world/scripted-agents.ts";
import { alice, bob, channel, command, createWorld, direct } from "../world/world.ts";

/* A private answer that comes after the way to it has ended. */

/** A world in which the ways to some posts have ended. */
function worldOf() {
  const world = createWorld();
  let isLate: (text: string) => boolean = () => false;
  world.platform.fails = (call) =>
    call.type === "post" && isLate(call.text) ? failure("answer_late") : undefined;
  async function gives(event: CommandEvent) {
    const before = world.platform.messages.length;
    await world.accept(event);
    await world.claim(event.id)();
    return world.platform.messages.slice(before);
  }
  return {
    ...world,
    gives,
    /** Asks for help, and the answer comes too late. */
    async missesHelp(more: object = {}) {
      isLate = () => true;
      const posted = await gives(command("help", undefined, {}, more));
      isLate = () => false;
      expect(posted).toEqual([]);
    },
    lateWhen(test: (text: string) => boolean) {
      isLate = test;
    },
  };
}

const texts = (posted: readonly { readonly text: string }[]) => posted.map(({ text }) => text);
const LATE = /^\*You asked this.* earlier, and my answer came too late/;
const elsewhere = Place.parse({ ...channel, id: "test:random", name: "random" });

test("is shown below that person's next private answer, privately and once", async () => {
  const world = worldOf();
  await world.missesHelp();
  expect(texts(await world.gives(command("help", undefined, {}, { author: bob })))).toHaveLength(1);
  const shown = await world.gives(command("help", undefined, {}, { place: elsewhere }));
  expect(texts(shown)).toEqual([expect.stringMatching(/^Mention me/), expect.stringMatching(LATE)]);
  expect(shown.at(-1)?.files?.[0]?.text).toMatch(/came too late[\s\S]*Mention me[\s\S]*\/chat/);
  expect(shown.at(-1)).toMatchObject({ visibility: "private", confidential: true });
  expect(await world.gives(command("help"))).toHaveLength(1);
  expect(await world.parts.lateAnswers.list()).toEqual([]);
});

test("stays kept when the next way has ended too, and when nothing was said there", async () => {
  const world = worldOf();
  await world.missesHelp();
  world.lateWhen((text) => LATE.test(text));
  expect(await world.gives(command("help"))).toHaveLength(1);
  world.lateWhen(() => false);
  expect(await world.gives(command("help"))).toHaveLength(2);
});

test("before some readers is shown before the same readers and nowhere else", async () => {
  const world = worldOf();
  const garden = Place.parse({ ...channel, id: "test:garden", name: "garden" });
  world.platform.audience.set(garden.id, { who: "some", set: "a", named: "@Staff" });
  world.platform.audience.set(elsewhere.id, { who: "some", set: "a", named: "@Staff" });
  await world.missesHelp({ place: garden });
  expect(await world.gives(command("help", undefined, {}, { place: channel }))).toHaveLength(1);
  expect(await world.gives(command("help", undefined, {}, { place: direct(alice) }))).toHaveLength(1);
  // The garden is opened to others: what was answered there before is not for it any more.
  world.platform.audience.set(garden.id, { who: "some", set: "b", named: "@Staff and @Guests" });
  expect(await world.gives(command("help", undefined, {}, { place: garden }))).toHaveLength(1);
  expect(await world.gives(command("help", undefined, {}, { place: elsewhere }))).toHaveLength(2);
});

test("is for those who read there when it was asked, whoever reads there when it is kept", async () => {
  const world = worldOf();
  const garden = Place.parse({ ...channel, id: "test:garden", name: "garden" });
  const staff = { who: "some", set: "a", named: "@Staff" } as const;
  const wider = { who: "some", set: "b", named: "@Staff and @Guests" } as const;
  world.platform.audience.set(garden.id, staff);
  world.lateWhen(() => {
    world.platform.audience.set(garden.id, wider);
    return true;
  });
  expect(await world.gives(command("help", undefined, {}, { place: garden }))).toEqual([]);
  world.lateWhen(() => false);
  expect(await world.gives(command("help", undefined, {}, { place: garden }))).toHaveLength(1);
  world.platform.audience.set(garden.id, staff);
  expect(await world.gives(command("help", undefined, {}, { place: garden }))).toHaveLength(2);
});

test("of direct messages is shown in any private answer to the same person", async () => {
  const world = worldOf();
  await world.missesHelp({ place: direct(alice) });
  expect(await world.gives(command("help", undefined, {}, { author: bob }))).toHaveLength(1);
  const shown = await world.gives(command("help"));
  expect(texts(shown).at(-1)).toMatch(LATE);
});

test("is not shown below a command that was typed as text where others read", async () => {
  const world = worldOf();
  await world.missesHelp();
  expect(await world.gives(command("help", undefined, {}, { asText: true }))).toHaveLength(1);
  expect(await world.gives(command("help"))).toHaveLength(2);
});

test("is shown once when two commands of its person are answered at the same time", async () => {
  const world = worldOf();
  await world.missesHelp();
  const [one, other] = [command("help"), command("help")];
  await world.accept(one);
  await world.accept(other);
  await Promise.all([world.claim(one.id)(), world.claim(other.id)()]);
  expect(texts(world.platform.messages).filter((text) => LATE.test(text))).toHaveLength(1);
});

test("a private turn whose way has ended is kept whole, and ends", async () => {
  const world = worldOf();
  world.lateWhen(() => true);
  world.agents.scripts.push(says("the whole answer"));
  await world.says("hello", { place: direct(alice) });
  expect(world.latest()).toMatchObject({ state: "delivered" });
  expect(world.platform.messages).toEqual([]);
  world.lateWhen(() => false);
  expect(texts(await world.gives(command("help"))).at(-1)).toContain("the whole answer");
});

test("the sentence of a private turn that failed is kept as well", async () => {
  const world = worldOf();
  world.lateWhen(() => true);
  world.agents.scripts.push(failsAfter("", failure("model_failed", "The model failed.")));
  await world.says("hello", { place: direct(alice) });
  expect(world.latest()).toMatchObject({ state: "failed" });
  world.lateWhen(() => false);
  expect(texts(await world.gives(command("help"))).at(-1)).toContain("⚠️ The model failed.");
});

test("an answer that meets an outage is said when that is over, and done once", async () => {
  const world = worldOf();
  const outage: { isOver: boolean } = { isOver: false };
  world.platform.fails = ({ type }) =>
    outage.isOver || type !== "post" ? undefined : failure("platform_unavailable");
  const event = command("help");
  await world.accept(event);
  const done = world.claim(event.id)();
  await eventually("it waits", () => world.clock.sleeping > 0);
  await world.clock.advance(10 * 60_000);
  expect(world.platform.messages).toEqual([]);
  outage.isOver = true;
  await world.clock.advance(60_000);
  await done;
  expect(world.platform.texts).toEqual([expect.stringMatching(/^Mention me/)]);
  expect(await world.parts.lateAnswers.list()).toEqual([]);
});

test.each([
  ["the process stops", 0],
  ["nobody waits any longer", 2 * 60 * 60_000],
])("an outage that lasts until %s leaves the answer for the next one", async (_until, ms) => {
  const world = worldOf();
  const outage: { isOver: boolean } = { isOver: false };
  world.platform.fails = ({ type }) =>
    outage.isOver || type !== "post" ? undefined : failure("platform_unavailable");
  const event = command("help");
  await world.accept(event);
  const stopping = new AbortController();
  const done = world.claim(event.id)({ signal: stopping.signal });
  await eventually("it waits", () => world.clock.sleeping > 0);
  if (ms === 0) stopping.abort();
  else await world.clock.advance(ms);
  await done;
  outage.isOver = true;
  expect(texts(await world.gives(command("help"))).at(-1)).toMatch(LATE);
});
