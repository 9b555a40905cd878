import { expect, test } from "vitest";
import { AppError } from "../../../src/core/domain/errors.ts";
import { RetryLater } from "../../../src/core/ports/turn-queue.ts";
import { failsAfter, failure, finished, says, started, text } from "../world/scripted-agents.ts";
import { createWorld, message } from "../world/world.ts";

const away = failure("agent_unavailable", "Letta cannot be reached.");
const HOUR = 60 * 60_000;

test("a model that fails says so below what it said, with a way to try again", async () => {
  const world = createWorld();
  world.agents.scripts.push(failsAfter("I was about to", failure("model_failed", "The model failed.")));
  await world.says("hello");
  const id = world.latest()?.id;
  expect(world.platform.messages).toMatchObject([
    { text: `I was about to\n\n⚠️ The model failed. \`#${id}\``, buttons: [{ label: "Try again" }] },
  ]);
  expect(world.latest()?.state).toBe("failed");
});

test("Try again asks once more; pressing it twice asks once", async () => {
  const world = createWorld();
  world.agents.scripts.push(failsAfter("", failure("model_failed")), says("Now it works."));
  await world.says("hello");
  const options = { turn: world.latest()!.id };
  expect(await world.runs("conversation", "retry", options)).toBeUndefined();
  const refusal = await world.runs("conversation", "retry", options);
  expect(refusal).toMatchObject({
    visibility: "private",
    text: expect.stringContaining("asked again already"),
  });
  await world.settle();
  expect(world.platform.texts.at(-1)).toBe("Now it works.");
  const [first, second] = world.agents.sent;
  expect(second?.said[0]?.text).toBe("[Alice] hello");
  expect(second?.said[0]?.otid).not.toBe(first?.said[0]?.otid);
});

test("Try again goes from below the message once it was pressed, which stands as it was", async () => {
  const world = createWorld();
  const { platform } = world;
  const long = "word ".repeat(150).trim();
  world.agents.scripts.push(failsAfter(long, failure("model_failed")));
  await world.says("hello");
  const before = platform.messages;
  expect(before.map(({ buttons }) => buttons?.length)).toEqual([0, 1]);
  const calls = platform.calls.length;
  await world.runs("conversation", "retry", { turn: world.latest()!.id });
  expect(platform.messages.slice(0, 2)).toEqual(before.map((each) => ({ ...each, buttons: [] })));
  expect(platform.calls.slice(calls).map(({ type }) => type)).toEqual(["edit"]);
});

test("Try again goes also for who presses it before it is noted where it stands", async () => {
  const world = createWorld();
  world.agents.scripts.push(failsAfter("", failure("model_failed")), says("Now it works."));
  await world.says("hello");
  const noted = world.latest()!;
  const { id } = noted;
  world.turns.turns.set(id, { ...noted, deliveries: [] });
  const pressed = world.runs("conversation", "retry", { turn: id });
  await world.clock.advance(100);
  expect(world.platform.messages[0]?.buttons).toHaveLength(1);
  world.turns.turns.set(id, noted);
  await world.through(
    pressed.then(() => undefined),
    100,
  );
  expect(world.platform.messages[0]?.buttons).toEqual([]);
});

test("a button that cannot be taken away stays, and its question is asked again all the same", async () => {
  for (const { without, fails } of [
    { without: ["edit"] as const, fails: () => undefined },
    { without: [] as const, fails: () => failure("platform_unavailable") },
  ]) {
    const world = createWorld();
    world.platform.without = without;
    world.agents.scripts.push(failsAfter("", failure("model_failed")), says("Now it works."));
    await world.says("hello");
    world.platform.fails = fails;
    await world.runs("conversation", "retry", { turn: world.latest()!.id });
    expect(world.platform.messages).toMatchObject([{ buttons: [{ label: "Try again" }] }]);
    world.platform.fails = () => undefined;
    await world.settle();
    expect(world.platform.texts.at(-1)).toBe("Now it works.");
  }
});

test("an outage of Letta is said once, and the answer takes the sentence's place", async () => {
  const world = createWorld();
  world.agents.scripts.push(failsAfter("", away), failsAfter("", away), says("Here I am."));
  await world.accept(message("hello"));
  const work = world.claim();
  for (let attempt = 0; attempt < 2; attempt += 1) {
    await expect(work({ attempt: 1 })).rejects.toMatchObject({ counts: false, waitsFor: "agents" });
    expect(world.platform.texts).toEqual([
      "*I cannot think right now: the server behind me does not answer. I keep trying until Friday, 10:00 UTC, and answer here as soon as it works.*",
    ]);
    expect(world.watch.times).toBe(attempt + 1);
  }
  await work({ attempt: 1 });
  expect(world.platform.texts).toEqual(["Here I am."]);
});

