import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { collect, type LettaFixture, lettaFixtures, refusal } from "./fixtures/letta-fixture.ts";

const openHouse = lettaFixtures();

let fixture: LettaFixture;
let agentId: string;
let conversationId: string;
beforeAll(async () => {
  fixture = await openHouse();
});
beforeEach(async () => {
  ({ agentId, conversationId } = await fixture.meet({
    tools: ["archival_memory_insert", "archival_memory_search"],
  }));
});
afterAll(() => fixture.close());

const search = async (query: string, options: object = {}) =>
  (await fixture.letta.agents.passages.search(agentId, { query, ...options })).results.map(
    ({ content }) => content,
  );

test("blocks are attached, changed and detached; an agent has a label once", async () => {
  const { letta } = fixture;
  const rules = await letta.blocks.create({ label: "rules", value: "Be kind." });
  await letta.agents.blocks.attach(rules.id, { agent_id: agentId });
  await letta.agents.blocks.attach(rules.id, { agent_id: agentId });
  const labels = (await collect(letta.agents.blocks.list(agentId))).map(({ label }) => String(label));
  expect(new Set(labels)).toEqual(new Set(["human", "rules"]));
  const second = await letta.blocks.create({ label: "rules", value: "Be rude." });
  expect(await refusal(letta.agents.blocks.attach(second.id, { agent_id: agentId }))).toMatchObject({
    status: 409,
    body: { detail: expect.stringMatching(/duplicate key value violates unique constraint/) },
  });
  expect((await collect(letta.blocks.agents.list(rules.id))).map(({ id }) => id)).toEqual([agentId]);
  await letta.agents.blocks.detach(rules.id, { agent_id: agentId });
  expect(await refusal(letta.agents.blocks.retrieve("rules", { agent_id: agentId }))).toEqual({
    status: 404,
    body: { detail: `No block with label 'rules' found for agent '${agentId}'` },
  });
  await letta.blocks.delete(rules.id);
  expect((await refusal(letta.blocks.retrieve(rules.id))).status).toBe(404);
  expect((await collect(letta.blocks.list({ label: "rules" }))).map(({ id }) => id)).toEqual([second.id]);
});

test("an update leaves what is null, strips NUL, and does not enforce the limit", async () => {
  const update = (changes: object) =>
    fixture.letta.agents.blocks.update("human", { agent_id: agentId, ...changes });
  await update({ description: "about people", value: "a\u0000b" });
  const changed = await update({ value: null, description: null, limit: 1 });
  expect([changed.value, changed.description, changed.limit]).toEqual(["ab", "about people", 1]);
});

test("before 0.16.7 the limit was enforced, and lower before 0.16.6", async () => {
  const old = await openHouse({ version: "0.16.6" });
  const met = await old.meet();
  const tooLong = old.letta.agents.blocks.update("human", {
    agent_id: met.agentId,
    value: "x".repeat(11),
    limit: 10,
  });
  expect((await refusal(tooLong)).status).toBe(400);
  await old.close();
  const older = await openHouse({ version: "0.16.5" });
  expect((await older.letta.blocks.create({ label: "notes", value: "" })).limit).toBe(20_000);
  await older.close();
});

test("a read-only block stops the agent's tools and not the API", async () => {
  const update = (changes: object) =>
    fixture.letta.agents.blocks.update("human", { agent_id: agentId, ...changes });
  await update({ value: "Ann", read_only: true });
  const events = await fixture.ask(conversationId, "TOOL:memory_insert");
  const returned = events.find(({ message_type }) => message_type === "tool_return_message");
  expect(returned).toMatchObject({
    status: "error",
    tool_return: expect.stringContaining("Error This block is read-only and cannot be edited."),
  });
  expect((await update({ value: "Bob" })).value).toBe("Bob");
});

test("the agent's tools insert and replace lines, and complain of what they cannot find", async () => {
  const run = async (name: string, args: Record<string, unknown>) =>
    await fixture.letta.agents.tools.run(name, { agent_id: agentId, args });
  await run("memory_insert", { label: "human", new_string: "likes tea" });
  await run("memory_insert", { label: "human", new_string: "is called Ann", insert_line: 0 });
  await run("memory_replace", { label: "human", old_string: "tea", new_string: "coffee" });
  const { value } = await fixture.letta.agents.blocks.retrieve("human", { agent_id: agentId });
  expect(value).toBe("is called Ann\nlikes coffee");
  for (const [name, args] of [
    ["memory_insert", { label: "human", new_string: "x", insert_line: 9 }],
    ["memory_insert", { label: "nobody", new_string: "x" }],
    ["memory_insert", {}],
    ["memory_replace", { label: "human", old_string: "milk", new_string: "x" }],
    ["memory_replace", { label: "human", old_string: "e", new_string: "x" }],
  ] as const) {
    expect(await run(name, args)).toMatchObject({ status: "error" });
  }
});

