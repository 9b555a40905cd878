import { afterAll, beforeAll, expect, test } from "vitest";
import {
  collect,
  frameOf,
  type LettaFixture,
  lettaFixtures,
  refusal,
  type Seen,
  stopOf,
  textOf,
  types,
} from "../fixtures/letta-fixture.ts";

const openHouse = lettaFixtures();

let fixture: LettaFixture;
beforeAll(async () => {
  fixture = await openHouse();
});
afterAll(() => fixture.close());

test("the server says that it is well, and its version", async () => {
  expect(await fixture.letta.health()).toEqual({ version: "0.16.7", status: "ok" });
});

test("a turn streams ping, text, stop_reason and usage", async () => {
  const { conversationId } = await fixture.meet();
  const events = await fixture.ask(conversationId, "hello");
  expect(types(events)).toEqual(["ping", "assistant_message", "stop_reason", "usage_statistics"]);
  expect(textOf(events)).toBe("echo: hello");
  expect(events[0]?.run_id).toMatch(/^run-/);
  expect(stopOf(events)).toBe("end_turn");
  expect(events[1]).toMatchObject({ seq_id: null, name: null, date: "2026-01-01T10:00:00+00:00" });
});

test("without pings the stream begins with the answer", async () => {
  const { conversationId } = await fixture.meet();
  const events = await fixture.ask(conversationId, "hello", { include_pings: false });
  expect(types(events)).toEqual(["assistant_message", "stop_reason", "usage_statistics"]);
});

test("in token mode the text comes in pieces under one id, and is stored once", async () => {
  const { agentId, conversationId } = await fixture.meet();
  const events = await fixture.ask(conversationId, "one two three", { stream_tokens: true });
  const pieces = events.filter((event) => event.message_type === "assistant_message");
  expect(pieces.length).toBeGreaterThan(1);
  expect(new Set(pieces.map(({ id }) => id)).size).toBe(1);
  expect(textOf(events)).toBe("echo: one two three");
  const [stored] = (await fixture.history(agentId, { conversation_id: conversationId })).slice(-1);
  expect(stored).toMatchObject({ id: pieces[0]?.id, otid: pieces[0]?.otid, content: "echo: one two three" });
});

test("several messages in one request are one turn, seen in order", async () => {
  const { conversationId } = await fixture.meet();
  const events = await fixture.send(conversationId, [
    { role: "user", content: "[Alice] first" },
    { role: "user", content: "[Bob] second" },
  ]);
  expect(textOf(events)).toBe("echo: [Alice] first | [Bob] second");
});

test("a tool call and its return come before the text, and are stored with it", async () => {
  const { agentId, conversationId } = await fixture.meet();
  const events = await fixture.ask(conversationId, "TOOL:conversation_search");
  expect(types(events).slice(1, -2)).toEqual([
    "tool_call_message",
    "tool_return_message",
    "assistant_message",
  ]);
  expect(events.at(-1)).toMatchObject({ step_count: 2, run_ids: null });
  expect(types(await fixture.history(agentId, { conversation_id: conversationId }))).toEqual([
    "system_message",
    "user_message",
    "tool_call_message",
    "tool_return_message",
    "assistant_message",
  ]);
});

test("in token mode a tool call is one delta object, not a list", async () => {
  const { conversationId } = await fixture.meet();
  const events = await fixture.ask(conversationId, "TOOL:memory_insert", { stream_tokens: true });
  const call = events.find(({ message_type }) => message_type === "tool_call_message");
  expect(call?.tool_calls).toMatchObject({ name: "memory_insert" });
  expect(call?.tool_calls).toEqual(call?.tool_call);
});

test("an unknown tool is an error that the model reads", async () => {
  const { conversationId } = await fixture.meet();
  const events = await fixture.ask(conversationId, "TOOL:launch_rocket");
  const returned = events.find(({ message_type }) => message_type === "tool_return_message");
  expect(returned).toMatchObject({ status: "error", tool_return: "Error: Tool launch_rocket not found" });
  expect(stopOf(events)).toBe("end_turn");
});

