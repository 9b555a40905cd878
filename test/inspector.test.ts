import { expect, test } from "vitest";
import type { Notice } from "../src/core/notice.ts";
import { createInspector } from "../src/inspector.ts";
import type { MemoryChange } from "../src/sandbox/page/inspector.ts";
import { failure, says } from "./core/scripted-agents.ts";
import { alice, createWorld, direct, message } from "./core/world.ts";

const place = direct(alice);
const naming = { platform: "test", tenant: "t", shownAs: String, placeOf: () => place.id };

function watchedWorld() {
  const listeners: ((notice: Notice) => void)[] = [];
  const world = createWorld();
  const notify = (notice: Notice) => {
    for (const listener of listeners) listener(notice);
  };
  Object.assign(world.parts, { notify });
  const onNotice = (listener: (notice: Notice) => void) => {
    listeners.push(listener);
    return () => undefined;
  };
  return { world, inspector: createInspector({ parts: world.parts, onNotice }, naming) };
}

test("a turn is seen while it waits for Letta and nothing is bound yet, and with whom it is bound then", async () => {
  const { world, inspector } = watchedWorld();
  expect(await inspector.place("here")).toBeUndefined();
  world.agents.failures.push({ method: "ensure", error: failure("agent_unavailable") });
  await world.accept(message("hello", { place, addressed: "direct" }));
  const work = world.claim();
  await expect(work()).rejects.toThrow();
  expect(await inspector.place("here")).toMatchObject({
    bound: undefined,
    turns: [{ state: "waiting", trouble: "letta is away", acceptedAt: expect.any(Number) }],
  });
  await work();
  expect(await inspector.place("here")).toMatchObject({
    bound: { persona: { key: "ada" }, scope: "person" },
    turns: [{ state: "delivered" }],
  });
});

test("whoever looks is told when a command has changed what is remembered", async () => {
  const { world, inspector } = watchedWorld();
  await world.says("hello", { place, addressed: "direct" });
  const shown = async () => JSON.stringify(await inspector.place("here"));
  const remembered = new Promise<void>((resolve) => {
    inspector.onChange(() => void shown().then((text) => text.includes("tea at five") && resolve()));
  });
  await world.runs("memory", "remember", { text: "tea at five" }, { place });
  await remembered;
  expect(await shown()).toContain("tea at five");
});

/** What the newest turn in the place has changed, once that is known. */
function changedIn(inspector: ReturnType<typeof createInspector>): Promise<MemoryChange> {
  const shown = async () => (await inspector.place("here"))?.turns[0]?.changed;
  return new Promise((resolve) => {
    const look = () => void shown().then((change) => change && resolve(change));
    inspector.onChange(look);
    look();
  });
}

test("so is what the first turn of all notes, with an agent that is made for it", async () => {
  const { world, inspector } = watchedWorld();
  world.agents.scripts.push(async function* (request, run) {
    await world.agents.writeBlock(request.agent, "human", "Has a dog.");
    await new Promise(setImmediate);
    yield* says("Noted.")(request, run);
  });
  await world.says("I have a dog", { place, addressed: "direct" });
  expect((await changedIn(inspector)).blocks).toEqual([{ label: "human", before: "", after: "Has a dog." }]);
});

test("what a turn notes is seen as its doing, however soon it notes it", async () => {
  const { world, inspector } = watchedWorld();
  await world.says("hello", { place, addressed: "direct" });
  await world.clock.advance(1_000);
  world.agents.scripts.push(async function* (request, run) {
    await world.agents.writeBlock(request.agent, "human", "Has a dog.");
    yield* says("Noted.")(request, run);
  });
  await world.says("I have a dog", { place, addressed: "direct" });
  const changed = await changedIn(inspector);
  expect(changed.blocks).toMatchObject([{ label: "human", after: "Has a dog." }]);
});
