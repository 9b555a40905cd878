import { type Model, turnOf } from "@rapport/letta-server";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  frameOf,
  type LettaFixture,
  lettaFixtures,
  refusal,
  type Seen,
  stopOf,
  textOf,
  types,
} from "./fixtures/letta-fixture.ts";

const openHouse = lettaFixtures();

const TOOL = "conversation_search";

/** Calls the tool twice at once when it hears "both", once when it hears "one", and else repeats what it heard. */
const model: Model = {
  handles: ["openai-proxy/parallel"],
  async *complete({ messages }) {
    await Promise.resolve();
    const { said, since } = turnOf(messages);
    const text = said.map((utterance) => utterance.text).join(" | ");
    const calls = since.length > 0 ? 0 : text.startsWith("both") ? 2 : text.startsWith("one") ? 1 : 0;
    for (let index = 0; index < calls; index += 1) {
      yield {
        type: "tool-call",
        index,
        id: `call-${crypto.randomUUID()}`,
        name: TOOL,
        arguments: "{}",
      } as const;
    }
    if (calls === 0) yield { type: "text", text: `heard: ${text}` } as const;
  },
};

let fixture: LettaFixture;
let agentId: string;
let conversationId: string;
beforeAll(async () => {
  fixture = await openHouse({ model });
});
beforeEach(async () => {
  ({ agentId, conversationId } = await fixture.meet());
  await requireApproval(agentId);
});
afterAll(() => fixture.close());

async function requireApproval(agent: string): Promise<void> {
  const path = `/v1/agents/${agent}/tools/approval/${TOOL}`;
  await fixture.letta.patch(path, { body: { requires_approval: true } });
}

/** Asks for something that needs approval; gives the ids of the calls. */
async function askFor(text: string): Promise<readonly string[]> {
  const events = await fixture.ask(conversationId, text);
  expect(stopOf(events)).toBe("requires_approval");
  return events
    .filter(({ message_type }) => message_type === "approval_request_message")
    .flatMap(({ tool_calls }) => tool_calls as { tool_call_id: string }[])
    .map(({ tool_call_id }) => tool_call_id);
}

const answering = (ids: readonly string[], approve: boolean, reason?: string) => ({
  type: "approval",
  approvals: ids.map((tool_call_id) => ({ type: "approval", tool_call_id, approve, reason })),
});

test("the typed way to require approval is a 422; the raw one shows in the agent's rules", async () => {
  const typed = fixture.letta.agents.tools.updateApproval(TOOL, {
    agent_id: agentId,
    body_requires_approval: true,
  });
  expect((await refusal(typed)).status).toBe(422);
  const { tool_rules } = await fixture.letta.agents.retrieve(agentId);
  expect(tool_rules).toEqual([{ tool_name: TOOL, type: "requires_approval", prompt_template: null }]);
});

test("an approved call runs and the turn goes on; what rides behind is heard", async () => {
  const ids = await askFor("one");
  const events = await fixture.send(conversationId, [
    answering(ids, true),
    { role: "user", content: "and this" },
  ]);
  expect(types(events).slice(1, -2)).toEqual(["tool_return_message", "assistant_message"]);
  expect(events[1]).toMatchObject({ status: "success", tool_call_id: ids[0] });
  expect(textOf(events)).toBe("heard: and this");
  const stored = types(await fixture.history(agentId, { conversation_id: conversationId }));
  expect(stored).toContain("approval_response_message");
});

test("a denied call says why, and the turn goes on", async () => {
  const ids = await askFor("one");
  const events = await fixture.send(conversationId, [answering(ids, false, "not now")]);
  expect(events[1]).toMatchObject({
    status: "error",
    tool_return: "Error: request to call tool denied. User reason: not now",
  });
  expect(stopOf(events)).toBe("end_turn");
});

test("calls that were made together are answered together", async () => {
  const [first = "", second = ""] = await askFor("both");
  const partial = await frameOf(fixture.send(conversationId, [answering([first], true)]));
  expect(partial.detail).toBe(
    `Invalid tool call IDs. Expected '['${first}', '${second}']', but received '['${first}']'.`,
  );
  const events = await fixture.send(conversationId, [answering([second, first], true)]);
  expect(events[1]?.tool_returns).toHaveLength(2);
});

test("while a call waits nothing else is heard: an error frame, two kinds of 409", async () => {
  await askFor("one");
  const frame = await frameOf(fixture.ask(conversationId, "hello?"));
  expect(frame).toMatchObject({
    error_type: "internal_error",
    message: expect.stringMatching(/^CONFLICT: Cannot send a new message: The agent is waiting for approval/),
  });
  const path = `/v1/conversations/${conversationId}/messages`;
  const body = { messages: [{ role: "user", content: "hello?" }], streaming: false };
  expect(await refusal(fixture.letta.post(path, { body }))).toMatchObject({
    status: 409,
    body: { detail: expect.stringMatching(/^CONFLICT: .*waiting for approval/) },
  });
  await fixture.letta.agents.messages.create(agentId, { input: "one" });
  expect(await refusal(fixture.letta.agents.messages.create(agentId, { input: "hello?" }))).toMatchObject({
    status: 409,
    body: { detail: { code: "PENDING_APPROVAL", pending_request_id: expect.stringMatching(/^message-/) } },
  });
});

test("cancelling does not clear a conversation's request, and the agent does not show it", async () => {
  await askFor("one");
  const [run] = (await fixture.letta.runs.list({ agent_id: agentId })).items;
  await fixture.letta.agents.messages.cancel(agentId, { run_ids: [run?.id ?? ""] });
  expect((await refusal(fixture.letta.conversations.cancel(conversationId))).status).toBe(409);
  await frameOf(fixture.ask(conversationId, "hello?"));
  const agent = await fixture.letta.agents.retrieve(agentId, { include: ["agent.pending_approval"] });
  expect(agent.pending_approval).toBeNull();
});

test("in the default history the agent shows it, and cancelling its run clears it", async () => {
  await fixture.letta.agents.messages.create(agentId, { input: "one" });
  const agent = await fixture.letta.agents.retrieve(agentId, { include: ["agent.pending_approval"] });
  expect(agent.pending_approval?.message_type).toBe("approval_request_message");
  const [run] = (await fixture.letta.runs.list({ agent_id: agentId })).items;
  await fixture.letta.agents.messages.cancel(agentId, { run_ids: [run?.id ?? ""] });
  const answer = await fixture.letta.agents.messages.create(agentId, { input: "hello?" });
  expect(textOf(answer.messages as unknown as Seen[])).toBe("heard: hello?");
});

test("a second answer to the same request is no error but another turn of the model", async () => {
  const ids = await askFor("one");
  await fixture.send(conversationId, [answering(ids, true)]);
  const ghost = await fixture.send(conversationId, [answering(ids, true)]);
  expect(textOf(ghost)).toMatch(/^heard: <system-alert>Automated keep-alive ping\./);
});

test("an answer to a request that never was is refused", async () => {
  const frame = await frameOf(fixture.send(conversationId, [answering(["call-unknown"], true)]));
  expect(frame.detail).toMatch(
    /^Cannot process approval response: No tool call is currently awaiting approval/,
  );
});