test("a turn that keeps on calling tools ends at max_steps, with no text", async () => {
  const { conversationId } = await fixture.meet();
  const events = await fixture.ask(conversationId, "TOOL:conversation_search", { max_steps: 1 });
  expect(stopOf(events)).toBe("max_steps");
  expect(textOf(events)).toBe("");
});

test.each([
  ["ERR500", "llm_error", "llm_api_error"],
  ["RATE429", "llm_rate_limit", "llm_api_error"],
  ["AUTH401", "llm_authentication", "llm_api_error"],
  ["TIMEOUT504", "llm_timeout", "llm_api_error"],
  ["CTXOVER", "context_window_overflow_in_system_prompt", "context_window_overflow_in_system_prompt"],
])(
  "%s is HTTP 200, a stop_reason, then an error that the client throws",
  async (word, errorType, stopReason) => {
    const { agentId, conversationId } = await fixture.meet();
    const seen: Seen[] = [];
    const frame = await frameOf(
      (async () => {
        const messages = [{ role: "user" as const, content: word }];
        const stream = await fixture.letta.conversations.messages.create(conversationId, { messages });
        for await (const event of stream) seen.push(event as unknown as Seen);
      })(),
    );
    expect(stopOf(seen)).toBe(stopReason);
    expect(frame).toMatchObject({ message_type: "error_message", error_type: errorType, seq_id: null });
    expect(frame.run_id).toBe(seen[0]?.run_id);
    const [run] = (await fixture.letta.runs.list({ agent_id: agentId })).items;
    expect([run?.status, run?.stop_reason]).toEqual(["failed", stopReason]);
  },
);

test("a first step that fails stores nothing, not even what was said", async () => {
  const { agentId, conversationId } = await fixture.meet();
  await frameOf(fixture.ask(conversationId, "ERR500"));
  expect(types(await fixture.history(agentId, { conversation_id: conversationId }))).toEqual([
    "system_message",
  ]);
});

test("a failure after a tool is internal_error and a completed run; the first step is stored", async () => {
  const { agentId, conversationId } = await fixture.meet();
  const frame = await frameOf(fixture.ask(conversationId, "AFTERTOOL500"));
  expect(frame).toMatchObject({
    error_type: "internal_error",
    message: "An error occurred during agent execution.",
    detail: "500: boom after a tool",
  });
  const [run] = (await fixture.letta.runs.list({ agent_id: agentId })).items;
  expect([run?.status, run?.stop_reason]).toEqual(["completed", "llm_api_error"]);
  expect(types(await fixture.history(agentId, { conversation_id: conversationId })).slice(1)).toEqual([
    "user_message",
    "tool_call_message",
    "tool_return_message",
  ]);
});

test("an empty text is the end of a turn without a word; so is nothing at all in token mode", async () => {
  const { conversationId } = await fixture.meet();
  for (const [word, stream_tokens] of [
    ["EMPTYSTR", false],
    ["EMPTYSTR", true],
    ["EMPTY0", true],
  ] as const) {
    const events = await fixture.ask(conversationId, word, { stream_tokens });
    expect(types(events)).toEqual(["ping", "stop_reason", "usage_statistics"]);
    expect(stopOf(events)).toBe("end_turn");
  }
});

test("nothing at all in step mode is an error", async () => {
  const { conversationId } = await fixture.meet();
  const frame = await frameOf(fixture.ask(conversationId, "EMPTY0"));
  expect(frame).toMatchObject({ error_type: "llm_empty_response" });
});

test("no messages are a 422; an empty message is an error frame in a stream and a 400 as JSON", async () => {
  const { agentId, conversationId } = await fixture.meet();
  expect(await refusal(fixture.send(conversationId, []))).toEqual({
    status: 422,
    body: { detail: "Messages must not be empty" },
  });
  expect(await frameOf(fixture.ask(conversationId, ""))).toMatchObject({
    detail: "Message content is empty or invalid",
  });
  expect(
    await refusal(
      fixture.letta.agents.messages.create(agentId, { messages: [{ role: "user", content: "" }] }),
    ),
  ).toEqual({
    status: 400,
    body: { detail: "Message content is empty or invalid" },
  });
});

