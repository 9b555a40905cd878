import { expect, test } from "vitest";
import { createGivingUp } from "../../src/core/giving-up.ts";
import { Crash } from "./fakes.ts";
import { failsAfter } from "./scripted-agents.ts";
import { createWorld, message, targetOf, thread } from "./world.ts";

const GIVEN_UP = /^⚠️ I tried this several times.* `#turn-\d+`$/;

/** A turn whose process died in mid-answer. */
async function died() {
  const world = createWorld();
  world.agents.scripts.push(failsAfter("Half", new Crash()));
  await world.accept(message("hello"));
  await expect(world.claim()()).rejects.toThrow(Crash);
  return world;
}

test("a turn that was given up says so below what was said, with a way to try again", async () => {
  const world = await died();
  const { id } = world.latest()!;
  await createGivingUp(world.parts)({ id, events: [] });
  expect(world.platform.messages.at(-1)).toMatchObject({
    text: expect.stringMatching(GIVEN_UP),
    buttons: [{ label: "Try again" }],
  });
  expect(world.latest()?.state).toBe("failed");
  expect(world.notices.at(-1)).toMatchObject({ type: "turn", step: "failed" });
  await world.runs("conversation", "retry", { turn: id });
  await world.settle();
  const shown = world.platform.messages.map(({ text, buttons }) => ({ text, buttons: buttons?.length ?? 0 }));
  expect(shown).toEqual([
    expect.objectContaining({ text: "Half" }),
    { text: expect.stringMatching(GIVEN_UP), buttons: 1 },
    { text: "You said: [Alice] hello", buttons: 0 },
  ]);
});

test("the way to try again is taken from it once it was used, where nothing was said above it", async () => {
  const world = createWorld();
  world.agents.scripts.push(failsAfter("", new Crash()));
  await world.accept(message("hello"));
  await expect(world.claim()()).rejects.toThrow(Crash);
  const { id } = world.latest()!;
  await createGivingUp(world.parts)({ id, events: [] });
  await world.runs("conversation", "retry", { turn: id });
  expect(world.platform.messages[0]).toMatchObject({ text: expect.stringMatching(GIVEN_UP), buttons: [] });
});

test("one that was given up before it began says so, too; one that was answered says nothing more", async () => {
  const world = createWorld();
  const event = message("hello");
  const payload = { event, target: targetOf(thread()) };
  await createGivingUp(world.parts)({ id: world.newTurnId(), events: [{ id: event.id, payload }] });
  expect(world.platform.texts).toEqual([expect.stringMatching(GIVEN_UP)]);
  await world.says("again");
  const { id } = world.latest()!;
  await createGivingUp(world.parts)({ id, events: [{ id: event.id, payload }] });
  expect(world.platform.texts).toHaveLength(2);
});
