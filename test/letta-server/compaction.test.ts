import { type Model, ModelFailure, scriptedModel } from "@rapport/letta-server";
import { ManualClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  collect,
  type LettaFixture,
  lettaFixtures,
  refusal,
  type Seen,
  stopOf,
  textOf,
} from "./fixtures/letta-fixture.ts";

const openHouse = lettaFixtures();

const clock = new ManualClock();
const scripted = scriptedModel({ clock });
let summaryFails = false;
const model: Model = {
  handles: scripted.handles,
  complete(request, signal) {
    if (request.purpose === "summary" && summaryFails) throw new ModelFailure("llm_error", "500: no summary");
    return scripted.complete(request, signal);
  },
};

let fixture: LettaFixture;
beforeAll(async () => {
  fixture = await openHouse({ clock, model });
});
afterAll(() => fixture.close());

async function talk(exchanges: number) {
  const met = await fixture.meet();
  for (let turn = 1; turn <= exchanges; turn += 1) await fixture.ask(met.conversationId, `number ${turn}`);
  return met;
}

const alertIn = ({ content }: Seen) => JSON.parse(String(content)) as { type: string; message: string };

test("a step that fills the window is followed by a summary, streamed and listed as what a user said", async () => {
  const { agentId, conversationId } = await talk(3);
  const events = await fixture.ask(conversationId, "USAGE29000 and more");
  expect(textOf(events)).toBe("echo: USAGE29000 and more");
  const streamed = events.find(({ message_type }) => message_type === "user_message");
  expect(alertIn(streamed as Seen).type).toBe("system_alert");
  const listed = await fixture.history(agentId, { conversation_id: conversationId });
  const stored = listed.find(({ id }) => id === streamed?.id);
  expect(alertIn(stored as Seen).message).toMatch(/^Note: prior messages [\s\S]*a summary$/);
  expect(listed.some(({ message_type }) => message_type === "summary_message")).toBe(false);
});

test("the model then sees the prompt, the summary and what is recent", async () => {
  const { conversationId } = await talk(3);
  await fixture.ask(conversationId, "USAGE29000");
  await fixture.ask(conversationId, "and now?");
  const seen = fixture.sandbox.requestsToModel.at(-1)?.messages.map(({ content }) => content) ?? [];
  expect(seen[1]).toContain("system_alert");
  expect(seen).not.toContain("number 1");
  expect(seen.slice(-2)).toEqual(["echo: USAGE29000", "and now?"]);
});

test("afterwards positions collide: the conversation's own list is out of order, the agent's is not", async () => {
  const { agentId, conversationId } = await talk(4);
  const { num_messages_before, num_messages_after, summary } =
    await fixture.letta.conversations.messages.compact(conversationId);
  expect([num_messages_before, summary]).toEqual([9, "a summary"]);
  expect(num_messages_after).toBeLessThan(9);
  await fixture.ask(conversationId, "number 5");
  const said = (items: readonly Seen[]) =>
    items.map(({ content }) => String(content)).filter((content) => /number \d$/.test(content));
  const truth = [1, 2, 3, 4, 5].flatMap((turn) => [`number ${turn}`, `echo: number ${turn}`]);
  expect(said(await fixture.history(agentId, { conversation_id: conversationId }))).toEqual(truth);
  const own = await collect(fixture.letta.conversations.messages.list(conversationId, { order: "asc" }));
  expect(said(own)).not.toEqual(truth);
});

test("what is too short is a 400", async () => {
  const { conversationId } = await fixture.meet();
  expect(await refusal(fixture.letta.conversations.messages.compact(conversationId))).toEqual({
    status: 400,
    body: { detail: "Summarization failed to reduce the number of messages" },
  });
});

test("a summary that fails comes after a whole answer, which is stored", async () => {
  const { agentId, conversationId } = await talk(3);
  summaryFails = true;
  const seen: Seen[] = [];
  const stream = await fixture.letta.conversations.messages.create(conversationId, {
    messages: [{ role: "user", content: "USAGE29000" }],
  });
  const { body } = await refusal(
    (async () => {
      for await (const event of stream) seen.push(event as unknown as Seen);
    })(),
  );
  summaryFails = false;
  expect(textOf(seen)).toBe("echo: USAGE29000");
  expect(stopOf(seen)).toBe("llm_api_error");
  expect(body).toMatchObject({ error_type: "internal_error", detail: "500: no summary" });
  const stored = await fixture.history(agentId, { conversation_id: conversationId });
  expect(stored.at(-1)?.content).toBe("echo: USAGE29000");
});

test("the default history is compacted too", async () => {
  const { agentId } = await fixture.meet();
  for (let turn = 0; turn < 4; turn += 1)
    await fixture.letta.agents.messages.create(agentId, { input: `n ${turn}` });
  const compacted = await fixture.letta.conversations.messages.compact("default", { agent_id: agentId });
  expect(compacted.num_messages_after).toBeLessThan(compacted.num_messages_before);
  const { message_ids } = await fixture.letta.agents.retrieve(agentId);
  expect(message_ids).toHaveLength(compacted.num_messages_after);
});
