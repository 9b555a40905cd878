import { APIConnectionError } from "@letta-ai/letta-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  collect,
  frameOf,
  type LettaFixture,
  lettaFixtures,
  refusal,
  stopOf,
  textOf,
} from "./fixtures/letta-fixture.ts";

const openHouse = lettaFixtures();

const SEND = "/v1/conversations/*/messages";

let fixture: LettaFixture;
let agentId: string;
let conversationId: string;
beforeEach(async () => {
  fixture = await openHouse();
  ({ agentId, conversationId } = await fixture.meet());
});
afterEach(() => fixture.close());

const landed = async () => (await fixture.history(agentId, { conversation_id: conversationId })).length > 1;

test("cut before the headers: nothing was done", async () => {
  fixture.sandbox.faults.next({ method: "POST", path: SEND, fault: { type: "cut-before-headers" } });
  await expect(fixture.ask(conversationId, "hello")).rejects.toBeInstanceOf(APIConnectionError);
  expect(await landed()).toBe(false);
  expect(textOf(await fixture.ask(conversationId, "hello"))).toBe("echo: hello");
});

test("cut after the commit: all was done, nothing was heard", async () => {
  fixture.sandbox.faults.next({ method: "POST", path: SEND, fault: { type: "cut-after-commit" } });
  await expect(fixture.ask(conversationId, "hello")).rejects.toBeInstanceOf(APIConnectionError);
  expect(await landed()).toBe(true);
  fixture.sandbox.faults.next({ path: "/v1/blocks", fault: { type: "cut-after-commit" } });
  await expect(fixture.letta.blocks.create({ label: "kept", value: "" })).rejects.toBeInstanceOf(
    APIConnectionError,
  );
  expect(await collect(fixture.letta.blocks.list({ label: "kept" }))).toHaveLength(1);
});

test("an error after some text", async () => {
  fixture.sandbox.faults.next({ path: SEND, fault: { type: "error-after-text" } });
  const frame = await frameOf(fixture.ask(conversationId, "one two", { stream_tokens: true }));
  expect(frame.error_type).toBe("internal_error");
});

test("silence: headers and then nothing", async () => {
  fixture.sandbox.faults.next({ path: SEND, fault: { type: "silence" } });
  const leaving = new AbortController();
  const stream = await fixture.letta.conversations.messages.create(
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
  fixture.sandbox.faults.next({ path: SEND, times: 2, fault });
  const refused = [
    await refusal(fixture.ask(conversationId, "a")),
    await refusal(fixture.ask(conversationId, "b")),
  ];
  expect(refused).toEqual([
    { status: 429, body },
    { status: 429, body },
  ]);
  expect(stopOf(await fixture.ask(conversationId, "c"))).toBe("end_turn");
  expect(await fixture.history(agentId, { conversation_id: conversationId })).toHaveLength(3);
});

test("busy, though nobody is there", async () => {
  fixture.sandbox.faults.next({ path: SEND, fault: { type: "busy" } });
  const { status, body } = await refusal(fixture.ask(conversationId, "hello"));
  expect([status, body]).toMatchObject([409, { run_id: expect.stringMatching(/^run-/) }]);
});

test("slow by the clock, and only for the path that was meant", async () => {
  fixture.sandbox.faults.next({ path: "/v1/agents/**", fault: { type: "slow", ms: 5_000 } });
  expect((await fixture.letta.health()).status).toBe("ok");
  const slow = fixture.letta.agents.retrieve(agentId);
  while (fixture.clock.sleeping === 0) await new Promise(setImmediate);
  await fixture.clock.advance(5_000);
  expect((await slow).id).toBe(agentId);
});

test("down: connections are refused, then it is there again on the same port", async () => {
  await fixture.sandbox.faults.goDown();
  await expect(fixture.letta.health()).rejects.toBeInstanceOf(APIConnectionError);
  await fixture.sandbox.faults.comeBack();
  expect(textOf(await fixture.ask(conversationId, "back"))).toBe("echo: back");
});

test("the journal tells what was asked, under the contract's name for the route", async () => {
  const awaited = fixture.sandbox.journal.next(
    ({ method, pattern }) => method === "POST" && pattern === "/v1/blocks/",
  );
  await fixture.letta.blocks.create({ label: "rules", value: "Be kind." });
  expect(await awaited).toMatchObject({ body: { label: "rules" }, status: 200 });
  expect(fixture.sandbox.journal.of("GET", "/v1/agents/{agent_id}")).toHaveLength(0);
});

test("who watches is told of agents, blocks, passages, conversations, messages and runs", async () => {
  const seen = new Set<string>();
  const stop = fixture.sandbox.onChange(({ type }) => seen.add(type));
  const met = await fixture.meet({ tools: ["archival_memory_insert"] });
  await fixture.ask(met.conversationId, "TOOL:memory_insert");
  await fixture.ask(met.conversationId, "TOOL:archival_memory_insert");
  stop();
  expect(seen).toEqual(new Set(["agent", "conversation", "run", "block", "message", "passage"]));
});
