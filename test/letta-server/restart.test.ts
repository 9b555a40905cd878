import Letta from "@letta-ai/letta-client";
import { offlineModel, scriptedModel, startLettaServer } from "@rapport/letta-server";
import { ManualClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestDatabase } from "../emulators/database.ts";
import { GatedModel } from "./fixtures/gated-model.ts";
import { collect, openDatabase, type Seen, textOf } from "./fixtures/letta-fixture.ts";

const clock = new ManualClock();
let db: TestDatabase;
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());

async function start(model = new GatedModel()) {
  const sandbox = await startLettaServer({ db, clock, model });
  const letta = new Letta({ baseURL: sandbox.url, apiKey: null, maxRetries: 0 });
  return { sandbox, letta, model };
}

test("several servers may make the schema at once", async () => {
  const servers = await Promise.all([start(), start(), start()]);
  for (const { sandbox } of servers) await sandbox.stop();
});

test("everything survives a restart; a turn that was running stays so, without its lock", async () => {
  const before = await start();
  const agent = await before.letta.agents.create({
    name: "nia",
    model: before.model.handles[0] ?? "",
    memory_blocks: [{ label: "human", value: "Ann" }],
  });
  const conversation = await before.letta.conversations.create({ agent_id: agent.id, summary: "kept" });
  await before.letta.agents.passages.create(agent.id, { text: "the cat likes tuna" });
  const say = async ({ letta }: { letta: Letta }, content: string) =>
    collect(
      await letta.conversations.messages.create(conversation.id, { messages: [{ role: "user", content }] }),
    );
  const first = say(before, "first");
  (await before.model.next()).answer(["answer"]);
  expect(textOf(await first)).toBe("answer");
  const cut = say(before, "second").catch(() => []);
  await before.model.next();
  await before.sandbox.stop();
  await cut;

  const after = await start();
  const found = await after.letta.conversations.retrieve(conversation.id);
  expect([found.summary, found.in_context_message_ids?.length]).toEqual(["kept", 3]);
  expect((await after.letta.agents.blocks.retrieve("human", { agent_id: agent.id })).value).toBe("Ann");
  expect(await after.letta.agents.passages.list(agent.id)).toHaveLength(1);
  const runs = (await after.letta.runs.list({ conversation_id: conversation.id })).items;
  expect(runs.map(({ status }) => status)).toEqual(["running", "completed"]);
  const third = say(after, "third");
  const asked = await after.model.next();
  expect(asked.request.messages.map(({ content }) => content).slice(1)).toEqual(["first", "answer", "third"]);
  asked.answer(["still here"]);
  expect(textOf(await third)).toBe("still here");
  await after.sandbox.stop();
});

test("a server that has the database to itself ends the runs that a killed one left", async () => {
  const active = async () => {
    const alone = await startLettaServer({ db, clock, model: scriptedModel({ clock }), alone: true });
    const letta = new Letta({ baseURL: alone.url, apiKey: null, maxRetries: 0 });
    const { items } = await letta.runs.list({ active: true });
    const ended = (await letta.runs.list({ statuses: ["failed"] })).items;
    await alone.stop();
    return { running: items.length, ended: ended.map(({ stop_reason }) => stop_reason) };
  };
  // The test above left it.
  const { rows } = await db.query("select id from letta.runs where status = 'running'");
  expect(rows).toHaveLength(1);
  expect(await active()).toEqual({ running: 0, ended: ["error"] });
});

test("an agent made with one model is answered by the one that is there now, and told when it is the demo", async () => {
  const sandbox = await startLettaServer({ db, clock, model: offlineModel({ clock, wordDelayMs: 0 }) });
  const letta = new Letta({ baseURL: sandbox.url, apiKey: null, maxRetries: 0 });
  const [conversation] = await letta.conversations.list({ summary_search: "kept" });
  const messages = [{ role: "user" as const, content: "[Alice] hello" }];
  const events = await collect(
    await letta.conversations.messages.create(conversation?.id ?? "", { messages }),
  );
  expect(textOf(events)).toContain("offline demo");
  await sandbox.stop();
});

test("the SQL of Letta's guides works", async () => {
  const sandbox = await startLettaServer({ db, clock, model: scriptedModel({ clock }) });
  const letta = new Letta({ baseURL: sandbox.url, apiKey: null, maxRetries: 0 });
  const agent = await letta.agents.create({ name: "sql", model: "openai-proxy/scripted" });
  const answer = await letta.agents.messages.create(agent.id, { input: "hello" });
  expect(textOf(answer.messages as unknown as Seen[])).toBe("echo: hello");
  const messages = await db.query(
    `SELECT role, LEFT(content->0->>'text', 50) AS text, text AS old FROM letta.messages
     WHERE NOT is_deleted AND agent_id = $1 ORDER BY sequence_id DESC LIMIT 2`,
    [agent.id],
  );
  expect(messages.rows).toEqual([
    { role: "assistant", text: "echo: hello", old: null },
    { role: "user", text: "hello", old: null },
  ]);
  const conversations = await db.query(
    "SELECT summary FROM letta.conversations WHERE NOT is_deleted ORDER BY last_message_at DESC NULLS LAST",
  );
  expect(conversations.rows).toEqual([{ summary: "kept" }]);
  await sandbox.stop();
});