test("passages are kept, listed oldest first, found by one substring, and deleted", async () => {
  const { passages } = fixture.letta.agents;
  const [first] = await passages.create(agentId, { text: "The cat likes Green Tea", tags: ["pets"] });
  await passages.create(agentId, { text: "the dog likes bones", tags: ["pets", "dogs"] });
  expect((await passages.list(agentId)).map(({ text }) => text)).toEqual([
    "The cat likes Green Tea",
    "the dog likes bones",
  ]);
  expect((await passages.list(agentId, { search: "DOG" })).map(({ text }) => text)).toEqual([
    "the dog likes bones",
  ]);
  expect(await search("green tea")).toEqual(["The cat likes Green Tea"]);
  expect(await search("tea green")).toEqual([]);
  expect(await search("likes", { tags: ["dogs"] })).toEqual(["the dog likes bones"]);
  expect(await search("likes", { tags: ["pets", "dogs"], tag_match_mode: "all" })).toHaveLength(1);
  expect(await search("likes", { top_k: 1, tags: ["dogs"] })).toEqual([]);
  await passages.delete(first?.id ?? "", { agent_id: agentId });
  expect(await search("cat")).toEqual([]);
  expect((await refusal(passages.delete(first?.id ?? "", { agent_id: agentId }))).status).toBe(404);
});

test("an empty passage is taken, one of more than 8,192 tokens is not", async () => {
  const { passages } = fixture.letta.agents;
  expect(await passages.create(agentId, { text: "" })).toHaveLength(1);
  expect((await refusal(passages.create(agentId, { text: "x".repeat(40_000) }))).status).toBe(400);
});

test("an agent has one archive, which may be shared", async () => {
  const { archives, agents } = fixture.letta;
  await agents.passages.create(agentId, { text: "first" });
  const [own] = (await archives.list({ agent_id: agentId })).items;
  expect(own?.name).toBe("nia's Archive");
  const other = await archives.create({ name: "shared" });
  expect((await refusal(agents.archives.attach(other.id, { agent_id: agentId }))).status).toBe(409);
  await agents.archives.detach(own?.id ?? "", { agent_id: agentId });
  await agents.archives.attach(other.id, { agent_id: agentId });
  await archives.passages.create(other.id, { text: "second" });
  const listed = await agents.passages.list(agentId);
  expect(listed.map(({ text }) => text)).toEqual(["second"]);
  const holders = (await fixture.letta.get(`/v1/archives/${other.id}/agents`)) as { id: string }[];
  expect(holders.map(({ id }) => id)).toEqual([agentId]);
  await archives.passages.delete(listed[0]?.id ?? "", { archive_id: other.id });
  expect(await agents.passages.list(agentId)).toEqual([]);
  expect((await archives.update(other.id, { name: "renamed" })).name).toBe("renamed");
  await archives.delete(other.id);
  expect((await refusal(archives.retrieve(other.id))).status).toBe(404);
});

test("conversation_search finds a substring through all conversations, newest first, without ids", async () => {
  const other = await fixture.letta.conversations.create({ agent_id: agentId });
  await fixture.ask(conversationId, "Green tea, please");
  await fixture.ask(other.id, "more green TEA");
  const result = await fixture.letta.agents.tools.run("conversation_search", {
    agent_id: agentId,
    args: { query: "green tea", roles: ["user"] },
  });
  expect(result.func_return).toEqual({
    message: "Showing 2 results:",
    results: ["more green TEA", "Green tea, please"].map((content) => ({
      timestamp: "2026-01-01T10:00:00.000+00:00",
      time_ago: "0s ago",
      role: "user",
      content,
    })),
  });
  const nothing = await fixture.letta.agents.tools.run("conversation_search", {
    agent_id: agentId,
    args: { query: "coffee" },
  });
  expect(nothing.func_return).toEqual({ message: "No results found.", results: [] });
});

test("a tool that the agent does not have is a 404", async () => {
  const bare = await fixture.meet({ include_base_tools: false });
  const run = fixture.letta.agents.tools.run("conversation_search", { agent_id: bare.agentId, args: {} });
  expect((await refusal(run)).status).toBe(404);
});

test("searching messages is for the Cloud only", async () => {
  const refused = {
    status: 400,
    body: { detail: "Message search requires message embedding, OpenAI, and Turbopuffer to be enabled." },
  };
  expect(await refusal(fixture.letta.messages.search({ query: "hello" }))).toEqual(refused);
  const older = fixture.letta.post("/v1/agents/messages/search", { body: { query: "hello" } });
  expect(await refusal(older)).toEqual(refused);
});
