import { describe, expect, test } from "vitest";
import { RunId } from "../../../src/core/domain/model.ts";
import { sentences } from "../../../src/sentences/sentences.ts";
import { Crash } from "../world/fakes.ts";
import { failsAfter, failure, finished, says, started, text } from "../world/scripted-agents.ts";
import { alice, bob, channel, createWorld, message, thread, type World } from "../world/world.ts";

const run = RunId.parse("run-lost");

test("what is said gets one answer, without buttons when it is done", async () => {
  const world = createWorld();
  world.agents.scripts.push(says("Hello Alice."));
  await world.says("hello");
  expect(world.platform.messages).toMatchObject([
    { text: "Hello Alice.", buttons: [], author: { name: "Ada" } },
  ]);
  expect(world.latest()?.state).toBe("delivered");
});

test("a redelivered event is answered once", async () => {
  const world = createWorld();
  const event = message("hello");
  expect(await world.accept(event)).toBe("accepted");
  await world.claim()();
  expect(await world.accept(event)).toBe("repeated");
  expect(world.lanes.entries).toEqual([]);
});

test("a burst is one turn, and every speaker keeps the name", async () => {
  const world = createWorld();
  await world.accept(message("hello"));
  await world.accept(message("me too", { author: bob }));
  await world.settle();
  expect(world.agents.sent).toHaveLength(1);
  expect(world.agents.sent[0]?.said.map((each) => each.text)).toEqual(["[Alice] hello", "[Bob] me too"]);
});

test("the answer grows in one message, and Stop hangs below it while it does", async () => {
  const world = createWorld();
  let buttons: unknown;
  const words = "First words, of which there are enough to be read while others come,";
  world.agents.scripts.push(async function* (_request, id) {
    yield started(id);
    yield text(words);
    await new Promise(setImmediate);
    buttons = world.platform.messages[0]?.buttons;
    yield text(" and the rest.");
    yield finished();
  });
  await world.says("hello");
  expect(buttons).toMatchObject([{ label: "Stop answering" }]);
  expect(world.platform.texts).toEqual([`${words} and the rest.`]);
});

test("an empty answer says so and can be tried again", async () => {
  const world = createWorld();
  world.agents.scripts.push(says(""));
  await world.says("hello");
  expect(world.platform.messages).toMatchObject([
    { text: expect.stringContaining("no answer"), buttons: [{ label: "Try again" }] },
  ]);
  expect(world.latest()?.outcome).toBe("empty");
});

test("a persona that ends with our own sentence has answered: what came of a turn is no matter of words", async () => {
  const world = createWorld();
  world.agents.scripts.push(says(sentences.turn.noAnswer));
  await world.says("hello");
  expect(world.platform.messages).toMatchObject([{ text: sentences.turn.noAnswer, buttons: [] }]);
  expect(world.latest()?.outcome).toBe("complete");
});

test("an answer that ran out of room says that it was cut short", async () => {
  const world = createWorld();
  world.agents.scripts.push(says("Once upon a time", "cut_short"));
  await world.says("tell me");
  expect(world.platform.texts[0]).toMatch(/^Once upon a time\n\n\*I had to stop here/);
});

test("a tool that asks for approval is declined, and the persona goes on behind what it said", async () => {
  const world = createWorld();
  world.agents.scripts.push(says("Let me look.", "approval_needed"), says("I may not look."));
  await world.says("look it up");
  expect(world.agents.denials).toBe(1);
  expect(world.platform.texts).toEqual(["Let me look.\n\nI may not look."]);
});

test("a persona that asks for approval for ever is left alone", async () => {
  const world = createWorld();
  for (let index = 0; index < 9; index += 1) world.agents.scripts.push(says("Please?", "approval_needed"));
  await world.says("look it up");
  expect(world.agents.denials).toBe(3);
  expect(world.latest()?.state).toBe("delivered");
});

test("of a run that began anew only the newer one counts", async () => {
  const world = createWorld();
  world.agents.scripts.push(async function* (_request, id) {
    yield started(id);
    yield text(`A long beginning. ${"blah ".repeat(200)}`);
    await new Promise(setImmediate);
    yield started(RunId.parse("run-newer"));
    yield text("Short.");
    yield finished();
  });
  await world.says("hello");
  expect(world.platform.texts[0]).toBe("Short.");
  expect(world.platform.texts.slice(1)).toEqual(["*(…)*", "*(…)*"]);
  expect(world.latest()?.run).toBe("run-newer");
});

