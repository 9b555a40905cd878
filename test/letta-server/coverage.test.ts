import { existsSync } from "node:fs";
import { scriptedModel } from "@rapport/letta-server";
import { ManualClock } from "@rapport/testing";
import { expect, test } from "vitest";
import { Changes } from "../../src/letta-server/changes.ts";
import { COVERAGE } from "../../src/letta-server/coverage.ts";
import { routesOf } from "../../src/letta-server/routes/index.ts";
import { Turns } from "../../src/letta-server/turn/start-turn.ts";
import { abilitiesOf } from "../../src/letta-server/version.ts";
import { loadLettaContract } from "../contracts/openapi/letta-contract.ts";
import { lettaFixtures } from "./fixtures/letta-fixture.ts";

const openHouse = lettaFixtures();

const contract = loadLettaContract();

function operations(): readonly string[] {
  const clock = new ManualClock();
  const db = {
    query: () => Promise.reject(new Error("no route is asked here")),
    transaction: () => Promise.reject(new Error("no route is asked here")),
  };
  const workshop = { db, clock, changes: new Changes(), abilities: abilitiesOf("0.16.7") };
  const turns = new Turns(workshop, { model: scriptedModel({ clock }), redis: true });
  return routesOf({ ...workshop, turns }).map(({ method, pattern }) => `${method} ${pattern}`);
}

test("the coverage list is exactly what is served, each once", () => {
  expect(COVERAGE.map(({ operation }) => operation).toSorted()).toEqual(operations().toSorted());
});

test("every operation is one of Letta's own", () => {
  expect(operations().filter((operation) => contract && !contract.operations.has(operation))).toEqual([]);
});

test("every operation names tests that exist", () => {
  for (const { operation, provenBy } of COVERAGE) {
    expect(provenBy, operation).not.toEqual([]);
    for (const file of provenBy) expect(existsSync(new URL(file, import.meta.url)), file).toBe(true);
  }
});

test("the contract's check bites: planted faults in answers and events are found", async () => {
  if (!contract) return;
  const fixture = await openHouse();
  const { agentId, conversationId } = await fixture.meet();
  const answer = (pattern: string, body: unknown) =>
    contract.answerFault({ method: "GET", pattern, status: 200, body });
  const agent = await fixture.letta.agents.retrieve(agentId);
  const conversation = await fixture.letta.conversations.retrieve(conversationId);
  const planted = [
    answer("/v1/agents/{agent_id}", { ...agent, name: 7 }),
    answer("/v1/agents/{agent_id}", { ...agent, invented: true }),
    answer("/v1/agents/{agent_id}", { ...agent, llm_config: undefined }),
    answer("/v1/conversations/{conversation_id}", { ...conversation, archived: false }),
    answer("/v1/conversations/{conversation_id}", { ...conversation, created_at: "yesterday" }),
    answer("/v1/nowhere", {}),
    contract.eventFault({ message_type: "assistant_message", id: "message-1", content: "no date" }),
    contract.eventFault({ message_type: "stop_reason", stop_reason: "bored" }),
    contract.eventFault({ message_type: "telepathy" }),
  ];
  expect(planted.map((fault) => typeof fault)).toEqual(planted.map(() => "string"));
  expect(answer("/v1/agents/{agent_id}", agent)).toBeUndefined();
  const frame = { message_type: "error_message", run_id: "run-1", error_type: "llm_error", message: "m" };
  expect(contract.eventFault({ ...frame, detail: null, seq_id: null })).toBeUndefined();
  await fixture.close();
});
