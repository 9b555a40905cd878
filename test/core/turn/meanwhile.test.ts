import { expect, test } from "vitest";
import { RetryLater } from "../../../src/core/ports/turn-queue.ts";
import { handleDeadLetter } from "../../../src/core/turn/dead-letter.ts";
import { Crash } from "../world/fakes.ts";
import { failsAfter, failure, type Script, says } from "../world/scripted-agents.ts";
import { alice, bob, boss, createWorld, message, thread, type World } from "../world/world.ts";

/* Who reads, who speaks or who answers has become another while an answer was on its way. */

/** When nobody would look any more who somebody is that spoke at 0. */
const LATE_MS = 61_000;

/** The agents that were asked, by their turn. */
const agents = (world: World) => world.agents.sent.map(({ agent }) => agent);

/** A member asks and is told, asks again, and that waits. */
async function askedLate() {
  const world = createWorld();
  await world.says("the safe opens with 4711");
  const late = message("what opens it?");
  await world.accept(late);
  await world.clock.advance(LATE_MS);
  return world;
}

test("who has become a guest while their question waited is answered as one", async () => {
  const world = await askedLate();
  world.platform.became.set("alice", "guest");
  await world.settle();
  const [members, guests] = agents(world);
  expect(guests).not.toBe(members);
  expect(agents(world)).toHaveLength(2);
});

test("so is who spoke together with one who has", async () => {
  const world = await askedLate();
  await world.accept(message("yes, what?", { author: bob, at: world.clock.now() - LATE_MS }));
  world.platform.became.set("bob", "guest");
  await world.settle();
  const [members, guests] = agents(world);
  expect(guests).not.toBe(members);
  expect(agents(world)).toHaveLength(2);
});

test("an answer that was made for the member is not shown to the guest", async () => {
  const world = await askedLate();
  world.agents.scripts.push(failsAfter("It is 47", new Crash()));
  const work = world.claim();
  await expect(work()).rejects.toThrow(Crash);
  world.platform.became.set("alice", "guest");
  await work();
  expect(world.platform.texts.at(-1)).toMatch(/^⚠️ Who can read this place has changed since you asked/);
  expect(world.platform.texts.join()).not.toMatch(/It is 47/);
});

test("nobody becomes more than they were, and who cannot be looked up is who they were", async () => {
  const world = createWorld();
  const guest = { author: { ...bob, standing: "guest" }, place: thread() };
  await world.says("the safe opens with 4711");
  await world.says("hello", guest);
  await world.accept(message("what opens it?", guest));
  await world.clock.advance(LATE_MS);
  await world.settle();
  world.platform.became.set("alice", failure("platform_unavailable"));
  await world.accept(message("and again?"));
  await world.clock.advance(LATE_MS);
  await world.settle();
  const [members, guests] = agents(world);
  expect(guests).not.toBe(members);
  expect(agents(world)).toEqual([members, guests, guests, members]);
});

test("who was not verified when they spoke waits until the platform says who they are, and is who it says", async () => {
  const world = createWorld();
  await world.says("the safe opens with 4711");
  const unverified = { ...alice, name: "Somebody", standing: "guest", isUnverified: true } as const;
  await world.accept(message("what opens it?", { author: unverified, at: world.clock.now() }));
  world.platform.became.set("alice", failure("platform_unavailable"));
  const work = world.claim();
  await expect(work()).rejects.toThrow(RetryLater);
  expect(agents(world)).toHaveLength(1);
  world.platform.became.delete("alice");
  await work();
  const [members, hers] = agents(world);
  expect(hers).toBe(members);
  expect(agents(world)).toHaveLength(2);
});

test("after ten minutes they are answered as a guest is", async () => {
  const world = createWorld();
  await world.says("the safe opens with 4711");
  const unverified = { ...alice, standing: "guest", isUnverified: true } as const;
  await world.accept(message("what opens it?", { author: unverified, at: world.clock.now() }));
  world.platform.became.set("alice", failure("platform_unavailable"));
  await world.clock.advance(10 * 60_000);
  await world.settle();
  const [members, guests] = agents(world);
  expect(guests).not.toBe(members);
  expect(agents(world)).toHaveLength(2);
});

/** What a platform that is away says of who reads a place. */
const AWAY = { who: "unknown", isPassing: true } as const;

test("a platform that is away when a turn begins changes nobody's memory: the turn waits", async () => {
  const world = createWorld();
  await world.says("the safe opens with 4711");
  await world.accept(message("what opens it?", { at: world.clock.now() }));
  world.platform.audience.set(thread().id, AWAY);
  const work = world.claim();
  await expect(work()).rejects.toThrow(RetryLater);
  world.platform.audience.delete(thread().id);
  await work();
  const [before, after] = agents(world);
  expect(after).toBe(before);
});

