import { expect, test } from "vitest";
import { CompiledPrompts } from "../../../src/core/agent/compiled-prompts.ts";
import type { AgentId } from "../../../src/core/domain/model.ts";
import type { Binding } from "../../../src/core/domain/stored-records.ts";
import { silentLog } from "../world/fakes.ts";
import { finished, type Script, says, started, text } from "../world/scripted-agents.ts";
import { boss, createWorld } from "../world/world.ts";

const usesMemory = (change: () => void): Script =>
  async function* (_request, run) {
    yield started(run);
    yield { type: "tool", activity: "remembering" };
    change();
    yield text("Noted.");
    yield finished();
  };

/** A persona that has talked here once. */
async function acquainted() {
  const world = createWorld();
  await world.says("hello");
  const [agent] = world.agents.made.keys();
  const [binding] = await world.parts.bindings.list();
  if (!agent || !binding) throw new Error("nobody talked");
  return { world, agent, binding, remembers: (words: string) => remembers(world, agent, words) };
}

/** As its own tool does, or somebody in Letta. */
function remembers({ agents }: ReturnType<typeof createWorld>, agent: AgentId, words: string): void {
  const kept = agents.made.get(agent);
  if (kept) kept.blocks = kept.blocks.map((block) => ({ ...block, value: words }));
}

test("a turn asks Letta nothing of an agent that nobody has changed", async () => {
  const { world } = await acquainted();
  const { looks, compiled } = world.agents;
  const before = [looks, compiled.length];
  await world.says("and again");
  await world.says("and again");
  expect([world.agents.looks, compiled.length]).toEqual(before);
});

test("what a persona noted stands in the prompt of its next turn, in every conversation", async () => {
  const { world, remembers } = await acquainted();
  world.agents.scripts.push(usesMemory(() => remembers("likes tea")));
  await world.says("I like tea");
  // Behind the turn, where nobody waits.
  await new Promise(setImmediate);
  const { looks, compiled } = world.agents;
  const before = compiled.length;
  await world.says("what do I like?");
  expect([world.agents.looks, compiled.length]).toEqual([looks, before + 1]);
});

test("what people edit stands in the prompt of the next turn", async () => {
  const { world } = await acquainted();
  const { compiled } = world.agents;
  const before = compiled.length;
  await world.runs(
    "memory",
    "edit",
    { block: "human", value: "Likes tea." },
    { author: boss, submitted: true },
  );
  await world.says("what do I like?");
  expect(compiled.length).toBe(before + 1);
});

test("a change by another process is heard of", async () => {
  const { world, binding, remembers } = await acquainted();
  const other = processOf(world);
  const seen = await other.bringUpToDate(binding);
  world.agents.scripts.push(usesMemory(() => remembers("likes tea")));
  await world.says("I like tea");
  expect((await other.bringUpToDate(seen)).compiled).not.toBe(seen.compiled);
});

test("who looks while something changes looks again afterwards, also when the change fails", async () => {
  const { world, binding, remembers } = await acquainted();
  const prompts = processOf(world);
  let meanwhile: Binding | undefined;
  const changing = prompts.whileChanging(binding, async () => {
    meanwhile = await prompts.bringUpToDate(binding);
    remembers("half of it");
    throw new Error("no answer");
  });
  await expect(changing).rejects.toThrow("no answer");
  expect((await prompts.bringUpToDate(binding)).compiled).not.toBe(meanwhile?.compiled);
});

test("a turn that fails after a tool has run leaves nothing unseen", async () => {
  const { world, remembers } = await acquainted();
  world.agents.scripts.push(async function* (_request, run) {
    yield started(run);
    yield { type: "tool", activity: "remembering" };
    remembers("likes tea");
    throw new Error("the model died");
  }, says("Hello."));
  await world.says("I like tea").catch(() => undefined);
  const { compiled } = world.agents;
  const before = compiled.length;
  await world.says("what do I like?");
  expect(compiled.length).toBe(before + 1);
});

test("what somebody changes in Letta itself is seen within two turns of a talk, and at once after a pause", async () => {
  const { world, remembers } = await acquainted();
  const { clock, agents } = world;
  remembers("one");
  await clock.advance(61_000);
  const before = agents.compiled.length;
  await world.says("hello");
  await new Promise(setImmediate);
  await world.says("hello");
  expect(agents.compiled.length).toBe(before + 1);
  remembers("two");
  await clock.advance(10 * 60_000);
  await world.says("hello");
  expect(agents.compiled.length).toBe(before + 2);
});

const processOf = ({ parts, agents }: ReturnType<typeof createWorld>) =>
  new CompiledPrompts({ ...parts, provisioning: agents, log: silentLog });