test("where messages cannot be edited nothing is said of an outage, and the answer comes whole", async () => {
  const world = createWorld();
  world.platform.without = ["edit"];
  world.agents.scripts.push(failsAfter("", away), says("Here I am."));
  await world.accept(message("hello"));
  const work = world.claim();
  await expect(work()).rejects.toThrow(RetryLater);
  await work();
  expect(world.platform.texts).toEqual(["Here I am."]);
});

test("an outage is waited out for a day, and then given up with a sentence", async () => {
  const world = createWorld();
  for (let attempt = 0; attempt < 3; attempt += 1) world.agents.scripts.push(failsAfter("", away));
  await world.accept(message("hello"));
  const work = world.claim();
  await expect(work()).rejects.toThrow(RetryLater);
  await world.clock.advance(23 * HOUR);
  await expect(work()).rejects.toMatchObject({ counts: false, delayMs: 60_000 });
  await world.clock.advance(HOUR);
  await work();
  expect(world.platform.messages).toMatchObject([
    { text: expect.stringMatching(/^⚠️ Letta cannot be reached/), buttons: [{ label: "Try again" }] },
  ]);
});

test("a busy conversation is waited for in silence", async () => {
  const world = createWorld();
  world.agents.scripts.push(failsAfter("", failure("agent_busy")));
  await world.accept(message("hello"));
  await expect(world.claim()()).rejects.toMatchObject({ delayMs: 1_000, counts: false });
  expect(world.platform.messages).toEqual([]);
});

test("an answer that is ready outlives a platform that is away for hours", async () => {
  const world = createWorld();
  world.agents.scripts.push(says("The answer."));
  world.platform.fails = () => failure("platform_unavailable");
  await world.accept(message("hello"));
  const work = world.claim();
  await expect(work({ attempt: 1 })).rejects.toThrow(RetryLater);
  await world.clock.advance(5 * HOUR);
  await expect(work({ attempt: 1 })).rejects.toMatchObject({ delayMs: 60_000, counts: false });
  world.platform.fails = () => undefined;
  await work({ attempt: 1 });
  expect(world.platform.texts).toEqual(["The answer."]);
  expect(world.agents.sent).toHaveLength(1);
});

test("a post whose outcome is unknown is looked for, not repeated", async () => {
  const world = createWorld();
  world.agents.scripts.push(says("The answer."));
  world.platform.landsAnyway = true;
  world.platform.fails = ({ type }) => (type === "post" ? failure("platform_unavailable") : undefined);
  await world.accept(message("hello"));
  const work = world.claim();
  await expect(work({ attempt: 1 })).rejects.toThrow(RetryLater);
  world.platform.fails = () => undefined;
  await work({ attempt: 1 });
  expect(world.platform.texts).toEqual(["The answer."]);
});

test.each([1, 2])(
  "an answer that the platform refuses ends in one sentence in its place, with a way to try again (refused at call %d)",
  async (refusedFrom) => {
    const answer = "The answer is long enough to be shown while it grows, or so one hopes.";
    const world = createWorld();
    world.agents.scripts.push(says(answer), says(answer));
    let calls = 0;
    const blocked = () => failure("platform_rejected", "It was blocked.");
    world.platform.fails = (call) => {
      if (call.type !== "post" && call.type !== "edit") return undefined;
      calls += 1;
      return calls >= refusedFrom && call.text.includes("answer") ? blocked() : undefined;
    };
    await world.says("hello");
    const [shown] = world.platform.messages;
    expect(shown?.text).toMatch(/^⚠️ It was blocked\. `#turn-\d+`$/);
    expect(shown?.buttons?.map(({ label }) => label)).toEqual(["Try again"]);
    expect(world.platform.messages).toHaveLength(1);
    expect(world.latest()).toMatchObject({ state: "failed", text: shown?.text });
  },
);

test("where the platform takes nothing at all, the turn ends all the same", async () => {
  const world = createWorld();
  world.agents.scripts.push(says("The answer."));
  world.platform.fails = ({ type }) => (type === "post" ? failure("platform_rejected") : undefined);
  await world.says("hello");
  expect(world.latest()).toMatchObject({ state: "failed", text: expect.stringContaining("⚠️") });
  expect(world.platform.texts).toEqual([]);
});

