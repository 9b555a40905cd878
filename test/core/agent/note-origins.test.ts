import { expect, test } from "vitest";
import type { MemoryWrite } from "../../../src/core/ports/agent/memory.ts";
import { blockLineKey, passageKey } from "../../../src/core/ports/provenance-store.ts";
import { finished, type Script, started, text } from "../world/scripted-agents.ts";
import { alice, bob, createWorld, message } from "../world/world.ts";

type World = ReturnType<typeof createWorld>;

/** The persona writes this into its memory, and says so. */
const notes = (world: World, ...writes: MemoryWrite[]): Script =>
  async function* ({ conversation }, run) {
    yield started(run);
    yield { type: "tool", activity: "remembering" };
    world.agents.writes.set(conversation, writes);
    yield text("Noted.");
    yield finished();
  };

const originsOf = ({ provenance }: World) =>
  provenance.origins.map(({ line, author, askedBy }) => [line, author, askedBy]);

/** What is done behind an answer has been done. */
async function behindTheAnswer(): Promise<void> {
  for (let step = 0; step < 20; step += 1) await new Promise((resolve) => setImmediate(resolve));
}

test("what a persona noted of one person's words comes from that person", async () => {
  const world = createWorld();
  const before = "Bob plays chess.\nBob has a dog.";
  world.agents.scripts.push(
    notes(
      world,
      { kind: "inserted", label: "human", text: "- Bob likes tea.\n- Bob has a boat." },
      { kind: "replaced", label: "human", before, after: "Bob plays chess.\nBob has a cat." },
    ),
  );
  await world.says("tea, please", { author: bob });
  const lines = ["Bob likes tea.", "Bob has a boat.", "Bob has a cat."];
  const keys = await Promise.all(lines.map((line) => blockLineKey("human", line)));
  await expect.poll(() => originsOf(world)).toEqual(keys.map((key) => [key, "bob", "bob"]));
});

test("what it put by comes from them too: the newest of the same words", async () => {
  const world = createWorld();
  await world.says("hello");
  const [agent] = world.agents.made.keys();
  for (const at of ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"])
    world.agents.made.get(agent!)?.passages.push({ id: at, text: "likes tea", at, tags: [] });
  world.agents.scripts.push(notes(world, { kind: "archived", text: "likes tea" }));
  await world.says("tea");
  await behindTheAnswer();
  expect(originsOf(world)).toEqual([[passageKey("2026-02-01T00:00:00Z"), "alice", "alice"]]);
});

test("where several spoke nobody knows whose words they were", async () => {
  const world = createWorld();
  world.agents.scripts.push(notes(world, { kind: "inserted", label: "human", text: "likes tea" }));
  await world.accept(message("I like tea", { author: alice }));
  await world.accept(message("me too", { author: bob }));
  await world.settle();
  await behindTheAnswer();
  expect(world.provenance.origins).toEqual([]);
});

test("of people of other companies nothing is noted, and a turn without tools asks Letta nothing", async () => {
  const world = createWorld();
  const insert = { kind: "inserted", label: "human", text: "likes tea" } as const;
  world.agents.scripts.push(notes(world, insert));
  await world.says("I like tea", { author: { ...bob, standing: "outsider" } });
  await behindTheAnswer();
  await world.says("hello");
  await behindTheAnswer();
  expect(world.provenance.origins).toEqual([]);
});

test("an answer stands also where its origins cannot be noted", async () => {
  const world = createWorld();
  world.agents.scripts.push(notes(world, { kind: "inserted", label: "human", text: "likes tea" }));
  world.provenance.note = async () => {
    throw new Error("the database is away");
  };
  await world.says("tea");
  await behindTheAnswer();
  expect(world.platform.texts).toEqual(["Noted."]);
});
