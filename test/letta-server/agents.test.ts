import Letta from "@letta-ai/letta-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collect, type LettaFixture, lettaFixtures, refusal } from "./fixtures/letta-fixture.ts";

const openHouse = lettaFixtures();

const NOBODY = "agent-00000000-0000-4000-8000-000000000000";

let fixture: LettaFixture;
beforeAll(async () => {
  fixture = await openHouse();
});
afterAll(() => fixture.close());

const ids = async (query: object) => (await collect(fixture.letta.agents.list(query))).map(({ id }) => id);

test("an agent is made with its blocks, three base tools and what was asked for", async () => {
  const agent = await fixture.letta.agents.create({
    name: "chat_agent_nia",
    model: fixture.model,
    system: "Be concise.",
    memory_blocks: [
      { label: "persona", value: "Nia", read_only: true },
      { label: "human", value: "" },
    ],
    tools: ["archival_memory_insert", "archival_memory_search"],
    tags: ["rapport", "persona:nia"],
  });
  expect(agent.agent_type).toBe("letta_v1_agent");
  expect(agent.blocks.map(({ label, read_only }) => [label, read_only])).toEqual([
    ["persona", true],
    ["human", false],
  ]);
  expect(agent.tools.map(({ name }) => name).toSorted()).toEqual([
    "archival_memory_insert",
    "archival_memory_search",
    "conversation_search",
    "memory_insert",
    "memory_replace",
  ]);
  expect(agent.tags.toSorted()).toEqual(["persona:nia", "rapport"]);
  expect(agent.llm_config.context_window).toBe(30_000);
});

test("agents are counted, and the word is nobody's id", async () => {
  for (const name of ["counted", "counted", "not"]) {
    await fixture.letta.agents.create({ name, model: fixture.model, tags: ["of the count"] });
  }
  const count = (query: object) => fixture.letta.get("/v1/agents/count", { query });
  expect(await count({ tags: ["of the count"] })).toBe(3);
  expect(await count({ name: "counted" })).toBe(2);
});

test("agents are found by name, part of it, some or all of their tags; page by page", async () => {
  const make = async (name: string, tags: string[]) =>
    (await fixture.letta.agents.create({ name, model: fixture.model, tags })).id;
  const one = await make("finder one", ["find", "a"]);
  const two = await make("finder two", ["find", "b"]);
  expect(await ids({ name: "finder one" })).toEqual([one]);
  expect(await ids({ query_text: "finder" })).toEqual([two, one]);
  expect(await ids({ tags: ["a", "b"] })).toEqual([two, one]);
  expect(await ids({ tags: ["find", "a"], match_all_tags: true })).toEqual([one]);
  expect(await ids({ tags: ["find"], limit: 1, order: "asc" })).toEqual([one, two]);
  expect(await make("finder one", [])).not.toBe(one);
});

test("blocks, tools and tags are empty unless they are asked for", async () => {
  const { agentId } = await fixture.meet({ tags: ["x"] });
  const bare = await fixture.letta.agents.retrieve(agentId);
  expect([bare.blocks, bare.tools, bare.tags]).toEqual([[], [], []]);
  const include = ["agent.blocks", "agent.tools", "agent.tags"] as (
    | "agent.blocks"
    | "agent.tools"
    | "agent.tags"
  )[];
  const whole = await fixture.letta.agents.retrieve(agentId, { include });
  expect([whole.blocks.length, whole.tools.length, whole.tags]).toEqual([1, 3, ["x"]]);
});

