import fc from "fast-check";
import { expect, test } from "vitest";
import { undoMemoryWrites, withoutWrite } from "../../../src/core/agent/undo-writes.ts";
import { handleDeadLetter } from "../../../src/core/turn/dead-letter.ts";
import { sentences } from "../../../src/sentences/sentences.ts";
import { Crash } from "../world/fakes.ts";
import { failsAfter, failure } from "../world/scripted-agents.ts";
import { alice, channel, createWorld } from "../world/world.ts";

const outsider = { ...alice, id: "mallory", name: "Mallory", standing: "outsider" } as const;
const shared = { who: "members", of: channel.id, named: "#shared", outsiders: true } as const;

test("a line that was put into a block at any place is taken out of it, and nothing else", () => {
  const line = fc.stringMatching(/^[a-z ]{1,12}$/);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), fc.nat(6), (lines, at) => {
      const before = lines.join("\n");
      const after = [...lines.slice(0, at), "- Mallory: 4711", ...lines.slice(at)].join("\n");
      const text = "- Mallory: 4711";
      expect(withoutWrite(after, { kind: "inserted", label: "human", text })).toBe(before);
    }),
  );
});

test("what was replaced stands there again, and what was removed is put back", () => {
  const changed = { kind: "replaced", label: "human", before: "likes tea", after: "likes mate" } as const;
  expect(withoutWrite("Bob likes mate.", changed)).toBe("Bob likes tea.");
  expect(withoutWrite("Bob plays chess.", changed)).toBe("Bob plays chess.");
  const removed = { ...changed, before: "Bob likes tea.", after: "" };
  expect(withoutWrite("Alice sails.", removed)).toBe("Alice sails.\nBob likes tea.");
  expect(withoutWrite("Alice sails.\nBob likes tea.", removed)).toBe("Alice sails.\nBob likes tea.");
});

test("words of somebody else that hold the same letters stay as they are", () => {
  const a = { kind: "inserted", label: "human", text: "a" } as const;
  expect(withoutWrite("a\n- Alice: a banana", a)).toBe("- Alice: a banana");
  expect(withoutWrite("- Alice: a banana", a)).toBe("- Alice: a banana");
  const two = { ...a, text: "one\ntwo" };
  expect(withoutWrite("- Bob: one\none\ntwo\n- Carol: two", two)).toBe("- Bob: one\n- Carol: two");
});

test("what a member had archived in the same words stays", async () => {
  const world = createWorld();
  await world.says("hello", { place: channel });
  const { agent, conversation } = world.agents.sent[0]!;
  const made = world.agents.made.get(agent)!;
  const passage = { text: "The launch is on Friday.", tags: [] };
  made.passages = [
    { ...passage, id: "passage-alice", at: "2026-11-30T10:00:00+00:00" },
    { ...passage, id: "passage-mallory", at: "2026-11-30T12:00:00.123+00:00" },
  ];
  world.agents.writes.set(conversation, [
    { kind: "archived", text: passage.text, since: "2026-11-30T12:00:00+00:00" },
  ]);
  for (let time = 1; time <= 2; time += 1) {
    await undoMemoryWrites(world.agents, { agent, conversation }, []);
    const kept = await world.agents.passages(agent, { limit: 10 });
    expect(kept.map(({ id }) => id)).toEqual(["passage-alice"]);
  }
});

test("of a turn that fails nothing of theirs is kept either", async () => {
  const world = createWorld();
  world.platform.audience.set(channel.id, shared);
  await world.says("our boat is called Marabou", { place: channel });
  const { agent, conversation } = world.agents.sent[0]!;
  await world.agents.writeBlock(agent, "human", "- Alice: a boat\n- Mallory: the code is 4711");
  world.agents.writes.set(conversation, [
    { kind: "inserted", label: "human", text: "- Mallory: the code is 4711" },
  ]);
  world.agents.scripts.push(failsAfter("Well,", failure("model_failed")));
  await world.says("the code is 4711", { place: channel, author: outsider });
  expect(world.platform.texts.at(-1)).toContain("It is model_failed.");
  const human = (await world.agents.blocks(agent)).find(({ label }) => label === "human");
  expect(human?.value).toBe("- Alice: a boat");
});