test("an agent answers as JSON in its default history, and fails with the model's own status", async () => {
  const { agentId } = await fixture.meet();
  const answer = await fixture.letta.agents.messages.create(agentId, { input: "aside" });
  expect(answer.stop_reason.stop_reason).toBe("end_turn");
  expect(answer.messages.at(-1)).toMatchObject({ content: "echo: aside" });
  const statuses = [];
  for (const word of ["ERR500", "RATE429", "AUTH401", "TIMEOUT504"]) {
    statuses.push((await refusal(fixture.letta.agents.messages.create(agentId, { input: word }))).status);
  }
  expect(statuses).toEqual([500, 429, 401, 504]);
  const { body } = await refusal(fixture.letta.agents.messages.create(agentId, { input: "AUTH401" }));
  expect(body).toMatchObject({ error: { type: "llm_authentication" } });
});

test("an agent's default history streams as well, by either route", async () => {
  const { agentId } = await fixture.meet();
  const body = { messages: [{ role: "user" as const, content: "aside" }] };
  const streamed = await collect(
    await fixture.letta.agents.messages.create(agentId, { ...body, streaming: true }),
  );
  const older = await collect(await fixture.letta.agents.messages.stream(agentId, body));
  expect([textOf(streamed), textOf(older)]).toEqual(["echo: aside", "echo: aside"]);
  expect(await fixture.history(agentId, { conversation_id: "default" })).toHaveLength(5);
});

test("the typed create with streaming:false loses the answer, though the turn is done; its run is stuck", async () => {
  const { agentId, conversationId } = await fixture.meet();
  expect(await fixture.ask(conversationId, "lost", { streaming: false })).toEqual([]);
  const newest = (await fixture.history(agentId, { conversation_id: conversationId })).at(-1);
  expect(newest?.content).toBe("echo: lost");
  const [run] = (await fixture.letta.runs.list({ agent_id: agentId })).items;
  expect([run?.status, run?.conversation_id]).toEqual(["created", null]);
});

test("override_system is all of the prompt for one request", async () => {
  const { conversationId } = await fixture.meet();
  await fixture.ask(conversationId, "hello", { override_system: "You are a parrot." });
  expect(fixture.sandbox.requestsToModel.at(-1)?.messages[0]).toEqual({
    role: "system",
    content: "You are a parrot.",
  });
});

test("pictures reach the model as data and come back as references", async () => {
  const { agentId, conversationId } = await fixture.meet();
  const source = { type: "base64", media_type: "image/png", data: "aGVsbG8=" };
  const content = [
    { type: "text", text: "look" },
    { type: "image", source },
  ];
  await fixture.send(conversationId, [{ role: "user", content }]);
  expect(fixture.sandbox.requestsToModel.at(-1)?.messages.at(-1)?.images).toEqual([
    "data:image/png;base64,aGVsbG8=",
  ]);
  const [, said] = await fixture.history(agentId, { conversation_id: conversationId });
  expect(said?.content).toMatchObject([{ text: "look" }, { source: { type: "letta" } }]);
});

test("types of events can be chosen", async () => {
  const { conversationId } = await fixture.meet();
  const events = await fixture.ask(conversationId, "TOOL:conversation_search", {
    include_return_message_types: ["assistant_message"],
  });
  expect(types(events)).toEqual(["ping", "assistant_message", "stop_reason", "usage_statistics"]);
});

test("silence is broken by a ping every 20 seconds", async () => {
  const { conversationId } = await fixture.meet();
  const stream = await fixture.letta.conversations.messages.create(conversationId, {
    messages: [{ role: "user", content: "SLOW50 hello" }],
  });
  const reading = collect(stream);
  while (fixture.clock.sleeping < 2) await new Promise(setImmediate);
  for (let second = 0; second < 50; second += 10) await fixture.clock.advance(10_000);
  const events = await reading;
  expect(types(events)).toEqual([
    "ping",
    "ping",
    "ping",
    "assistant_message",
    "stop_reason",
    "usage_statistics",
  ]);
  expect(new Set(events.slice(0, 3).map(({ id }) => id)).size).toBe(3);
});
