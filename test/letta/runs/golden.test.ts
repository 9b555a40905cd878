import { expect, test } from "vitest";
import { loadLettaContract } from "../../contracts/openapi/letta-contract.ts";
import { golden } from "../servers/scripted-letta.ts";

/* What a real 0.16.7 said, held against its own contract: the check must take all of it, and still find a fault in it. */

const contract = loadLettaContract();

const framesOf = (bytes: string): Record<string, unknown>[] =>
  bytes
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice("data: ".length)));

const FRAMES = [
  golden.ping,
  golden.text("Hello"),
  golden.text([{ type: "text", text: "Hello" }]),
  golden.reasoning,
  golden.toolStep,
  golden.toolTokens,
  golden.toolReturn,
  golden.summary,
  ...["end_turn", "llm_api_error", "requires_approval", "cancelled"].map(golden.stop),
  golden.usage,
  golden.error("llm_rate_limit", "Rate limit exceeded for LLM model provider. …"),
  golden.error("internal_error", "An error occurred during agent execution.", "cause"),
].flatMap(framesOf);

const APPROVAL = "CONFLICT: Cannot send a new message: The agent is waiting for approval on a tool call.";
const BUSY =
  "CONFLICT: Cannot send a new message: Another request (run_id=run-1) is currently being processed for this conversation.";
const MODEL = { type: "llm_error", message: "An error occurred with the LLM request.", detail: "boom" };

const REFUSALS: readonly (readonly [status: number, body: object])[] = [
  [400, { detail: "Message content is empty or invalid" }],
  [401, { detail: "Unauthorized" }],
  [401, { error: { ...MODEL, type: "llm_authentication" } }],
  [402, { error: { ...MODEL, type: "llm_insufficient_credits" } }],
  [404, { detail: "Conversation not found with id='conv-1'" }],
  [404, { detail: "Not Found" }],
  [409, { detail: BUSY, run_id: "run-1" }],
  [409, { detail: APPROVAL }],
  [409, { detail: { code: "PENDING_APPROVAL", message: APPROVAL, pending_request_id: "message-1" } }],
  [410, { detail: "Run was created more than 3 hours ago, and is now expired." }],
  [422, { trace_id: "1", detail: "[{'type': 'string_pattern_mismatch'}]", examples: null }],
  [422, { detail: "Messages must not be empty" }],
  [429, { error: { ...MODEL, type: "llm_rate_limit" } }],
  [500, { detail: "An unknown error occurred" }],
  [503, { detail: "Background streaming requires Redis to be running. …" }],
  [504, { error: { ...MODEL, type: "llm_timeout" } }],
];
const SEND = { method: "POST", pattern: "/v1/conversations/{conversation_id}/messages" };

test("the contract's check takes every frame and every refusal of a real server", () => {
  if (!contract) return;
  expect(FRAMES.flatMap((frame) => contract.eventFault(frame) ?? [])).toEqual([]);
  const faults = REFUSALS.flatMap(([status, body]) => contract.answerFault({ ...SEND, status, body }) ?? []);
  expect(faults).toEqual([]);
});

test("a fault planted in any of these frames is found", () => {
  if (!contract) return;
  const missed = FRAMES.flatMap((frame) => {
    const kind = String(frame.message_type);
    const planted = [
      { ...frame, message_type: 7 },
      { ...frame, message_type: `${kind}s` },
      ...(PLANTED[kind] ?? []).map((fault) => ({ ...frame, ...fault })),
    ];
    expect(planted.length, `nothing is planted in ${kind}`).toBeGreaterThan(2);
    return planted.filter((fault) => contract.eventFault(fault) === undefined);
  });
  expect(missed).toEqual([]);
  const refused = contract.answerFault({
    ...SEND,
    pattern: "/v1/conversations/messages",
    status: 409,
    body: {},
  });
  expect(refused).toContain("not in the contract");
});

const common = [{ id: 7 }, { id: undefined }, { date: "yesterday" }, { run_id: {} }];
const PLANTED: Readonly<Record<string, readonly object[]>> = {
  ping: common,
  assistant_message: [...common, { content: 7 }, { content: undefined }, { content: [{ type: "smell" }] }],
  user_message: [...common, { content: 7 }],
  reasoning_message: [...common, { reasoning: undefined }, { source: "a hunch" }],
  tool_call_message: [...common, { tool_call: undefined }, { tool_calls: "none" }],
  tool_return_message: [...common, { status: "so so" }, { tool_return: undefined }],
  stop_reason: [{ stop_reason: "bored" }, { stop_reason: undefined }],
  usage_statistics: [{ total_tokens: "many" }, { step_count: 1.5 }],
  error_message: [{ run_id: 7 }, { error_type: undefined }, { message: undefined }, { detail: { a: 1 } }],
};
