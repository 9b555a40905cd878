import assert from "node:assert/strict";
import { test } from "node:test";
import { Letta } from "@letta-ai/letta-client";
import { poolDatabase, scriptedModel, startLettaServer, systemClock } from "@rapport/letta-server";
import pg from "pg";

test("an agent of the Letta client answers, and its conversation outlives the server", async (t) => {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
  const start = () =>
    startLettaServer({ db: poolDatabase(pool), model: scriptedModel({ clock: systemClock }) });
  const servers = [await start()];
  t.after(async () => {
    for (const server of servers) await server.stop();
    await pool.end();
  });
  const client = () => new Letta({ baseURL: servers.at(-1)?.url, apiKey: "" }).agents;
  const agent = await client().create({ model: "openai-proxy/scripted" });
  const said = { messages: [{ role: "user", content: "hello" }] };
  const { messages } = await client().messages.create(agent.id, said);
  const answer = messages.find(({ message_type }) => message_type === "assistant_message");
  assert.equal(answer?.content, "echo: hello");
  servers.push(await start());
  const kept = await client().messages.list(agent.id);
  assert.ok(kept.items.some(({ content }) => content === "echo: hello"));
});
