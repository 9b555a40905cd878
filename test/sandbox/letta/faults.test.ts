import { APIConnectionError } from "@letta-ai/letta-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { collect, frameOf, houses, refusal, stopOf, type TestHouse, textOf } from "./house.ts";

const openHouse = houses();

const SEND = "/v1/conversations/*/messages";

let house: TestHouse;
let agentId: string;
let conversationId: string;
beforeEach(async () => {
  house = await openHouse();
  ({ agentId, conversationId } = await house.meet());
});
afterEach(() => house.close());

const landed = async () => (await house.history(agentId, { conversation_id: conversationId })).length > 1;

test("cut before the headers: nothing was done", async () => {
  house.sandbox.faults.next({ method: "POST", path: SEND, fault: { type: "cut-before-headers" } });
  await expect(house.ask(conversationId, "hello")).rejects.toBeInstanceOf(APIConnectionError);
  expect(await landed()).toBe(false);
  expect(textOf(await house.ask(conversationId, "hello"))).toBe("echo: hello");
});

test("cut after the commit: all was done, nothing was heard", async () => {
  house.sandbox.faults.next({ method: "POST", path: SEND, fault: { type: "cut-after-commit" } });
  await expect(house.ask(conversationId, "hello")).rejects.toBeInstanceOf(APIConnectionError);
  expect(await landed()).toBe(true);
  house.sandbox.faults.next({ path: "/v1/blocks", fault: { type: "cut-after-commit" } });
  await expect(house.letta.blocks.create({ label: "kept", value: "" })).rejects.toBeInstanceOf(
    APIConnectionError,
  );
  expect(await collect(house.letta.blocks.list({ label: "kept" }))).toHaveLength(1);
});

test("an error after some text", async () => {
  house.sandbox.faults.next({ path: SEND, fault: { type: "error-after-text" } });
  const frame = await frameOf(house.ask(conversationId, "one two", { stream_tokens: true }));
  expect(frame.error_type).toBe("internal_error");
});

test("silence: headers and then nothing", async () => {
  house.sandbox.faults.next({ path: SEND, fault: { type: "silence" } });
  const leaving = new AbortController();
  const stream = await house.letta.conversations.messages.create(
    conversationId,
    { messages: [{ role: "user", content: "hello" }] },
    { signal: leaving.signal },
  );
  const reading = collect(stream);
  leaving.abort();
  expect(await reading).toEqual([]);
});

test("a status of one's choice, so many times, with a body and headers", async () => {
  const body = { error: { type: "llm_rate_limit" } };
  const fault = { type: "status", status: 429, body, headers: { "retry-after": "1" } } as const;
  house.sandbox.faults.next({ path: SEND, times: 2, fault });
  const refused = [
    await refusal(house.ask(conversationId, "a")),
    await refusal(house.ask(conversationId, "b")),
  ];
  expect(refused).toEqual([
    { status: 429, body },
    { status: 429, body },
  ]);
  expect(stopOf(await house.ask(conversationId, "c"))).toBe("end_turn");
  expect(await house.history(agentId, { conversation_id: conversationId })).toHaveLength(3);
});

test("busy, though nobody is there", async () => {
  house.sandbox.faults.next({ path: SEND, fault: { type: "busy" } });
  const { status, body } = await refusal(house.ask(conversationId, "hello"));
  expect([status, body]).toMatchObject([409, { run_id: expect.stringMatching(/^run-/) }]);
});

test("slow by the clock, and only for the path that was meant", async () => {
  house.sandbox.faults.next({ path: "/v1/agents/**", fault: { type: "slow", ms: 5_000 } });
  expect((await house.letta.health()).status).toBe("ok");
  const slow = house.letta.agents.retrieve(agentId);
  while (house.clock.sleeping === 0) await new Promise(setImmediate);
  await house.clock.advance(5_000);
  expect((await slow).id).toBe(agentId);
});

test("down: connections are refused, then it is there again on the same port", async () => {
  await house.sandbox.faults.goDown();
  await expect(house.letta.health()).rejects.toBeInstanceOf(APIConnectionError);
  await house.sandbox.faults.comeBack();
  expect(textOf(await house.ask(conversationId, "back"))).toBe("echo: back");
});

test("the journal tells what was asked, under the contract's name for the route", async () => {
  const awaited = house.sandbox.journal.next(
    ({ method, pattern }) => method === "POST" && pattern === "/v1/blocks/",
  );
  await house.letta.blocks.create({ label: "rules", value: "Be kind." });
  expect(await awaited).toMatchObject({ body: { label: "rules" }, status: 200 });
  expect(house.sandbox.journal.of("GET", "/v1/agents/{agent_id}")).toHaveLength(0);
});

test("who watches is told of agents, blocks, passages, conversations, messages and runs", async () => {
  const seen = new Set<string>();
  const stop = house.sandbox.onChange(({ type }) => seen.add(type));
  const met = await house.meet({ tools: ["archival_memory_insert"] });
  await house.ask(met.conversationId, "TOOL:memory_insert");
  await house.ask(met.conversationId, "TOOL:archival_memory_insert");
  stop();
  expect(seen).toEqual(new Set(["agent", "conversation", "run", "block", "message", "passage"]));
});