test("a failure that nobody understands is tried again, and then said without a word of its own", async () => {
  const world = createWorld();
  const strange = () => failsAfter("", new Error("ECONNRESET at 10.0.0.7:5432, token=hunter2"));
  world.agents.scripts.push(strange(), strange());
  await world.accept(message("hello"));
  const work = world.claim();
  await expect(work()).rejects.toThrow(/ECONNRESET/);
  await work({ attempt: 5, isLastAttempt: true });
  expect(world.platform.texts).toEqual([
    expect.stringMatching(/^⚠️ Something went wrong on my side\. `#turn-\d+`$/),
  ]);
});

test("a failure that was stored and not shown is shown by the next attempt, and Letta is left alone", async () => {
  const world = createWorld();
  world.agents.scripts.push(failsAfter("", failure("model_failed", "The model failed.")));
  world.platform.fails = () => failure("platform_unavailable");
  await world.accept(message("hello"));
  const work = world.claim();
  await expect(work()).rejects.toThrow(RetryLater);
  world.platform.fails = () => undefined;
  await work();
  expect(world.platform.texts).toEqual([expect.stringContaining("The model failed.")]);
  expect(world.agents.sent).toHaveLength(1);
});

test("a process that stops says nothing and leaves the turn to the next", async () => {
  const world = createWorld();
  const stopping = new AbortController();
  world.agents.scripts.push(async function* () {
    stopping.abort(new Error("stopping"));
    await new Promise(() => undefined);
  });
  world.agents.landings.push({ state: "answered", text: "The answer." });
  await world.accept(message("hello"));
  const work = world.claim();
  await expect(work({ signal: stopping.signal })).rejects.toThrow("stopping");
  expect(world.platform.messages).toEqual([]);
  await work({ attempt: 1 });
  expect(world.platform.texts).toEqual(["The answer."]);
});

test("a conversation that was deleted in Letta is begun anew, said once; memory stays", async () => {
  const world = createWorld();
  await world.says("hello");
  world.agents.scripts.push(failsAfter("", failure("conversation_gone")), says("Hello again."));
  await world.says("still there?");
  await world.says("fine");
  expect(world.platform.texts[1]).toMatch(/^\*Our conversation here was deleted.+\*\n\nHello again\.$/);
  expect(world.platform.texts[2]).toBe("You said: [Alice] fine");
  const [one, , three, four] = world.agents.sent;
  expect(three?.conversation).not.toBe(one?.conversation);
  expect(four?.conversation).toBe(three?.conversation);
  expect(three?.agent).toBe(one?.agent);
});

test("an agent that vanished is made again, whichever call notices first", async () => {
  for (const notice of ["look", "send", "edit", "conversation"] as const) {
    const world = createWorld();
    await world.says("hello");
    const [agent] = world.agents.made.keys();
    world.agents.lose(agent!);
    if (notice === "conversation") {
      world.agents.failures.push({ method: "send", error: failure("conversation_gone") });
    }
    if (notice === "look") await world.clock.advance(HOUR);
    if (notice === "edit") {
      const options = { name: "ada", instructions: "Be brief." };
      const boss = { author: { id: "boss", name: "Boss", manages: true }, submitted: true };
      await world.runs("persona", "edit", options, boss);
    }
    await world.says("still there?");
    expect(world.platform.texts.at(-1)).toMatch(/^\*My memory was deleted/);
    await world.says("fine");
    expect(world.platform.texts.at(-1)).toBe("You said: [Alice] fine");
    expect(world.latest()?.state).toBe("delivered");
  }
});

test("what people read of a failure is its sentence, never its cause", async () => {
  const world = createWorld();
  const cause = new Error("POST http://letta:8283/v1?token=hunter2");
  const error = new AppError("model_failed", "The model failed.", { message: "http 500", cause });
  world.agents.scripts.push(failsAfter("", error));
  await world.says("hello");
  expect(world.platform.texts.join()).not.toMatch(/hunter2|http/);
});

test("an answer whose message somebody took away while it grew ends in a sentence of its own", async () => {
  const world = createWorld();
  world.agents.scripts.push(async function* (_request, run) {
    yield started(run);
    yield text("Nice, and long enough to be shown while all the rest of it is thought of.");
    while (world.platform.texts.length === 0) await new Promise(setImmediate);
    world.platform.messages = [];
    yield text(" And more.");
    yield finished();
  });
  await world.says("hello");
  expect(world.platform.messages).toMatchObject([
    { text: `⚠️ It is gone. \`#${world.latest()?.id}\``, buttons: [{ label: "Try again" }] },
  ]);
});