test("a name with other characters is a 500; a model that is missing a 400, an unknown one a 404", async () => {
  const make = (options: { name?: string; model?: string; embedding?: string; tools?: string[] }) =>
    refusal(fixture.letta.agents.create(options));
  expect(await make({ name: "a/b", model: fixture.model })).toMatchObject({
    status: 500,
    body: { detail: expect.stringMatching(/^Export failed: Agent name 'a\/b' contains invalid characters/) },
  });
  expect(await make({ name: "nia" })).toEqual({
    status: 400,
    body: { detail: "Must specify either model or llm_config" },
  });
  expect(await make({ model: "openai/gpt-none" })).toMatchObject({
    status: 404,
    body: { detail: expect.stringMatching(/^Handle openai\/gpt-none not found, must be one of \[/) },
  });
  expect((await make({ model: fixture.model, embedding: "openai/none" })).status).toBe(404);
  expect((await make({ model: fixture.model, tools: ["launch_rocket"] })).status).toBe(400);
});

test("models are listed, with the one that is always there and never works", async () => {
  const handles = (await fixture.letta.models.list()).map(({ handle }) => handle);
  expect(handles).toEqual(["letta/letta-free", fixture.model]);
  expect(await fixture.letta.models.embeddings.list()).toHaveLength(1);
});

test("tools are listed, attached and detached", async () => {
  const { agentId } = await fixture.meet();
  const [tool] = (await fixture.letta.tools.list({ name: "archival_memory_insert" })).items;
  const names = async () => (await collect(fixture.letta.agents.tools.list(agentId))).map(({ name }) => name);
  await fixture.letta.agents.tools.attach(tool?.id ?? "", { agent_id: agentId });
  expect(await names()).toContain("archival_memory_insert");
  await fixture.letta.agents.tools.detach(tool?.id ?? "", { agent_id: agentId });
  expect(await names()).not.toContain("archival_memory_insert");
});

test("an update changes what is given and leaves the rest", async () => {
  const { agentId } = await fixture.meet({ tags: ["x"] });
  const changed = await fixture.letta.agents.update(agentId, {
    system: "Be brief.",
    tags: ["y"],
    hidden: true,
  });
  expect([changed.system, changed.name, changed.tags, changed.hidden]).toEqual([
    "Be brief.",
    "nia",
    ["y"],
    true,
  ]);
});

test("a deleted agent is gone with its conversations", async () => {
  const { agentId, conversationId } = await fixture.meet();
  expect(await fixture.letta.agents.delete(agentId)).toEqual({
    message: `Agent id=${agentId} successfully deleted`,
  });
  expect(await refusal(fixture.letta.agents.retrieve(agentId))).toEqual({
    status: 404,
    body: { detail: "Agent not found" },
  });
  expect((await refusal(fixture.ask(conversationId, "hello"))).status).toBe(404);
  expect((await refusal(fixture.letta.conversations.create({ agent_id: NOBODY }))).status).toBe(404);
});

test("a malformed id is a 422 whose detail is the text of a Python list", async () => {
  const { status, body } = await refusal(fixture.letta.agents.retrieve("nia"));
  expect(status).toBe(422);
  expect(body).toMatchObject({
    trace_id: expect.any(String),
    detail: expect.stringMatching(/^\[\{'type': 'string_pattern_mismatch', 'loc': \('path', 'agent_id'\)/),
  });
  expect((await refusal(fixture.letta.conversations.retrieve("thread-7"))).status).toBe(422);
});

test("routes that only the Cloud has are 404 Not Found; a known path with another method is 405", async () => {
  const cloud = { status: 404, body: { detail: "Not Found" } };
  expect(await refusal(fixture.letta.get(`/v1/agents/${NOBODY}/schedule`))).toEqual(cloud);
  expect(await refusal(fixture.letta.get("/v1/templates"))).toEqual(cloud);
  expect((await refusal(fixture.letta.put("/v1/agents/"))).status).toBe(405);
});

test("with a password everything but health needs it", async () => {
  const locked = await openHouse({ password: "open sesame" });
  const stranger = new Letta({ baseURL: locked.sandbox.url, apiKey: null, maxRetries: 0 });
  expect((await stranger.health()).status).toBe("ok");
  expect(await refusal(stranger.models.list())).toEqual({ status: 401, body: { detail: "Unauthorized" } });
  expect(await locked.letta.models.list()).not.toHaveLength(0);
  await locked.close();
});

test("older versions lack routes: no recompile in 0.16.6, no conversations in 0.16.1", async () => {
  const missing = { status: 404, body: { detail: "Not Found" } };
  const six = await openHouse({ version: "0.16.6" });
  const { conversationId } = await six.meet();
  expect(await refusal(six.letta.conversations.recompile(conversationId))).toEqual(missing);
  expect(await refusal(six.letta.conversations.fork(conversationId))).toEqual(missing);
  await six.close();
  const one = await openHouse({ version: "0.16.1" });
  expect(await one.letta.health()).toMatchObject({ version: "0.16.1" });
  expect(await refusal(one.letta.conversations.list({ limit: 1 }))).toEqual(missing);
  await one.close();
});
