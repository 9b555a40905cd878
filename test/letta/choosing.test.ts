import { afterEach, expect, test } from "vitest";
import { failureFrom, personaOf, sentenceOf } from "../contracts/agents/agents-under-test.ts";
import { agentsAt } from "./servers/read-run.ts";
import { json, page, scriptedLetta } from "./servers/scripted-letta.ts";

const servers: Awaited<ReturnType<typeof scriptedLetta>>[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** What an agent is made with on a server that lists these. */
async function madeWith(
  listed: { readonly models: readonly string[]; readonly embeddings: readonly string[] },
  options: Parameters<typeof agentsAt>[1] = {},
  model?: string,
): Promise<unknown> {
  const letta = await scriptedLetta();
  servers.push(letta);
  const handles = (names: readonly string[]) => page(names.map((handle) => ({ handle })));
  letta.on("GET", /^\/v1\/agents\/$/, page([]));
  letta.on("GET", /^\/v1\/models\/$/, handles(listed.models));
  letta.on("GET", /^\/v1\/models\/embedding$/, handles(listed.embeddings));
  letta.on("POST", /^\/v1\/agents\/$/, json(200, { id: "agent-1" }));
  const persona = model === undefined ? personaOf() : personaOf({ model });
  await agentsAt(letta.url, options).agents.provisioning.ensure(persona, { persona: "nia", scope: "test" });
  return letta.asked.at(-1)?.body;
}

const free = "letta/letta-free";

test("the persona's model comes before the installation's, and that before the first listed", async () => {
  const listed = { models: [free, "openai/small", "openai/big"], embeddings: [] };
  expect(await madeWith(listed)).toMatchObject({ model: "openai/small" });
  expect(await madeWith(listed, { model: "openai/big" })).toMatchObject({ model: "openai/big" });
  expect(await madeWith(listed, { model: "openai/big" }, "openai/own")).toMatchObject({
    model: "openai/own",
  });
});

test("the vendor's hosted model is never taken by itself", async () => {
  const failure = await failureFrom(madeWith({ models: [free], embeddings: [free] }));
  expect(sentenceOf(failure)).toMatch(/server has no model/);
  expect(String(failure)).toMatch(/Letta has no model.*OPENAI_API_KEY/);
});

test("embeddings are those that fit the model's provider, those asked for, or none", async () => {
  const embeddings = [free, "openai/text-embedding-3-small", "ollama/all-minilm:latest"];
  const hosted = { models: ["openai/small"], embeddings };
  const proxied = { models: ["openai-proxy/local"], embeddings };
  expect(await madeWith(hosted)).toMatchObject({ embedding: "openai/text-embedding-3-small" });
  expect(await madeWith(proxied)).toMatchObject({ embedding: "ollama/all-minilm:latest" });
  expect(await madeWith(proxied, { embedding: "openai/text-embedding-3-small" })).toMatchObject({
    embedding: "openai/text-embedding-3-small",
  });
  expect(await madeWith(hosted, { embedding: "none" })).not.toHaveProperty("embedding");
  expect(await madeWith({ ...hosted, embeddings: [free] })).not.toHaveProperty("embedding");
});

test("an agent is made with name, tags, prompt, blocks and the archival tools", async () => {
  expect(await madeWith({ models: ["openai/small"], embeddings: [] })).toEqual({
    name: "chat_agent_nia",
    model: "openai/small",
    system: expect.stringMatching(/^Be concise\.\n\n/),
    memory_blocks: [
      { label: "persona", value: "Nia", read_only: true },
      { label: "human", value: "", description: expect.any(String) },
    ],
    tags: ["rapport", "persona:nia", "scope:test"],
    tools: ["archival_memory_insert", "archival_memory_search"],
  });
});
