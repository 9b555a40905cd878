import { expect, test } from "vitest";
import { RunId } from "../../../src/core/domain/model.ts";
import { Crash } from "../world/fakes.ts";
import { failsAfter, failure, finished, type Script, says, started, text } from "../world/scripted-agents.ts";
import { createWorld, message, thread, type World } from "../world/world.ts";

const lost = RunId.parse("run-lost");

/** An answer that never ends by itself, and tells when it has begun. */
function endless(words: string) {
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const script: Script = async function* (_request, run) {
    yield started(run);
    yield text(words);
    begin();
    await new Promise(() => undefined);
  };
  return { script, begun };
}

async function stop(world: World) {
  return world.runs("conversation", "stop");
}

test("Stop cancels the run of this turn, keeps what was said and says that it stopped", async () => {
  const world = createWorld();
  const { script, begun } = endless("Once upon a time");
  world.agents.scripts.push(script);
  await world.accept(message("tell me a story"));
  const answering = world.claim()();
  await begun;
  const reply = await stop(world);
  await answering;
  expect(reply).toMatchObject({ text: "Stopped.", visibility: "private" });
  expect(world.agents.cancelled).toEqual([{ agent: world.latest()?.agent, run: world.latest()?.run }]);
  expect(world.platform.texts).toContain("Once upon a time\n\n*Stopped.*");
  expect(world.latest()?.state).toBe("delivered");
});

test("the Stop below an answer answers nothing of its own", async () => {
  const world = createWorld();
  const { script, begun } = endless("Once");
  world.agents.scripts.push(script);
  await world.accept(message("tell me a story"));
  const answering = world.claim()();
  await begun;
  expect(await world.runs("conversation", "stop", { turn: world.latest()!.id })).toBeUndefined();
  await answering;
  expect(world.platform.texts).toEqual(["Once\n\n*Stopped.*"]);
});

test("Stop in one conversation leaves another alone", async () => {
  const world = createWorld();
  const [one, two] = [endless("One"), endless("Two")];
  world.agents.scripts.push(one.script, two.script);
  await world.accept(message("first", { place: thread("one") }));
  const first = world.claim()();
  await one.begun;
  await world.accept(message("second", { place: thread("two") }));
  const second = world.claim()();
  await two.begun;
  await world.runs("conversation", "stop", {}, { place: thread("two") });
  await second;
  expect(world.agents.cancelled).toHaveLength(1);
  await world.runs("conversation", "stop", {}, { place: thread("one") });
  await first;
  expect(world.agents.cancelled).toHaveLength(2);
});

test("a Stop that comes before the run is known cancels it the moment it begins", async () => {
  const world = createWorld();
  let send: () => void = () => undefined;
  const sent = new Promise<void>((resolve) => {
    send = resolve;
  });
  let go: () => void = () => undefined;
  const going = new Promise<void>((resolve) => {
    go = resolve;
  });
  world.agents.scripts.push(async function* (_request, run) {
    send();
    await going;
    yield started(run);
    yield finished("cancelled");
  });
  await world.accept(message("tell me a story"));
  const answering = world.claim()();
  await sent;
  await stop(world);
  expect(world.agents.cancelled).toEqual([]);
  go();
  await answering;
  expect(world.agents.cancelled).toHaveLength(1);
  expect(world.platform.texts).toContain("*Stopped.*");
});

test("a Stop while nothing was heard finds the run that Letta began", async () => {
  const world = createWorld();
  let send: () => void = () => undefined;
  const sent = new Promise<void>((resolve) => {
    send = resolve;
  });
  world.agents.scripts.push(async function* () {
    send();
    await new Promise(() => undefined);
  });
  world.agents.landings.push({ state: "running", run: lost });
  await world.accept(message("tell me a story"));
  const answering = world.claim()();
  await sent;
  await stop(world);
  await answering;
  expect(world.agents.cancelled.map(({ run }) => run)).toEqual([lost]);
});

test("a Stop during an outage keeps Letta from being asked at all", async () => {
  const world = createWorld();
  world.agents.failures.push({ method: "ensure", error: failure("agent_unavailable") });
  await world.accept(message("tell me a story"));
  const work = world.claim();
  await expect(work()).rejects.toThrow();
  await stop(world);
  await work();
  expect(world.agents.sent).toEqual([]);
  expect(world.platform.texts).toContain("*Stopped.*");
});

test("a Stop is not forgotten when the process dies", async () => {
  const world = createWorld();
  world.agents.scripts.push(failsAfter("Once", new Crash()));
  await world.accept(message("tell me a story"));
  const work = world.claim();
  await expect(work()).rejects.toThrow(Crash);
  await stop(world);
  world.agents.landings.push({ state: "running", run: lost }, { state: "answered", text: "Once" });
  await world.through(work());
  expect(world.agents.cancelled.map(({ run }) => run)).toContain(lost);
  expect(world.platform.texts).toContain("Once\n\n*Stopped.*");
});

test("there is nothing to stop before and after an answer", async () => {
  const world = createWorld();
  expect(await stop(world)).toMatchObject({ text: expect.stringContaining("Nothing is being answered") });
  world.agents.scripts.push(says("Done."));
  await world.says("hello");
  const turn = world.latest()!.id;
  expect(await world.runs("conversation", "stop", { turn })).toMatchObject({
    text: expect.stringContaining("Nothing is being answered"),
    visibility: "private",
  });
  expect(world.platform.texts).toContain("Done.");
});

test("a button works only where it hangs", async () => {
  const world = createWorld();
  const { script, begun } = endless("Once");
  world.agents.scripts.push(script);
  await world.accept(message("tell me a story"));
  const answering = world.claim()();
  await begun;
  const turn = world.latest()!.id;
  await world.runs("conversation", "stop", { turn }, { place: thread("elsewhere") });
  expect(world.agents.cancelled).toEqual([]);
  await world.runs("conversation", "stop", { turn });
  await answering;
});

test("Stop ends an answer also when the agents' server is away", async () => {
  const world = createWorld();
  const { script, begun } = endless("Once upon a time");
  world.agents.scripts.push(script);
  world.agents.cancel = () => Promise.reject(failure("agent_unavailable", "Away."));
  await world.accept(message("tell me a story"));
  const answering = world.claim()();
  await begun;
  expect(await stop(world)).toMatchObject({ text: "Stopped." });
  await answering;
  expect(world.platform.texts).toContain("Once upon a time\n\n*Stopped.*");
  expect(world.latest()?.state).toBe("delivered");
});

test("what waits for the agents' server ends by Stop, without being asked once more", async () => {
  const world = createWorld();
  world.agents.scripts.push(failsAfter("", failure("agent_unavailable", "Away.")));
  await world.accept(message("anybody home?"));
  const again = world.claim();
  await expect(again()).rejects.toMatchObject({ name: "RetryLater" });
  expect(world.platform.texts).toEqual([expect.stringContaining("keep trying")]);
  world.agents.findSend = () => Promise.reject(failure("agent_unavailable", "Away."));
  expect(await stop(world)).toMatchObject({ text: "Stopped." });
  await expect(again()).rejects.toMatchObject({ name: "RetryLater", delayMs: 0 });
  await again();
  expect(world.platform.texts).toEqual(["*Stopped.*", "Stopped."]);
  expect(world.latest()?.state).toBe("delivered");
});