test("a mention in a channel is answered in a thread of its own, where who answered goes on answering", async () => {
  const world = createWorld();
  const opened = thread("opened");
  await world.accept(message("What is **tea**?", { place: channel, thread: opened }), {
    channel: "general",
    thread: opened.id,
  });
  await world.claim()();
  expect(world.platform.messages).toMatchObject([{ where: "opened" }]);
  expect(world.platform.calls).toContainEqual({ type: "thread", title: "What is tea?" });
  await world.runs(
    "persona",
    "use",
    { name: "orin" },
    { place: channel, author: { ...alice, manages: true } },
  );
  await world.says("go on", { place: opened, addressed: "none" });
  expect(world.platform.messages.at(-1)).toMatchObject({ where: "opened", author: { name: "Ada" } });
});

test("where no thread can be opened the answer comes in the channel, as a conversation of its own", async () => {
  const world = createWorld();
  world.platform.fails = ({ type }) => (type === "thread" ? failure("platform_rejected") : undefined);
  for (const id of ["one", "two"]) {
    await world.says(id, { place: channel, thread: thread(id) });
  }
  expect(world.platform.messages).toMatchObject([{ where: "general" }, { where: "general" }]);
  const [one, two] = world.agents.sent;
  expect(one?.conversation).not.toBe(two?.conversation);
});

test("a persona that was edited meanwhile answers as it is written now", async () => {
  const world = createWorld();
  await world.says("hello");
  const boss = { author: { ...alice, manages: true } };
  await world.accept(message("and now?"));
  const later = world.claim();
  const form = { name: "ada", instructions: "You are Ada, a pirate.", called: "Captain Ada" };
  await world.runs("persona", "edit", form, { ...boss, submitted: true });
  await later();
  expect(world.agents.updated.at(-1)?.persona.instructions).toBe("You are Ada, a pirate.");
  expect(world.platform.messages.at(-1)?.author?.name).toBe("Captain Ada");
  expect(world.agents.sent[0]?.conversation).toBe(world.agents.sent[1]?.conversation);
});

test("a persona that was deleted meanwhile is not played by another; trying again asks who is here", async () => {
  const world = createWorld();
  await world.runs("persona", "use", { name: "orin" });
  await world.accept(message("hello Orin"));
  const later = world.claim();
  const boss = { author: { ...alice, manages: true } };
  await world.runs("persona", "delete", { name: "orin", sure: "yes" }, boss);
  await later();
  expect(world.agents.sent).toEqual([]);
  expect(world.platform.messages.at(-1)).toMatchObject({
    text: expect.stringMatching(/`orin` was deleted/),
    buttons: [{ label: "Try again" }],
  });
  await world.runs("conversation", "retry", { turn: world.latest()!.id });
  await world.settle();
  expect(world.agents.sent[0]?.said[0]?.text).toBe("[Alice] hello Orin");
  expect(world.latest()?.persona.key).toBe("ada");
});

test("a scope that changed meanwhile does not mix what several people said", async () => {
  const world = createWorld();
  await world.accept(message("shared words"));
  await world.accept(message("my secret", { author: bob }));
  const later = world.claim();
  const boss = { author: { ...alice, manages: true }, submitted: true };
  await world.runs("persona", "edit", { name: "ada", instructions: "You are Ada.", scope: "person" }, boss);
  await later();
  expect([...world.agents.made.values()]).toEqual([]);
  expect(world.platform.messages.at(-1)?.text).toMatch(/only in your direct messages with me. Ask there./);
});

test("a turn or a command of a platform that is not served here is left to others", async () => {
  const world = createWorld();
  const place = { ...thread(), platform: "elsewhere" };
  await expect(world.says("hello", { place })).rejects.toMatchObject({ name: "RetryLater", counts: false });
  await expect(world.runs("help", undefined, {}, { place })).rejects.toMatchObject({ name: "RetryLater" });
  expect(world.latest()).toBeUndefined();
});

