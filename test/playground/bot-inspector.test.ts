import { expect, test } from "vitest";
import { PersonId, PlaceId } from "../../src/core/domain/model.ts";
import { Binding, bindingKey } from "../../src/core/domain/stored-records.ts";
import type { BotEvent } from "../../src/core/ports/bot-events.ts";
import { BotInspector } from "../../src/inspector/bot-inspector.ts";
import type { MemoryChange } from "../../src/playground/protocol/insight.ts";
import { failure, says } from "../core/world/scripted-agents.ts";
import { alice, bob, boss, channel, createWorld, direct, message, thread } from "../core/world/world.ts";

const place = direct(alice);
const naming = {
  platform: "test",
  tenant: "t",
  shownAs: String,
  placeOf: (shown: string) => (shown === "here" ? place.id : PlaceId.parse(shown)),
  personOf: (shown: string) => PersonId.parse(shown),
};

function watchedWorld() {
  const listeners: ((botEvent: BotEvent) => void)[] = [];
  const world = createWorld();
  const notify = (botEvent: BotEvent) => {
    for (const listener of listeners) listener(botEvent);
  };
  Object.assign(world.parts, { emit: notify });
  const onNotice = (listener: (botEvent: BotEvent) => void) => {
    listeners.push(listener);
    return () => undefined;
  };
  return { world, inspector: new BotInspector({ services: world.parts, onBotEvent: onNotice }, naming) };
}

test("a turn is seen while it waits for Letta and nothing is bound yet, and with whom it is bound then", async () => {
  const { world, inspector } = watchedWorld();
  expect(await inspector.place("here", alice)).toBeUndefined();
  world.agents.failures.push({ method: "ensure", error: failure("agent_unavailable") });
  await world.accept(message("hello", { place, addressed: "direct" }));
  const work = world.claim();
  await expect(work()).rejects.toThrow();
  expect(await inspector.place("here", alice)).toMatchObject({
    bound: undefined,
    turns: [{ state: "waiting", trouble: "letta is away", acceptedAt: expect.any(Number) }],
  });
  await work();
  expect(await inspector.place("here", alice)).toMatchObject({
    bound: { persona: { key: "ada" }, scope: "person" },
    turns: [{ state: "delivered" }],
  });
});

test("whoever looks is told when a command has changed what is remembered", async () => {
  const { world, inspector } = watchedWorld();
  await world.says("hello", { place, addressed: "direct" });
  const shown = async () => JSON.stringify(await inspector.place("here", alice));
  const remembered = new Promise<void>((resolve) => {
    inspector.onChange(() => void shown().then((text) => text.includes("tea at five") && resolve()));
  });
  await world.runs("memory", "remember", { text: "tea at five" }, { place });
  await remembered;
  expect(await shown()).toContain("tea at five");
});

/** What the newest turn in the place has changed, once that is known. */
function changedIn(inspector: BotInspector): Promise<MemoryChange> {
  const shown = async () => (await inspector.place("here", alice))?.turns[0]?.changed;
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

/** A persona that writes this down while it answers. */
function notes(world: ReturnType<typeof watchedWorld>["world"], text: string): void {
  world.agents.scripts.push(async function* (request, run) {
    await world.agents.writeBlock(request.agent, "human", text);
    yield* says("Noted.")(request, run);
  });
}

/** What somebody sees of a place, as the page would send it. */
async function sees(
  { inspector }: ReturnType<typeof watchedWorld>,
  where: string,
  who: typeof alice,
): Promise<string> {
  return JSON.stringify(await inspector.place(where, who));
}

test("what somebody told in their direct messages is shown to them, and to nobody else who looks", async () => {
  const watched = watchedWorld();
  const bobs = direct(bob);
  notes(watched.world, "Bob's crush is Carol.");
  await watched.world.says("my crush is Carol", { place: bobs, author: bob, addressed: "direct" });
  expect(await sees(watched, bobs.id, bob)).toContain("crush is Carol");
  for (const other of [alice, boss]) {
    const shown = await sees(watched, bobs.id, other);
    expect(shown).not.toMatch(/Carol|agent-|conv/);
    expect(shown).toContain("is not shown");
  }
});

const talk = thread("talk");

test("a persona for one person, bound in a channel of old, tells who looks that theirs is elsewhere", async () => {
  const watched = watchedWorld();
  const { world } = watched;
  notes(world, "Bob's crush is Carol.");
  await world.says("my crush is Carol", { place: direct(bob), author: bob, addressed: "direct" });
  const [told] = await world.parts.bindings.list(direct(bob).id);
  if (!told) throw new Error("nothing was bound");
  const old = Binding.parse({ ...told, place: talk, persona: { ...told.persona, key: "romy" } });
  await world.parts.bindings.update(bindingKey(talk, old.persona, old.scope), async () => old);
  const shown = await sees(watched, talk.id, alice);
  expect(shown).not.toContain("Carol");
  expect(shown).toContain("Romy remembers each person for themselves");
});

test("when others read along than before, what was learnt then is shown to none of them", async () => {
  const watched = watchedWorld();
  const { world } = watched;
  world.platform.audience.set(channel.id, { who: "some", set: "staff", named: "@Staff" });
  notes(world, "The launch code is 4711.");
  await world.says("the launch code is 4711", { place: talk, author: bob, addressed: "mention" });
  const staff = await sees(watched, talk.id, alice);
  expect(staff).toContain("launch code is 4711");
  expect(staff).toContain("shared by @Staff");
  world.platform.audience.delete(channel.id);
  expect(await sees(watched, talk.id, alice)).not.toContain("4711");
});

test("a guest of the workspace sees nothing of what all its members share", async () => {
  const watched = watchedWorld();
  notes(watched.world, "The launch code is 4711.");
  await watched.world.says("the launch code is 4711", { place: talk, author: alice, addressed: "mention" });
  expect(await sees(watched, talk.id, bob)).toContain("4711");
  expect(await sees(watched, talk.id, { ...bob, standing: "guest" })).not.toContain("4711");
});

test("the system prompt is shown to those who may edit the persona", async () => {
  const watched = watchedWorld();
  await watched.world.says("hello", { place: talk, author: alice, addressed: "mention" });
  const promptOf = async (who: typeof alice) =>
    (await watched.inspector.place(talk.id, who))?.bound?.memory?.systemPrompt;
  expect(await promptOf(alice)).toBeUndefined();
  expect(await promptOf(boss)).toContain("You are Ada");
});
