import { afterAll, beforeAll, expect, test } from "vitest";
import {
  collect,
  type LettaFixture,
  lettaFixtures,
  refusal,
  type Seen,
  types,
} from "./fixtures/letta-fixture.ts";

const openHouse = lettaFixtures();

let fixture: LettaFixture;
beforeAll(async () => {
  fixture = await openHouse();
});
afterAll(() => fixture.close());

/** A conversation with a prompt and so many exchanges: 1 + 2n messages. */
async function talk(exchanges: number) {
  const met = await fixture.meet();
  for (let turn = 1; turn <= exchanges; turn += 1) await fixture.ask(met.conversationId, `number ${turn}`);
  return met;
}

const contents = (items: readonly Seen[]) =>
  items.filter(({ message_type }) => message_type !== "system_message").map(({ content }) => content);
const unique = (items: readonly Seen[]) => new Set(items.map(({ id }) => id)).size;

test("a conversation lists its newest first; the client's own paging downwards repeats itself", async () => {
  const { conversationId } = await talk(4);
  const page = await fixture.letta.conversations.messages.list(conversationId, { limit: 2 });
  expect(contents(page.items as unknown as Seen[])).toEqual(["echo: number 4", "number 4"]);
  const all = await collect(fixture.letta.conversations.messages.list(conversationId));
  expect([all.length, unique(all)]).toEqual([45, 9]);
  const byThree = await collect(fixture.letta.conversations.messages.list(conversationId, { limit: 3 }));
  expect([byThree.length, unique(byThree)]).toEqual([6, 3]);
});

test("a conversation can be paged upwards by the client, and downwards by hand", async () => {
  const { conversationId } = await talk(4);
  const upwards = await collect(
    fixture.letta.conversations.messages.list(conversationId, { order: "asc", limit: 2 }),
  );
  expect([upwards.length, unique(upwards)]).toEqual([9, 9]);
  const older = await fixture.letta.conversations.messages.list(conversationId, {
    before: String(upwards[3]?.id),
    limit: 2,
  });
  expect(contents(older.items as unknown as Seen[])).toEqual(["echo: number 1", "number 1"]);
  const unknown = "message-00000000-0000-4000-8000-000000000000";
  const ignored = await fixture.letta.conversations.messages.list(conversationId, { before: unknown });
  expect(ignored.items).toHaveLength(9);
});

test("an agent lists the newest page, which itself runs upwards; the client stops after it", async () => {
  const { agentId, conversationId } = await talk(4);
  const filter = { conversation_id: conversationId, limit: 4 };
  const newest = await fixture.history(agentId, filter);
  expect(contents(newest)).toEqual(["number 3", "echo: number 3", "number 4", "echo: number 4"]);
  expect(await collect(fixture.letta.agents.messages.list(agentId, filter))).toHaveLength(4);
  const older = await fixture.history(agentId, { ...filter, before: newest[0]?.id });
  expect(contents(older)).toEqual(["number 1", "echo: number 1", "number 2", "echo: number 2"]);
  const upwards = await collect(fixture.letta.agents.messages.list(agentId, { ...filter, order: "asc" }));
  expect([upwards.length, unique(upwards)]).toEqual([9, 9]);
  const unknown = "message-00000000-0000-4000-8000-000000000000";
  expect((await refusal(fixture.history(agentId, { before: unknown }))).status).toBe(404);
});

test("an agent's history is of one conversation, of its default history, or of all", async () => {
  const { agentId, conversationId } = await talk(1);
  await fixture.letta.agents.messages.create(agentId, { input: "aside" });
  const sizes = await Promise.all(
    [{ conversation_id: conversationId }, { conversation_id: "default" }, {}].map(
      async (query) => (await fixture.history(agentId, query)).length,
    ),
  );
  expect(sizes).toEqual([3, 3, 6]);
});

test("the limit counts messages, of which one can be several items of one id", async () => {
  const { agentId, conversationId } = await fixture.meet();
  await fixture.ask(conversationId, "TOOL:conversation_search");
  const newest = await fixture.history(agentId, { conversation_id: conversationId, limit: 3 });
  expect(types(newest)).toEqual(["tool_call_message", "tool_return_message", "assistant_message"]);
  const said = await fixture.history(agentId, {
    conversation_id: conversationId,
    limit: 3,
    include_return_message_types: ["user_message"],
  });
  expect(said).toEqual([]);
});

test("group_id labels what the person said and nothing else, and filters by it", async () => {
  const { agentId, conversationId } = await fixture.meet();
  await fixture.send(conversationId, [{ role: "user", content: "labelled", group_id: "thread-7" }]);
  expect(types(await fixture.history(agentId, { group_id: "thread-7" }))).toEqual(["user_message"]);
  const { rows } = await fixture.db.query(
    "SELECT role, group_id FROM letta.messages WHERE group_id IS NOT NULL",
  );
  expect(rows).toEqual([{ role: "user", group_id: "thread-7" }]);
});