test("nor does one that goes away while the answer is made: it is shown when the platform is back", async () => {
  const world = createWorld();
  world.agents.scripts.push(async function* (...asked) {
    world.platform.audience.set(thread().id, AWAY);
    yield* says("It is 4711.")(...asked);
  }, says("It is 4711."));
  await world.accept(message("what opens it?", { at: world.clock.now() }));
  const work = world.claim();
  await expect(work()).rejects.toThrow(RetryLater);
  expect(world.platform.texts.join()).not.toMatch(/has changed/);
  world.platform.audience.delete(thread().id);
  await work();
  expect(world.platform.texts.at(-1)).toContain("It is 4711.");
});

test("after ten minutes the memory of the place alone is opened", async () => {
  const world = createWorld();
  await world.says("the safe opens with 4711");
  await world.accept(message("what opens it?", { at: world.clock.now() }));
  world.platform.audience.set(thread().id, AWAY);
  await world.clock.advance(10 * 60_000);
  await world.settle();
  const [before, after] = agents(world);
  expect(after).not.toBe(before);
});

test("whom the platform will never name is answered as a guest", async () => {
  const world = createWorld();
  await world.says("the safe opens with 4711");
  const unverified = { ...alice, standing: "guest", isUnverified: true } as const;
  world.platform.became.set("alice", failure("not_found"));
  await world.accept(message("what opens it?", { author: unverified }));
  await world.settle();
  const [members, guests] = agents(world);
  expect(guests).not.toBe(members);
});

/** In a thread that few read, which everyone reads from the moment when the process dies. */
async function openedMeanwhile(script: Script, dies: (call: { readonly text?: string }) => boolean) {
  const world = createWorld();
  const place = thread("plans");
  const few = { who: "members", of: place.id, named: "this thread", outsiders: false } as const;
  world.platform.audience.set(place.id, few);
  await world.accept(message("what opens it?", { place }));
  world.agents.scripts.push(script);
  const work = world.claim();
  world.platform.fails = (call) => (dies("text" in call ? call : {}) ? new Crash() : undefined);
  await expect(work()).rejects.toThrow(Crash);
  world.platform.fails = () => undefined;
  world.platform.audience.set(place.id, { who: "everyone" });
  return { world, work, id: world.latest()!.id };
}

const CHANGED = /^⚠️ Who can read this place has changed since you asked.+$/;

test("an answer that was ready and not shown is not shown to others than it was made for", async () => {
  const { world, work } = await openedMeanwhile(says("It is 4711."), () => true);
  expect(world.latest()?.state).toBe("answered");
  await work();
  expect(world.platform.texts).toEqual([expect.stringMatching(CHANGED)]);
});

test("nor is what was said of one that failed", async () => {
  const script = failsAfter("It is 47", failure("model_failed"));
  const { world, work } = await openedMeanwhile(script, ({ text = "" }) => text.includes("⚠️"));
  expect(world.latest()).toMatchObject({ state: "failed", text: expect.stringContaining("It is 47") });
  await work();
  expect(world.platform.texts).toEqual([expect.stringMatching(CHANGED)]);
  expect(world.latest()?.text).toMatch(CHANGED);
});

test("nor what was said of one that is given up", async () => {
  for (const script of [says("It is 4711."), failsAfter("It is 47", failure("model_failed"))]) {
    const { world, id } = await openedMeanwhile(script, ({ text = "" }) => /⚠️|4711/.test(text));
    await handleDeadLetter(world.parts, { id, events: [] });
    expect(world.platform.texts).toEqual([expect.stringMatching(/^⚠️ I tried this several times/)]);
    expect(world.latest()).toMatchObject({ state: "failed", text: world.platform.texts[0] });
  }
});

test("an answer of a persona that was deleted since is not shown: for whom it was cannot be told", async () => {
  const world = createWorld();
  const place = thread("plans");
  const edit = { author: boss, submitted: true, place };
  const few = { who: "members", of: place.id, named: "this thread", outsiders: false } as const;
  await world.runs("persona", "create", { name: "Mira", instructions: "x" }, edit);
  await world.runs("persona", "use", { name: "mira" }, { place });
  world.platform.audience.set(place.id, few);
  await world.accept(message("what opens it?", { place }));
  world.agents.scripts.push(says("It is 4711."));
  const work = world.claim();
  world.platform.fails = () => new Crash();
  await expect(work()).rejects.toThrow(Crash);
  world.platform.fails = () => undefined;
  world.platform.audience.set(place.id, { who: "everyone" });
  await world.runs("persona", "delete", { name: "mira", sure: "yes" }, edit);
  await work();
  expect(world.platform.texts.at(-1)).toMatch(/`mira` was deleted before answering/);
  expect(world.platform.texts.join()).not.toMatch(/It is/);
});