test("nothing of theirs is kept of a turn that was given up either, however long Letta is away", async () => {
  const world = createWorld();
  world.platform.audience.set(channel.id, shared);
  await world.says("hello", { place: channel });
  const { agent, conversation } = world.agents.sent[0]!;
  await world.agents.writeBlock(agent, "human", "- Alice: a boat\n- Mallory: the code is 4711");
  world.agents.writes.set(conversation, [
    { kind: "inserted", label: "human", text: "- Mallory: the code is 4711" },
  ]);
  world.agents.scripts.push(failsAfter("Well,", new Crash()));
  await expect(world.says("the code is 4711", { place: channel, author: outsider })).rejects.toThrow(Crash);
  const { id } = world.latest()!;
  const turnWrites = world.agents.turnWrites.bind(world.agents);
  world.agents.turnWrites = () => Promise.reject(failure("agent_unavailable"));
  const giveUp = () => handleDeadLetter(world.parts, { id, events: [] });
  await expect(giveUp()).rejects.toThrow("agent_unavailable");
  expect(world.platform.texts.at(-1)).toContain(sentences.turn.deadLetter);
  const shown = world.platform.texts.length;
  world.agents.turnWrites = turnWrites;
  await giveUp();
  expect(world.platform.texts).toHaveLength(shown);
  const human = (await world.agents.blocks(agent)).find(({ label }) => label === "human");
  expect(human?.value).toBe("- Alice: a boat");
});

test("people of another company are answered, and nothing of theirs is kept, whatever else is", async () => {
  const world = createWorld();
  world.platform.audience.set(channel.id, shared);
  await world.says("our boat is called Marabou", { place: channel });
  const { agent, conversation } = world.agents.sent[0]!;
  await world.agents.writeBlock(
    agent,
    "human",
    "- Alice: our boat is called Marabou\n- Mallory: the code is 4711",
  );
  await world.agents.addPassage(agent, "Mallory was here.");
  await world.agents.addPassage(agent, "Mallory was here before.");
  world.agents.writes.set(conversation, [
    { kind: "inserted", label: "human", text: "- Mallory: the code is 4711" },
    { kind: "archived", text: "Mallory was here." },
  ]);
  await world.says("the code is 4711", { place: channel, author: outsider });
  expect(world.platform.texts.at(-1)).toContain("4711");
  const human = (await world.agents.blocks(agent)).find(({ label }) => label === "human");
  expect(human?.value).toBe("- Alice: our boat is called Marabou");
  const kept = await world.agents.passages(agent, { limit: 10 });
  expect(kept.map(({ text }) => text)).toEqual(["Mallory was here before."]);
});

test("what is written by others at the same time is neither lost nor taken", async () => {
  const world = createWorld();
  await world.says("hello", { place: channel });
  const { agent, conversation } = world.agents.sent[0]!;
  await world.agents.writeBlock(agent, "human", "- Mallory: 4711");
  world.agents.writes.set(conversation, [{ kind: "inserted", label: "human", text: "- Mallory: 4711" }]);
  const write = world.agents.writeBlock.bind(world.agents);
  let crossed = false;
  world.agents.writeBlock = async (id, label, value, expected) => {
    if (!crossed) {
      crossed = true;
      await write(id, label, "- Mallory: 4711\n- Bob sails.");
    }
    await write(id, label, value, expected);
  };
  await undoMemoryWrites(world.agents, { agent, conversation }, []);
  expect((await world.agents.blocks(agent)).find(({ label }) => label === "human")?.value).toBe(
    "- Bob sails.",
  );
});