test("an otid is stored as it was sent; a message without one gets one", async () => {
  const { agentId, conversationId } = await fixture.meet();
  await fixture.send(conversationId, [
    { role: "user", content: "marked", otid: "discord:guild:channel:1" },
    { role: "user", content: "unmarked" },
  ]);
  const [, marked, unmarked] = await fixture.history(agentId, { conversation_id: conversationId });
  expect(marked?.otid).toBe("discord:guild:channel:1");
  expect(unmarked?.otid).toMatch(/^[0-9a-f-]{36}$/);
});

test("JSON that looks like a wrapped message is shown unwrapped; other JSON as it is", async () => {
  const { agentId, conversationId } = await fixture.meet();
  await fixture.send(conversationId, [
    { role: "user", content: '{"type":"user_message","message":"inside"}' },
    { role: "user", content: '{"a":1}' },
  ]);
  const items = await fixture.history(agentId, { conversation_id: conversationId });
  expect(contents(items).slice(0, 2)).toEqual(["inside", '{"a":1}']);
});

test("a deleted conversation is 404 to read and to send, and an empty list of messages", async () => {
  const { agentId, conversationId } = await talk(1);
  await fixture.letta.conversations.delete(conversationId);
  expect(await refusal(fixture.letta.conversations.retrieve(conversationId))).toEqual({
    status: 404,
    body: { detail: `Conversation not found with id='['${conversationId}']'` },
  });
  expect((await refusal(fixture.ask(conversationId, "anybody?"))).status).toBe(404);
  expect((await fixture.letta.conversations.messages.list(conversationId)).items).toEqual([]);
  expect(await fixture.history(agentId, { conversation_id: conversationId })).toEqual([]);
});

test("a fork shares what was said; the agent's list shows only what was said in the fork", async () => {
  const { agentId, conversationId } = await talk(2);
  const forked = await fixture.letta.conversations.fork(conversationId);
  await fixture.ask(forked.id, "only here");
  const whole = await collect(fixture.letta.conversations.messages.list(forked.id, { order: "asc" }));
  expect(contents(whole)).toEqual([
    "number 1",
    "echo: number 1",
    "number 2",
    "echo: number 2",
    "only here",
    "echo: only here",
  ]);
  expect(contents(await fixture.history(agentId, { conversation_id: forked.id }))).toEqual([
    "only here",
    "echo: only here",
  ]);
  await fixture.letta.conversations.delete(conversationId);
  expect(await collect(fixture.letta.conversations.messages.list(forked.id, { order: "asc" }))).toHaveLength(
    7,
  );
});

test("conversations are listed newest first, by last message or run, by summary, page by page", async () => {
  const { agentId, conversationId } = await talk(1);
  const second = await fixture.letta.conversations.create({ agent_id: agentId, summary: "About Tea" });
  await fixture.letta.conversations.create({ agent_id: agentId });
  const ids = async (query: object) =>
    (await fixture.letta.conversations.list({ agent_id: agentId, ...query })).map(({ id }) => id);
  const all = await ids({});
  expect([all.length, all[1], all[2]]).toEqual([3, second.id, conversationId]);
  expect(await ids({ limit: 1, after: all[0] })).toEqual([second.id]);
  expect((await ids({ order_by: "last_message_at" }))[0]).toBe(conversationId);
  expect((await ids({ order_by: "last_run_completion" }))[0]).toBe(conversationId);
  expect(await ids({ summary_search: "Tea" })).toEqual([second.id]);
  expect(await ids({ summary_search: "tea" })).toEqual([]);
});

test("only retrieve says what is in context; an update leaves what is null and ignores what it does not know", async () => {
  const { agentId, conversationId } = await talk(1);
  const [listed] = await fixture.letta.conversations.list({ agent_id: agentId });
  expect(listed?.in_context_message_ids).toEqual([]);
  await fixture.letta.conversations.update(conversationId, { summary: "first" });
  const changed = await fixture.letta.conversations.update(conversationId, { summary: null, archived: true });
  expect(changed.summary).toBe("first");
  expect(changed).not.toHaveProperty("archived");
  const { in_context_message_ids } = await fixture.letta.conversations.retrieve(conversationId);
  expect(in_context_message_ids).toHaveLength(3);
});

test("a run lists its messages, and is found by the id in the first ping", async () => {
  const { conversationId } = await fixture.meet();
  const [ping] = await fixture.ask(conversationId, "look");
  const runId = String(ping?.run_id);
  expect(await fixture.letta.runs.retrieve(runId)).toMatchObject({
    status: "completed",
    stop_reason: "end_turn",
    conversation_id: conversationId,
    background: false,
  });
  expect(types(await collect(fixture.letta.runs.messages.list(runId)))).toEqual([
    "user_message",
    "assistant_message",
  ]);
  expect(
    (await refusal(fixture.letta.runs.retrieve("run-00000000-0000-4000-8000-000000000000"))).status,
  ).toBe(404);
});

test("a run can be deleted", async () => {
  const { conversationId } = await fixture.meet();
  const [ping] = await fixture.ask(conversationId, "look");
  const path = `/v1/runs/${String(ping?.run_id)}`;
  await fixture.letta.delete(path);
  expect((await refusal(fixture.letta.get(path))).status).toBe(404);
});
