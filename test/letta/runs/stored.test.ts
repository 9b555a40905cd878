import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { RunId } from "../../../src/core/domain/model.ts";
import { codeOf, failureFrom, sentenceOf } from "../../contracts/agents/agents-under-test.ts";
import { AGENT, agentsAt, CONVERSATION } from "../servers/read-run.ts";
import { json, page, scriptedLetta } from "../servers/scripted-letta.ts";

let letta: Awaited<ReturnType<typeof scriptedLetta>>;
let rows: readonly object[] = [];
let runs: readonly object[] = [];

beforeAll(async () => {
  letta = await scriptedLetta();
  // The newest rows before the cursor, ascending; items that share an id are one row.
  letta.on("GET", /^\/v1\/agents\/[^/]+\/messages$/, (response, asked) => {
    const before = asked.query.get("before");
    const ids = [...new Set(rows.map((row) => String(Object(row).id)))];
    const end = before === null ? ids.length : ids.indexOf(before);
    if (end < 0) return json(404, { detail: "Message not found" })(response, asked);
    const wanted = new Set(ids.slice(Math.max(0, end - Number(asked.query.get("limit"))), end));
    return page(rows.filter((row) => wanted.has(String(Object(row).id))))(response, asked);
  });
  letta.on("GET", /^\/v1\/runs\/$/, (response, asked) => page(runs)(response, asked));
});
afterAll(() => letta.close());
beforeEach(() => {
  rows = [];
  runs = [];
});

const date = "2026-01-01T10:00:00+00:00";
const user = (id: string, content: string, otid = `otid-${id}`, run_id = `run-${id}`) => {
  return { id, date, message_type: "user_message", content, otid, run_id };
};
const assistant = (id: string, content: unknown, run_id: string) => {
  return { id, date, message_type: "assistant_message", content, otid: `server-${id}`, run_id };
};
const landed = (...otids: readonly string[]) =>
  agentsAt(letta.url).agents.runs.findSend(AGENT, CONVERSATION, otids);
const items = async (limit = 50) =>
  (await agentsAt(letta.url).agents.history.page(AGENT, CONVERSATION, { limit })).items;

test("what was never stored and does not run did not land", async () => {
  expect(await landed("otid-1")).toEqual({ state: "no" });
});

test("a first step leaves no row while it runs, only its run", async () => {
  runs = [{ id: "run-1", created_at: "2026-01-01T09:59:00Z" }];
  expect(await landed("otid-1")).toEqual({ state: "running", run: RunId.parse("run-1"), rows: 0 });
  const asked = letta.asked.findLast(({ path }) => path === "/v1/runs/");
  expect(Object.fromEntries(asked?.query ?? [])).toMatchObject({
    conversation_id: CONVERSATION,
    active: "true",
  });
});

test("a run that a crash left behind is not waited for for ever", async () => {
  runs = [{ id: "run-1", created_at: "2026-01-01T09:29:59Z" }];
  expect(await landed("otid-1")).toEqual({ state: "no" });
});

test("whoever wants to hear that nobody is at the address hears it, until they want no more", async () => {
  const down = await scriptedLetta();
  await down.close();
  const { agents } = agentsAt(down.url);
  let times = 0;
  const enough = agents.health.onUnreachable(() => {
    times += 1;
  });
  expect(codeOf(await failureFrom(agents.health.ping()))).toBe("agent_unavailable");
  expect(times).toBe(1);
  enough();
  await failureFrom(agents.health.ping());
  expect(times).toBe(1);
});

test("a turn that did not end with words was cut", async () => {
  const call = {
    id: "2",
    date,
    message_type: "tool_call_message",
    tool_calls: [{ name: "x", tool_call_id: "call-1" }],
  };
  rows = [user("1", "hi"), assistant("2", "Let me see.", "run-1"), call];
  expect(await landed("otid-1")).toEqual({ state: "answered", text: "Let me see.", isCut: true });
  rows = [...rows, assistant("3", "I see.", "run-1")];
  expect(await landed("otid-1")).toEqual({ state: "answered", text: "Let me see.\n\nI see." });
});

test("a stored turn whose run goes on is still running", async () => {
  rows = [user("1", "hi"), assistant("2", "Let me see.", "run-1")];
  runs = [{ id: "run-1", created_at: date }];
  expect(await landed("otid-1")).toEqual({ state: "running", run: "run-1", rows: 2 });
});

test("a turn is all that was said until somebody else spoke, whatever other run goes on", async () => {
  rows = [
    user("1", "[Alice] hi"),
    user("2", "[Bob] hey", "otid-2", "run-1"),
    assistant("3", "Let me see.", "run-1"),
    { id: "3", date, message_type: "tool_call_message", tool_calls: [{ name: "x", tool_call_id: "call-1" }] },
    { id: "4", date, message_type: "tool_return_message", tool_return: "SECRET", tool_call_id: "call-1" },
    user("5", '{"type":"system_alert","message":"Note: prior messages"}', "server-5", "run-1"),
    assistant("6", [{ type: "text", text: "Hello both." }], "run-1"),
    user("7", "and now?"),
    assistant("8", "Now that.", "run-7"),
  ];
  runs = [{ id: "run-9", created_at: date }];
  const answer = { state: "answered", text: "Let me see.\n\nHello both." };
  expect(await landed("otid-1", "otid-2")).toEqual(answer);
  expect(await landed("otid-1")).toEqual(answer);
  expect(await landed("otid-2", "otid-of-another-try")).toEqual(answer);
  expect(await landed("otid-7")).toEqual({ state: "answered", text: "Now that." });
});