for (const [where, crash] of [
  ["before Letta was asked", "asked"],
  ["before the answer was stored", "answered"],
  ["before its end was stored", "delivered"],
] as const) {
  test(`a process that dies ${where} loses nothing and says nothing twice`, async () => {
    const world = createWorld();
    world.agents.scripts.push(says("The answer."));
    world.turns.crashOn = ({ state }) => state === crash;
    await world.accept(message("hello"));
    const work = world.claim();
    await expect(work()).rejects.toThrow(Crash);
    if (crash === "answered") world.agents.landings.push({ state: "answered", text: "The answer." });
    await work();
    expect(world.platform.texts).toEqual(["The answer."]);
    expect(world.agents.sent).toHaveLength(1);
    expect(world.latest()?.state).toBe("delivered");
  });
}

test("a first attempt that posted and did not note it is found, and its text made exact", async () => {
  const world = createWorld();
  world.agents.scripts.push(async function* (_request, id) {
    yield started(id);
    yield text("The ans");
    await new Promise(setImmediate);
    throw new Crash();
  });
  await world.accept(message("hello"));
  const work = world.claim();
  await expect(work()).rejects.toThrow(Crash);
  const turn = world.latest()!;
  world.turns.turns.set(turn.id, { ...turn, deliveries: [] });
  world.agents.landings.push({ state: "answered", text: "The answer." });
  // Given back uncounted, as by a process that stops: it counts as the first attempt once more.
  await work({ attempt: 1 });
  expect(world.platform.texts).toEqual(["The answer."]);
});

test("an answer that still runs after a crash is waited for, not asked for again", async () => {
  const world = createWorld();
  world.agents.scripts.push(failsAfter("Half", new Crash()));
  await world.accept(message("hello"));
  const work = world.claim();
  await expect(work()).rejects.toThrow(Crash);
  world.agents.landings.push({ state: "running", run }, { state: "running", run });
  world.agents.landings.push({ state: "answered", text: "Half and whole." });
  await world.through(work());
  expect(world.agents.sent).toHaveLength(1);
  expect(world.platform.texts).toEqual(["Half and whole."]);
});

test("what never landed is asked again, under the same ids", async () => {
  const world = createWorld();
  world.agents.scripts.push(failsAfter("", new Crash()), says("The answer."));
  await world.accept(message("hello"));
  const work = world.claim();
  await expect(work()).rejects.toThrow(Crash);
  await work();
  const [one, two] = world.agents.sent;
  expect(two?.said).toEqual(one?.said);
  expect(world.platform.texts).toEqual(["The answer."]);
});

test("a run that never ends is cancelled in the end, so that the conversation is free", async () => {
  const world = createWorld();
  world.agents.scripts.push(failsAfter("Half", new Crash()));
  await world.accept(message("hello"));
  const work = world.claim();
  await expect(work()).rejects.toThrow(Crash);
  for (let second = 0; second < 700; second += 1) world.agents.landings.push({ state: "running", run });
  await world.through(work());
  expect(world.agents.cancelled.map((each) => each.run)).toContain(run);
  expect(world.platform.texts[0]).toMatch(/never came/);
});

test("a run that goes on is waited for as long as something comes of it", async () => {
  const world = createWorld();
  const work = await diedInMidAnswer(world);
  for (let second = 0; second < 300; second += 1)
    world.agents.landings.push({ state: "running", run, rows: Math.floor(second / 40) });
  world.agents.landings.push({ state: "answered", text: "Half and whole." });
  await world.through(work());
  expect(world.agents.cancelled).toEqual([]);
  expect(world.agents.sent).toHaveLength(1);
  expect(world.platform.texts).toEqual(["Half and whole."]);
});

test("what a run that never ended had stored is taken, once it was waited for in vain", async () => {
  const world = createWorld();
  const work = await diedInMidAnswer(world);
  // Looked for every second of ten minutes, from the first to the last.
  for (let look = 0; look <= 600; look += 1)
    world.agents.landings.push({ state: "running", run, rows: look });
  world.agents.landings.push({ state: "answered", text: "Half and whole." });
  await world.through(work());
  expect(world.agents.cancelled.map((each) => each.run)).toEqual([run]);
  expect(world.agents.sent).toHaveLength(1);
  expect(world.platform.texts).toEqual(["Half and whole."]);
});

const LEFT = [
  ["and left no trace of, is asked again", { state: "no" }, 2, "The answer."],
  ["after a tool, is asked again", { state: "answered", text: "", isCut: true }, 2, "The answer."],
  ["after it stored the answer, is not asked again", { state: "answered", text: "Stored." }, 1, "Stored."],
  [
    "after it stored some of it, is not asked again, and ends with a word",
    { state: "answered", text: "Let me see.", isCut: true },
    1,
    "Let me see.\n\n*I had to stop here. Ask me to go on.*",
  ],
] as const;

