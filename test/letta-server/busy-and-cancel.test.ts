import { scriptedModel } from "@rapport/letta-server";
import { ManualClock } from "@rapport/testing";
import { afterEach, expect, test } from "vitest";
import { GatedModel } from "./fixtures/gated-model.ts";
import {
  type LettaFixture,
  lettaFixtures,
  refusal,
  stopOf,
  textOf,
  types,
} from "./fixtures/letta-fixture.ts";

const openHouse = lettaFixtures();

const LOCK_MS = 300_000;

let fixture: LettaFixture;
let model: GatedModel;
afterEach(() => fixture.close());

async function open(options: { readonly redis: boolean }) {
  model = new GatedModel();
  fixture = await openHouse({ model, ...options });
  return await fixture.meet();
}

test("a second send to a busy conversation is a 409 that names the run; another conversation is free", async () => {
  const { agentId, conversationId } = await open({ redis: true });
  const first = fixture.ask(conversationId, "one");
  const waiting = await model.next();
  const { status, body } = await refusal(fixture.ask(conversationId, "two"));
  const [run] = (await fixture.letta.runs.list({ agent_id: agentId })).items;
  expect(status).toBe(409);
  expect(body).toMatchObject({
    run_id: run?.id,
    detail: expect.stringMatching(
      /^CONFLICT: .*\(run_id=run-.*is currently being processed for this conversation/,
    ),
  });
  const other = await fixture.letta.conversations.create({ agent_id: agentId });
  const parallel = fixture.ask(other.id, "three");
  (await model.next()).answer(["three"]);
  expect(textOf(await parallel)).toBe("three");
  waiting.answer(["one"]);
  expect(textOf(await first)).toBe("one");
});

test("a lock is lost after five minutes, and a turn that outlived it takes away the next one's", async () => {
  const { conversationId } = await open({ redis: true });
  const long = fixture.ask(conversationId, "long", { include_pings: false });
  const longWaits = await model.next();
  await fixture.clock.advance(LOCK_MS + 1);
  const next = fixture.ask(conversationId, "next", { include_pings: false });
  const nextWaits = await model.next();
  longWaits.answer(["done"]);
  await long;
  const third = fixture.ask(conversationId, "third", { include_pings: false });
  const thirdWaits = await model.next();
  nextWaits.answer(["done"]);
  thirdWaits.answer(["done"]);
  expect([stopOf(await next), stopOf(await third)]).toEqual(["end_turn", "end_turn"]);
});

test("without Redis nobody is refused: all are stored, and the last writer has the context", async () => {
  const { agentId, conversationId } = await open({ redis: false });
  const turns = ["one", "two", "three"].map((text) => fixture.ask(conversationId, text));
  const waiting = [await model.next(), await model.next(), await model.next()];
  for (const [index, { answer }] of waiting.entries()) {
    answer(["ok"]);
    await Promise.race(turns.filter((_, place) => place >= index));
  }
  await Promise.all(turns);
  const stored = await fixture.history(agentId, { conversation_id: conversationId });
  expect(stored).toHaveLength(7);
  const { in_context_message_ids } = await fixture.letta.conversations.retrieve(conversationId);
  expect(in_context_message_ids).toHaveLength(3);
});

test("a default history takes a lock through the conversation route only", async () => {
  const { agentId } = await open({ redis: true });
  const first = fixture.ask("default", "one", { agent_id: agentId });
  const waiting = await model.next();
  expect((await refusal(fixture.ask("default", "two", { agent_id: agentId }))).status).toBe(409);
  const blocking = fixture.letta.agents.messages.create(agentId, { input: "three" });
  (await model.next()).answer(["three"]);
  expect((await blocking).stop_reason.stop_reason).toBe("end_turn");
  waiting.answer(["one"]);
  expect(stopOf(await first)).toBe("end_turn");
});

test("cancel with nothing running is a 409", async () => {
  const { agentId, conversationId } = await open({ redis: true });
  expect(await refusal(fixture.letta.conversations.cancel(conversationId))).toEqual({
    status: 409,
    body: { detail: `CONFLICT: No active runs to cancel for conversation ${conversationId}` },
  });
  expect((await refusal(fixture.letta.agents.messages.cancel(agentId, {}))).status).toBe(409);
});

test("a cancelled turn waits for its model; in step mode its answer is stored and shown to nobody", async () => {
  const { agentId, conversationId } = await open({ redis: true });
  const turn = fixture.ask(conversationId, "one");
  const waiting = await model.next();
  const results = await fixture.letta.conversations.cancel(conversationId);
  const [run] = (await fixture.letta.runs.list({ agent_id: agentId })).items;
  expect(results).toEqual({ [run?.id ?? ""]: "cancelled" });
  expect([run?.status, run?.stop_reason]).toEqual(["cancelled", "cancelled"]);
  expect((await refusal(fixture.ask(conversationId, "two"))).status).toBe(409);
  waiting.answer(["too late"]);
  expect(types(await turn)).toEqual(["ping", "stop_reason"]);
  expect(stopOf(await turn)).toBe("cancelled");
  const stored = await fixture.history(agentId, { conversation_id: conversationId });
  expect(stored.at(-1)?.content).toBe("too late");
});

test("a turn cancelled between its words stores nothing, though they were read", async () => {
  const clock = new ManualClock();
  fixture = await openHouse({ clock, model: scriptedModel({ clock }) });
  const { agentId, conversationId } = await fixture.meet();
  const stream = await fixture.letta.conversations.messages.create(conversationId, {
    messages: [{ role: "user", content: "DRIP one two three" }],
    stream_tokens: true,
  });
  const seen: unknown[] = [];
  for await (const event of stream) {
    seen.push(event.message_type);
    if (event.message_type !== "assistant_message" || seen.includes("stop_reason")) continue;
    await fixture.letta.conversations.cancel(conversationId).catch(() => undefined);
    await clock.advance(1_000);
  }
  expect(seen.filter((type) => type === "assistant_message").length).toBeGreaterThan(0);
  expect(seen.at(-1)).toBe("stop_reason");
  expect(types(await fixture.history(agentId, { conversation_id: conversationId }))).toEqual([
    "system_message",
  ]);
});

test("cancelling one run by its id leaves the agent's other conversations alone", async () => {
  const { agentId, conversationId } = await open({ redis: true });
  const other = await fixture.letta.conversations.create({ agent_id: agentId });
  const first = fixture.ask(conversationId, "one");
  const firstWaits = await model.next();
  const second = fixture.ask(other.id, "two");
  const secondWaits = await model.next();
  const runs = (await fixture.letta.runs.list({ agent_id: agentId })).items;
  const runId = runs.find((run) => run.conversation_id === conversationId)?.id ?? "";
  expect(await fixture.letta.agents.messages.cancel(agentId, { run_ids: [runId] })).toEqual({
    [runId]: "cancelled",
  });
  firstWaits.answer(["x"]);
  secondWaits.answer(["two"]);
  expect([stopOf(await first), stopOf(await second)]).toEqual(["cancelled", "end_turn"]);
});

test("cancelling an agent without run ids hits its last run with Redis, and all of them without", async () => {
  for (const redis of [true, false]) {
    const { agentId, conversationId } = await open({ redis });
    const other = await fixture.letta.conversations.create({ agent_id: agentId });
    const first = fixture.ask(conversationId, "one");
    const firstWaits = await model.next();
    const second = fixture.ask(other.id, "two");
    const secondWaits = await model.next();
    await fixture.letta.agents.messages.cancel(agentId, {});
    firstWaits.answer(["one"]);
    secondWaits.answer(["two"]);
    expect([stopOf(await first), stopOf(await second)]).toEqual([
      redis ? "end_turn" : "cancelled",
      "cancelled",
    ]);
    if (redis) await fixture.close();
  }
});

test("cancelling `default` takes the runs of every conversation of the agent", async () => {
  const { agentId, conversationId } = await open({ redis: true });
  const turn = fixture.ask(conversationId, "one");
  const waiting = await model.next();
  await fixture.letta.conversations.cancel("default", { agent_id: agentId });
  waiting.answer(["one"]);
  expect(stopOf(await turn)).toBe("cancelled");
});

test("a reader who leaves does not stop the turn, which keeps the lock until it ends", async () => {
  const { agentId, conversationId } = await open({ redis: true });
  const stream = await fixture.letta.conversations.messages.create(conversationId, {
    messages: [{ role: "user", content: "one", otid: "discord:1:2:3" }],
  });
  const waiting = await model.next();
  stream.controller.abort();
  expect((await refusal(fixture.ask(conversationId, "two"))).status).toBe(409);
  const ended = new Promise<void>((resolve) => {
    let changes = 0;
    fixture.sandbox.onChange((change) => {
      if (change.type === "run") changes += 1;
      if (changes === 1) resolve();
    });
  });
  waiting.answer(["one"]);
  await ended;
  const stored = await fixture.history(agentId, { conversation_id: conversationId });
  expect(stored.map(({ otid }) => otid)).toContain("discord:1:2:3");
  expect(stored.at(-1)?.content).toBe("one");
});