test("items of one row are shown once, in order, and a page without words is not the end", async () => {
  const tools = Array.from({ length: 250 }, (_none, place) => {
    return { id: `tool-${place}`, date, message_type: "tool_return_message", tool_return: "SECRET" };
  });
  rows = [
    { id: "0", date, message_type: "system_message", content: "SECRET PROMPT" },
    user("1", "oldest"),
    ...tools,
    { id: "2", date, message_type: "reasoning_message", reasoning: "SECRET" },
    assistant("2", "One ", "run-1"),
    assistant("2", "row.", "run-1"),
    { id: "2", date, message_type: "tool_call_message", tool_call: { name: "x", arguments: "SECRET" } },
    { id: "3", date, message_type: "hidden_reasoning_message", state: "redacted" },
    { id: "4", date, message_type: "kind_of_next_year", content: "SECRET" },
    user("5", '{"type":"heartbeat","reason":"SECRET"}'),
    user("6", '{"not":"an alert"}'),
  ];
  expect((await items()).map(({ role, text }) => [role, text])).toEqual([
    ["person", "oldest"],
    ["persona", "One row."],
    ["person", '{"not":"an alert"}'],
  ]);
  expect(JSON.stringify(await items())).not.toContain("SECRET");
  expect(await agentsAt(letta.url).agents.history.count(AGENT, CONVERSATION)).toEqual({
    count: 3,
    more: false,
  });
});

test("summaries are unpacked, in the form of 0.16 and in the newer one", async () => {
  rows = [
    user("1", '{"type":"system_alert","message":"Earlier, Alice said hello.","compaction_stats":null}'),
    { id: "2", date, message_type: "summary_message", summary: "Later, Bob did." },
    user("3", "now"),
  ];
  expect((await items()).map(({ role, text }) => [role, text])).toEqual([
    ["summary", "Earlier, Alice said hello."],
    ["summary", "Later, Bob did."],
    ["person", "now"],
  ]);
  expect(await agentsAt(letta.url).agents.history.summary(AGENT, CONVERSATION)).toBe("Later, Bob did.");
});

test("a very long history is counted and searched up to a bound", async () => {
  rows = Array.from({ length: 2_050 }, (_none, place) => user(String(place), `message ${place}`));
  const { agents } = agentsAt(letta.url);
  expect(await agents.history.count(AGENT, CONVERSATION)).toEqual({ count: 2_000, more: true });
  expect(await agents.history.search(AGENT, CONVERSATION, "message 1999", 5)).toHaveLength(1);
  expect(await agents.history.search(AGENT, CONVERSATION, "message nobody wrote", 5)).toHaveLength(0);
});

test("a page from a message that is gone is refused with a sentence", async () => {
  rows = [user("1", "hi")];
  const failure = await failureFrom(
    agentsAt(letta.url).agents.history.page(AGENT, CONVERSATION, { limit: 5, before: "message-of-yore" }),
  );
  expect(codeOf(failure)).toBe("not_found");
});

test("a block that changed meanwhile is written again, and a lost update is not", async () => {
  const values = ["one", "two", "three"];
  let writes = 0;
  letta.on("GET", /core-memory\/blocks\/human$/, (response, asked) =>
    json(200, { label: "human", value: values[writes], limit: 100 })(response, asked),
  );
  letta.on("PATCH", /core-memory\/blocks\/human$/, (response, asked) => {
    writes += 1;
    const detail = "Block with id=block-1 was updated by another transaction. Please retry your request.";
    return json(writes < 3 ? 409 : 200, writes < 3 ? { detail } : {})(response, asked);
  });
  const { agents } = agentsAt(letta.url);
  await agents.memory.writeBlock(AGENT, "human", "mine");
  expect(writes).toBe(3);
  writes = 0;
  const failure = await failureFrom(agents.memory.writeBlock(AGENT, "human", "mine", "one"));
  expect(codeOf(failure)).toBe("conflict");
  expect(sentenceOf(failure)).toContain("`human`");
  expect(writes).toBe(1);
});

test("cancel names the run, and resolves when there is nothing to cancel", async () => {
  const cancel = /\/messages\/cancel$/;
  letta.on("POST", cancel, json(409, { detail: "CONFLICT: No active runs to cancel for agent agent-1" }));
  await agentsAt(letta.url).agents.runs.cancel(AGENT, RunId.parse("run-1"));
  expect(letta.asked.findLast(({ path }) => cancel.test(path))?.body).toEqual({ run_ids: ["run-1"] });
});

test("what a model thinks within its answer is in no answer, history or search", async () => {
  rows = [
    user("1", "hello <think>there</think>"),
    assistant("2", "<think>SECRET</think>Hello.", "run-1"),
    assistant("3", "<think>SECRET, and no end", "run-1"),
    assistant("4", "SECRET</think>And on.", "run-1"),
    assistant("5", "<|channel|>analysis<|message|>SECRET<|end|>", "run-1"),
  ];
  expect(await landed("otid-1")).toEqual({ state: "answered", text: "Hello.\n\nAnd on." });
  expect((await items()).map(({ role, text }) => [role, text])).toEqual([
    ["person", "hello <think>there</think>"],
    ["persona", "Hello."],
    ["persona", "And on."],
  ]);
  const { agents } = agentsAt(letta.url);
  expect(await agents.history.search(AGENT, CONVERSATION, "secret", 5)).toEqual([]);
  expect(await agents.history.count(AGENT, CONVERSATION)).toEqual({ count: 3, more: false });
});