describe.each([
  ["by going away, and somebody saw that", true, 2],
  ["by dying with the bot, unseen", false, 45],
])("what Letta lost %s", (_how, gone, seconds) => {
  test.each(LEFT)("%s", async (_what, left, timesAsked, answer) => {
    const world = createWorld();
    world.watch.gone = gone;
    const work = await diedInMidAnswer(world);
    world.agents.scripts.push(says("The answer."));
    const before = world.clock.now();
    for (let look = 0; look <= seconds; look += 1) world.agents.landings.push({ state: "running", run });
    world.agents.landings.push(left);
    await world.through(work());
    expect(world.agents.cancelled.map((each) => each.run)).toEqual([run]);
    expect(world.agents.sent).toHaveLength(timesAsked);
    expect(world.platform.texts).toEqual([answer]);
    expect(world.clock.now() - before).toBeLessThan(60_000);
    expect(world.agents.landings).toEqual([]);
  });

  test("is never asked again while it may go on", async () => {
    const world = createWorld();
    world.watch.gone = gone;
    const work = await diedInMidAnswer(world);
    for (let look = 0; look <= 700; look += 1) world.agents.landings.push({ state: "running", run });
    await world.through(work());
    expect(world.agents.cancelled.map((each) => each.run)).toContain(run);
    expect(world.agents.sent).toHaveLength(1);
    expect(world.platform.texts).toEqual([expect.stringMatching(/never came/)]);
  });
});

test("what a lost run wrote into the memory is taken back before it is asked again, so that it stands there once", async () => {
  const world = createWorld();
  const work = await diedInMidAnswer(world);
  const { agent, conversation } = world.agents.sent[0]!;
  const before = (await world.agents.blocks(agent)).find(({ label }) => label === "human")?.value ?? "";
  await world.agents.writeBlock(agent, "human", `${before}\n- Alice: a boat`);
  world.agents.writes.set(conversation, [{ kind: "inserted", label: "human", text: "- Alice: a boat" }]);
  const seen: (string | undefined)[] = [];
  world.agents.scripts.push(async function* (request, id) {
    seen.push((await world.agents.blocks(agent)).find(({ label }) => label === "human")?.value);
    yield* says("The answer.")(request, id);
  });
  for (let look = 0; look <= 45; look += 1) world.agents.landings.push({ state: "running", run });
  world.agents.landings.push({ state: "answered", text: "", isCut: true });
  await world.through(work());
  expect(seen).toEqual([before]);
  expect(world.platform.texts).toEqual(["The answer."]);
});

test("how long a run is quiet is counted over processes that all die while they wait for it", async () => {
  const world = createWorld();
  const work = await diedInMidAnswer(world);
  world.agents.scripts.push(says("The answer."));
  const before = world.clock.now();
  for (let look = 0; look < 60; look += 1) world.agents.landings.push({ state: "running", run });
  for (let death = 0; death < 4; death += 1) {
    const dying = new AbortController();
    void world.clock.sleep(10_000).then(() => dying.abort(new Crash()));
    await expect(world.through(work({ signal: dying.signal, isLastAttempt: false }))).rejects.toThrow(Crash);
  }
  world.agents.cancel = async () => {
    world.agents.landings.splice(0, world.agents.landings.length, { state: "no" });
  };
  await world.through(work({ isLastAttempt: false }));
  expect(world.platform.texts).toEqual(["The answer."]);
  expect(world.clock.now() - before).toBeLessThan(50_000);
});

async function diedInMidAnswer(world: World) {
  world.agents.scripts.push(failsAfter("Half", new Crash()));
  await world.accept(message("hello"));
  const work = world.claim();
  await expect(work()).rejects.toThrow(Crash);
  return work;
}

test("a stream that fell silent after Letta had finished still brings the answer", async () => {
  const world = createWorld();
  world.agents.scripts.push(failsAfter("Hal", failure("stalled")));
  world.agents.landings.push({ state: "answered", text: "Half and whole." });
  await world.says("hello");
  expect(world.platform.texts).toEqual(["Half and whole."]);
  expect(world.latest()?.state).toBe("delivered");
});
