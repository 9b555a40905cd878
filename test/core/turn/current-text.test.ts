import { expect, test } from "vitest";
import { Crash } from "../world/fakes.ts";
import { failsAfter, failure } from "../world/scripted-agents.ts";
import { channel, createWorld, message, thread, type World } from "../world/world.ts";

/** When nobody would look any more whether something that was said at 0 is still there. */
const LATE_MS = 61_000;

const asked = (world: World) => world.agents.sent.map(({ said }) => said.map(({ text }) => text));

test("what was deleted before it came is never taken, and what was edited before is answered as it is now", async () => {
  const world = createWorld();
  const [edited, deleted] = [message("tee?"), message("never mind")];
  await world.inbox.revise(deleted.id, undefined);
  await world.inbox.revise(edited.id, "tea?");
  world.platform.now.set(edited.id, { text: "tea?" });
  expect(await world.accept(deleted)).toBe("repeated");
  expect(await world.accept(edited)).toBe("accepted");
  await world.settle();
  expect(asked(world)).toEqual([["[Alice] tea?"]]);
  expect(world.platform.looked).toEqual([edited.id]);
});

test("of what comes late the platform is asked whether it is still there, and of nothing else", async () => {
  const world = createWorld();
  const [late, edited, deleted] = [message("late"), message("tee?"), message("never mind")];
  for (const each of [late, edited, deleted]) await world.accept(each);
  await world.clock.advance(LATE_MS);
  const inTime = message("in time", { at: world.clock.now() });
  await world.accept(inTime);
  world.platform.now.set(edited.id, { text: "tea?" }).set(deleted.id, "gone");
  await world.settle();
  expect(asked(world)).toEqual([["[Alice] late", "[Alice] tea?", "[Alice] in time"]]);
  expect(world.platform.looked).toEqual([late.id, edited.id, deleted.id]);
});

test("where all of it was deleted nothing is said, and no thread is opened", async () => {
  const world = createWorld();
  const deleted = message("never mind", { place: channel, thread: thread() });
  await world.accept(deleted);
  await world.clock.advance(LATE_MS);
  world.platform.now.set(deleted.id, "gone");
  await world.settle();
  expect([asked(world), world.platform.calls, world.latest()]).toEqual([[], [], undefined]);
});

test("where the platform cannot tell, it is answered as it came", async () => {
  const world = createWorld();
  const late = message("late");
  await world.accept(late);
  await world.clock.advance(LATE_MS);
  world.platform.now.set(late.id, failure("platform_unavailable"));
  await world.settle();
  expect(asked(world)).toEqual([["[Alice] late"]]);
});

test("a turn that was begun goes on with what it took, and looks for nothing again", async () => {
  const world = createWorld();
  const [deleted, late] = [message("never mind"), message("late")];
  for (const each of [deleted, late]) await world.accept(each);
  await world.clock.advance(LATE_MS);
  world.platform.now.set(deleted.id, "gone");
  world.agents.scripts.push(failsAfter("Half", new Crash()));
  const work = world.claim();
  await expect(work()).rejects.toThrow(Crash);
  world.platform.now.clear();
  await work();
  expect(asked(world)).toEqual([["[Alice] late"], ["[Alice] late"]]);
  expect(world.platform.looked).toEqual([deleted.id, late.id]);
});
