import { expect, test } from "vitest";
import { handleDeadLetter } from "../../../src/core/turn/dead-letter.ts";
import { Crash } from "../world/fakes.ts";
import { failsAfter, failure, started, text } from "../world/scripted-agents.ts";
import { command, createWorld, message, targetOf, thread } from "../world/world.ts";

const GIVEN_UP = /^⚠️ I tried this several times.* `#turn-\d+`$/;

/** A turn whose process died in mid-answer. */
/** Long enough to be shown while it grows. */
const HALF = "Half of an answer that was to become as long as a letter from an aunt";

async function died() {
  const world = createWorld();
  world.agents.scripts.push(failsAfter(HALF, new Crash()));
  await world.accept(message("hello"));
  await expect(world.claim()()).rejects.toThrow(Crash);
  return world;
}

test("a turn that was given up ends what was shown of it, with a way to try again", async () => {
  const world = await died();
  const { id } = world.latest()!;
  expect(world.platform.messages).toMatchObject([{ text: HALF, buttons: [{ label: "Stop answering" }] }]);
  await handleDeadLetter(world.parts, { id, events: [] });
  expect(world.platform.messages).toMatchObject([
    {
      text: expect.stringMatching(new RegExp(`^${HALF}\\n\\n⚠️ I tried this several times`)),
      buttons: [{ label: "Try again" }],
    },
  ]);
  // Once more, by a process that does not know that it was told.
  await handleDeadLetter(world.parts, { id, events: [] });
  expect(world.platform.messages).toHaveLength(1);
  expect(world.latest()?.state).toBe("failed");
  expect(world.notices.at(-1)).toMatchObject({ type: "turn", phase: "failed" });
  await world.runs("conversation", "retry", { turn: id });
  await world.settle();
  const shown = world.platform.messages.map(({ text, buttons }) => ({ text, buttons: buttons?.length ?? 0 }));
  expect(shown).toEqual([
    { text: expect.stringMatching(new RegExp(`^${HALF}\\n\\n⚠️`)), buttons: 0 },
    { text: "You said: [Alice] hello", buttons: 0 },
  ]);
});

test("the way to try again is taken from it once it was used, where nothing was said above it", async () => {
  const world = createWorld();
  world.agents.scripts.push(failsAfter("", new Crash()));
  await world.accept(message("hello"));
  await expect(world.claim()()).rejects.toThrow(Crash);
  const { id } = world.latest()!;
  await handleDeadLetter(world.parts, { id, events: [] });
  await world.runs("conversation", "retry", { turn: id });
  expect(world.platform.messages[0]).toMatchObject({ text: expect.stringMatching(GIVEN_UP), buttons: [] });
});

test("one that was given up before it began says so, too; one that was answered says nothing more", async () => {
  const world = createWorld();
  const event = message("hello");
  const payload = { event, target: targetOf(thread()) };
  await handleDeadLetter(world.parts, { id: world.newTurnId(), events: [{ id: event.id, payload }] });
  expect(world.platform.texts).toEqual([expect.stringMatching(GIVEN_UP)]);
  await world.says("again");
  const { id } = world.latest()!;
  await handleDeadLetter(world.parts, { id, events: [{ id: event.id, payload }] });
  expect(world.platform.texts).toHaveLength(2);
});

test("what was shown last, at most some seconds ago, is kept when the answer is ended", async () => {
  const world = createWorld();
  let die: () => void = () => undefined;
  world.agents.scripts.push(async function* (_request, run) {
    yield started(run);
    for (const word of ["one ", "two ", "three "]) {
      yield text(word);
      await world.clock.sleep(6_000);
    }
    await new Promise<void>((resolve) => {
      die = resolve;
    });
    throw new Crash();
  });
  await world.accept(message("hello"));
  const work = world.claim()();
  for (let second = 0; second < 20; second += 1) await world.clock.advance(1_000);
  expect(world.platform.texts).toEqual(["one two three"]);
  die();
  await expect(work).rejects.toThrow(Crash);
  await handleDeadLetter(world.parts, { id: world.latest()!.id, events: [] });
  expect(world.platform.texts).toEqual([expect.stringMatching(/^one two three\s+⚠️ I tried/)]);
});

test("that it takes longer is replaced by how it ended", async () => {
  const world = createWorld();
  world.agents.scripts.push(failsAfter("", failure("agent_unavailable")));
  await world.accept(message("hello"));
  await expect(world.claim()()).rejects.toThrow();
  expect(world.platform.texts).toEqual([expect.stringContaining("I keep trying")]);
  await handleDeadLetter(world.parts, { id: world.latest()!.id, events: [] });
  expect(world.platform.messages).toMatchObject([
    { text: expect.stringMatching(GIVEN_UP), buttons: [{ label: "Try again" }] },
  ]);
});

test("where it cannot be said now it is to be said later; where it never can, that is the end of it", async () => {
  for (const [code, isOver] of [
    ["platform_unavailable", false],
    ["platform_rejected", true],
  ] as const) {
    const world = await died();
    world.platform.fails = () => failure(code);
    const telling = handleDeadLetter(world.parts, { id: world.latest()!.id, events: [] });
    await (isOver ? telling : expect(telling).rejects.toMatchObject({ code }));
    expect(world.latest()?.state).toBe("failed");
  }
});

test("where nothing more is taken it is said directly, or with the next command, and not tried for ever", async () => {
  const closed = await died();
  closed.platform.fails = () => failure("platform_rejected", "It is closed.");
  await handleDeadLetter(closed.parts, { id: closed.latest()!.id, events: [] });
  expect(closed.platform.told).toEqual([
    {
      person: "alice",
      text: expect.stringMatching(/^I cannot answer you in .* It is closed\. `#turn-\d+`$/),
    },
  ]);

  const late = createWorld();
  const event = command("help");
  late.platform.fails = () => failure("answer_late");
  const payload = { event, target: targetOf(thread()) };
  await handleDeadLetter(late.parts, { id: late.newTurnId(), events: [{ id: event.id, payload }] });
  expect(await late.parts.lateAnswers.list()).toMatchObject([
    { event: event.id, text: expect.stringMatching(GIVEN_UP) },
  ]);
});
