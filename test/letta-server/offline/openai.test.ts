import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { openAiModel } from "@rapport/letta-server";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { frameOf, type LettaFixture, lettaFixtures, textOf, types } from "../fixtures/letta-fixture.ts";

const openHouse = lettaFixtures();

interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  /** Undefined of a GET. */
  readonly body?: {
    readonly model: string;
    readonly stream: boolean;
    readonly messages: readonly Readonly<Record<string, unknown>>[];
    readonly tools?: readonly { readonly function: { readonly name: string } }[];
  };
}

let fixture: LettaFixture;
let server: Server;
let asked: Asked[] = [];
let answers: ((response: ServerResponse) => void)[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    asked.push({
      path: request.url ?? "",
      authorization: request.headers.authorization,
      body: text ? JSON.parse(text) : undefined,
    });
    answers.shift()?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const model = openAiModel({ baseUrl: `http://127.0.0.1:${port}/v1/`, apiKey: "secret", model: "small" });
  fixture = await openHouse({ model });
});
beforeEach(() => {
  asked = [];
  answers = [];
});
afterAll(async () => {
  await fixture.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Streams these chunks, in pieces that end in the middle of a line. */
const streaming =
  (...chunks: readonly object[]) =>
  (response: ServerResponse) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const text = [...chunks.map((chunk) => JSON.stringify(chunk)), "[DONE]"]
      .map((data) => `data: ${data}\n\n`)
      .join("");
    const middle = Math.floor(text.length / 2);
    response.write(text.slice(0, middle));
    response.end(text.slice(middle));
  };
const delta = (content: object) => ({ choices: [{ index: 0, delta: content }] });
const failing =
  (status: number, error: object = { message: "no" }) =>
  (response: ServerResponse) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ error }));
  };

test("the endpoint is asked as OpenAI is, and its words are streamed on", async () => {
  const { conversationId } = await fixture.meet();
  answers.push(
    streaming(
      delta({ role: "assistant", content: "" }),
      delta({ content: "Good " }),
      delta({ content: "day." }),
      {
        choices: [],
        usage: { prompt_tokens: 70, completion_tokens: 3, total_tokens: 73 },
      },
    ),
  );
  const events = await fixture.ask(conversationId, "[Alice] hello", { stream_tokens: true });
  expect(textOf(events)).toBe("Good day.");
  expect(events.at(-1)).toMatchObject({ prompt_tokens: 70, completion_tokens: 3, context_tokens: 73 });
  const [request] = asked;
  expect(request).toMatchObject({
    path: "/v1/chat/completions",
    authorization: "Bearer secret",
    body: { model: "small", stream: true },
  });
  expect(request?.body?.messages.map(({ role }) => role)).toEqual(["system", "user"]);
  expect(request?.body?.tools?.map((tool) => tool.function.name)).toContain("memory_insert");
});

test("when nobody says which, the first model that can chat is asked", async () => {
  const { port } = server.address() as AddressInfo;
  const any = await openHouse({ model: openAiModel({ baseUrl: `http://127.0.0.1:${port}/v1` }) });
  const { conversationId } = await any.meet();
  answers.push((response) =>
    response.end(JSON.stringify({ data: [{ id: "nomic-embed" }, { id: "llama" }] })),
  );
  answers.push(streaming(delta({ content: "one" })), streaming(delta({ content: "two" })));
  await any.ask(conversationId, "hello");
  await any.ask(conversationId, "again");
  expect(asked.map(({ path, body }) => [path, body?.model])).toEqual([
    ["/v1/models", undefined],
    ["/v1/chat/completions", "llama"],
    ["/v1/chat/completions", "llama"],
  ]);
  await any.close();
});

test("a tool that it calls in pieces really writes memory, and its return is sent back", async () => {
  const { agentId, conversationId } = await fixture.meet();
  const call = (piece: object) => delta({ tool_calls: [{ index: 0, ...piece }] });
  answers.push(
    streaming(
      call({ id: "call_1", function: { name: "memory_insert", arguments: '{"label":"human",' } }),
      call({ function: { arguments: '"new_string":"likes tea"}' } }),
    ),
    streaming(delta({ content: "Noted." })),
  );
  const events = await fixture.ask(conversationId, "[Alice] I like tea");
  expect(types(events).slice(1, -2)).toEqual([
    "tool_call_message",
    "tool_return_message",
    "assistant_message",
  ]);
  expect((await fixture.letta.agents.blocks.retrieve("human", { agent_id: agentId })).value).toBe(
    "likes tea",
  );
  expect(asked[1]?.body?.messages.slice(-2)).toMatchObject([
    { role: "assistant", content: null, tool_calls: [{ id: "call_1", function: { name: "memory_insert" } }] },
    { role: "tool", tool_call_id: "call_1" },
  ]);
});

test("thoughts are told apart from words", async () => {
  const { agentId, conversationId } = await fixture.meet();
  answers.push(streaming(delta({ reasoning_content: "Hm." }), delta({ content: "Yes." })));
  const events = await fixture.ask(conversationId, "really?");
  expect(types(events).slice(1, 3)).toEqual(["reasoning_message", "assistant_message"]);
  const stored = await fixture.history(agentId, { conversation_id: conversationId });
  expect(new Set(stored.slice(-2).map(({ id }) => id)).size).toBe(1);
});

test.each([
  [401, "llm_authentication"],
  [429, "llm_rate_limit"],
  [500, "llm_error"],
  [504, "llm_timeout"],
])("its %i is the turn's %s, and nothing answers in its place", async (status, errorType) => {
  const { conversationId } = await fixture.meet();
  answers.push(failing(status));
  expect(await frameOf(fixture.ask(conversationId, "hello"))).toMatchObject({
    error_type: errorType,
    detail: `${status}: no`,
  });
});

test("a prompt that is too long for it says so", async () => {
  const { conversationId } = await fixture.meet();
  answers.push(failing(400, { message: "too long", code: "context_length_exceeded" }));
  expect(await frameOf(fixture.ask(conversationId, "hello"))).toMatchObject({
    error_type: "context_window_overflow_in_system_prompt",
  });
});

test("an answer that breaks off is an error, and keeps what was read", async () => {
  const { conversationId } = await fixture.meet();
  answers.push((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${JSON.stringify(delta({ content: "Good " }))}\n\n`);
    setImmediate(() => response.destroy());
  });
  const frame = await frameOf(fixture.ask(conversationId, "hello", { stream_tokens: true }));
  expect(frame.detail).toMatch(/cannot be reached/);
});

test("an endpoint that is not there is an error", async () => {
  const nowhere = await openHouse({
    model: openAiModel({ baseUrl: "http://127.0.0.1:1/v1", model: "small" }),
  });
  const { conversationId } = await nowhere.meet();
  expect(await frameOf(nowhere.ask(conversationId, "hello"))).toMatchObject({ error_type: "llm_error" });
  await nowhere.close();
});
