import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type LettaFixture, lettaFixtures } from "./fixtures/letta-fixture.ts";

const openHouse = lettaFixtures();

let fixture: LettaFixture;
let agentId: string;
let conversationId: string;
beforeAll(async () => {
  fixture = await openHouse();
});
beforeEach(async () => {
  ({ agentId, conversationId } = await fixture.meet());
});
afterAll(() => fixture.close());

/** What the model is told in a conversation, or in the default history. */
async function prompt(id: string): Promise<string> {
  if (id === "default") await fixture.letta.agents.messages.create(agentId, { input: "hi" });
  else await fixture.ask(id, "hi");
  return fixture.sandbox.requestsToModel.at(-1)?.messages[0]?.content ?? "";
}

/** Which prompts hold a text: the default history's, an existing conversation's, a new one's. */
async function reach(text: string) {
  const fresh = await fixture.letta.conversations.create({ agent_id: agentId });
  const holds = async (id: string) => (await prompt(id)).includes(text);
  return {
    default: await holds("default"),
    existing: await holds(conversationId),
    fresh: await holds(fresh.id),
  };
}

test("a prompt has instructions, blocks with their metadata, and facts about memory", async () => {
  await fixture.letta.agents.blocks.update("human", { agent_id: agentId, value: "Ann" });
  await fixture.letta.agents.passages.create(agentId, { text: "the cat likes tuna" });
  const fresh = await fixture.letta.conversations.create({ agent_id: agentId });
  const text = await prompt(fresh.id);
  expect(text).toMatch(/^Be concise\.\n\n<memory_blocks>/);
  expect(text).toContain(
    "- chars_current=3\n- chars_limit=100000\n</metadata>\n<value>\nAnn\n</value>\n</human>",
  );
  expect(text).toContain(`- AGENT_ID: ${agentId}\n- CONVERSATION_ID: ${fresh.id}`);
  expect(text).toContain("- System prompt last recompiled: 2026-01-01 10:00:00 AM UTC+0000");
  expect(text).toMatch(/- 2 previous messages between you and the user are stored in recall memory/);
  expect(text).toContain("- 1 total memories you created are stored in archival memory");
});

test("{CORE_MEMORY} says where memory goes", async () => {
  const met = await fixture.meet({ system: "Before {CORE_MEMORY} after." });
  const text = await prompt(met.conversationId);
  expect(text).toMatch(/^Before <memory_blocks>[\s\S]*<\/memory_metadata> after\.$/);
});

test("an update of the instructions reaches new conversations only", async () => {
  await fixture.letta.agents.update(agentId, { system: "Be verbose." });
  expect(await reach("Be verbose.")).toEqual({ default: false, existing: false, fresh: true });
});

test("an update of a block reaches the default history and new conversations, and takes the instructions along", async () => {
  await fixture.letta.agents.update(agentId, { system: "Be verbose." });
  await fixture.letta.agents.blocks.update("human", { agent_id: agentId, value: "Ann" });
  expect(await reach("Ann")).toEqual({ default: true, existing: false, fresh: true });
  expect(await reach("Be verbose.")).toEqual({ default: true, existing: false, fresh: true });
});

test("so does an update of the block by its id", async () => {
  const block = await fixture.letta.agents.blocks.retrieve("human", { agent_id: agentId });
  await fixture.letta.blocks.update(block.id, { value: "Ann" });
  expect(await reach("Ann")).toEqual({ default: true, existing: false, fresh: true });
});

test("recompiling an agent reaches its default history only, and returns the old prompt", async () => {
  await fixture.letta.agents.update(agentId, { system: "Be verbose." });
  expect(await fixture.letta.agents.recompile(agentId, { dry_run: true })).toMatch(/^Be verbose\./);
  expect(await fixture.letta.agents.recompile(agentId)).toMatch(/^Be concise\./);
  expect(await reach("Be verbose.")).toEqual({ default: true, existing: false, fresh: true });
});

test("recompiling a conversation reaches it alone, and stamps `default` into it", async () => {
  await fixture.letta.agents.update(agentId, { system: "Be verbose." });
  const dry = await fixture.letta.conversations.recompile(conversationId, { dry_run: true });
  expect(await prompt(conversationId)).toMatch(/^Be concise\./);
  expect(await fixture.letta.conversations.recompile(conversationId)).toBe(
    dry.replace(/- \d+ previous/, "- 4 previous"),
  );
  expect(await reach("Be verbose.")).toEqual({ default: false, existing: true, fresh: true });
  expect(await prompt(conversationId)).toContain("- CONVERSATION_ID: default");
});

test("what the agent's own tool writes does not reach the conversation it was written in", async () => {
  await fixture.ask(conversationId, "TOOL:memory_insert");
  const { value } = await fixture.letta.agents.blocks.retrieve("human", { agent_id: agentId });
  expect(value).toBe("likes tea");
  expect(await reach("likes tea")).toEqual({ default: true, existing: false, fresh: true });
});

test("a compaction reaches that conversation and the default history", async () => {
  for (let turn = 0; turn < 4; turn += 1) await fixture.ask(conversationId, `number ${turn}`);
  await fixture.letta.agents.update(agentId, { system: "Be verbose." });
  await fixture.letta.conversations.messages.compact(conversationId);
  expect(await reach("Be verbose.")).toEqual({ default: true, existing: true, fresh: true });
});

test("resetting an agent empties the context of its default history; the messages stay", async () => {
  await fixture.letta.agents.messages.create(agentId, { input: "before" });
  await fixture.letta.agents.messages.reset(agentId, { add_default_initial_messages: false });
  await prompt("default");
  expect(
    fixture.sandbox.requestsToModel
      .at(-1)
      ?.messages.map(({ content }) => content)
      .slice(1),
  ).toEqual(["hi"]);
  const listed = await fixture.history(agentId, { conversation_id: "default" });
  expect(listed.map(({ content }) => content)).toContain("before");
});
