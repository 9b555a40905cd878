import {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
} from "@letta-ai/letta-client";
import { expect, test } from "vitest";
import { AppError } from "../../src/core/domain/errors.ts";
import { errorOfStop, isLettaError, type LettaErrorKind, toLettaError } from "../../src/letta/errors.ts";

const HEADERS = new Headers();
const answered = (status: number, body: object | undefined) =>
  APIError.generate(status, body, undefined, HEADERS);
/** As the client throws an error frame: without a status. */
const framed = (body: object) => new APIError(undefined, body, undefined, HEADERS);
const frame = (error_type: string, message = "…", detail: string | null = null) =>
  framed({ message_type: "error_message", run_id: "run-1", error_type, message, detail, seq_id: null });

const APPROVAL = "CONFLICT: Cannot send a new message: The agent is waiting for approval on a tool call.";

const TABLE: readonly (readonly [string, unknown, LettaErrorKind, AppError["code"]])[] = [
  [
    "nobody listening",
    new APIConnectionError({ message: "Connection error." }),
    "unreachable",
    "agent_unavailable",
  ],
  ["no answer in time", new APIConnectionTimeoutError(), "unreachable", "agent_unavailable"],
  ["a cut body", new TypeError("terminated"), "broken_off", "agent_unavailable"],
  ["a frame cut in half", new SyntaxError("Unterminated string in JSON"), "broken_off", "agent_unavailable"],
  ["an abort", new APIUserAbortError(), "broken_off", "agent_unavailable"],
  ["our password", answered(401, { detail: "Unauthorized" }), "password_refused", "misconfigured"],
  [
    "the provider's key",
    answered(401, { error: { type: "llm_authentication", message: "bad key", detail: "" } }),
    "model_key_refused",
    "model_failed",
  ],
  [
    "credits",
    answered(402, { error: { type: "llm_insufficient_credits", message: "", detail: "" } }),
    "out_of_credit",
    "model_failed",
  ],
  ["credits on Cloud", answered(402, { reasons: ["not-enough-credits"] }), "out_of_credit", "model_failed"],
  [
    "a rate limit",
    answered(429, { error: { type: "llm_rate_limit", message: "", detail: "" } }),
    "rate_limited",
    "model_failed",
  ],
  ["a quota on Cloud", answered(429, { reasons: ["exceeded-quota"] }), "rate_limited", "model_failed"],
  [
    "a failing model",
    answered(500, { error: { type: "llm_error", message: "", detail: "" } }),
    "model_failed",
    "model_failed",
  ],
  [
    "a slow model",
    answered(504, { error: { type: "llm_timeout", message: "", detail: "" } }),
    "model_slow",
    "model_failed",
  ],
  [
    "a refusing model",
    answered(400, { error: { type: "llm_bad_request", message: "", detail: "" } }),
    "model_failed",
    "model_failed",
  ],
  ["no agent", answered(404, { detail: "Agent not found" }), "agent_gone", "agent_gone"],
  [
    "no conversation",
    answered(404, { detail: "Conversation not found with id='conv-1'" }),
    "conversation_gone",
    "conversation_gone",
  ],
  [
    "no block",
    answered(404, { detail: "No block with label 'x' found for agent 'agent-1'" }),
    "not_found",
    "not_found",
  ],
  ["no route", answered(404, { detail: "Not Found" }), "route_missing", "misconfigured"],
  ["another method", answered(405, { detail: "Method Not Allowed" }), "route_missing", "misconfigured"],
  ["no Letta", answered(404, { message: 7, status: "nope" }), "not_letta", "misconfigured"],
  ...[401, 403, 404, 405, 409, 429].map(
    (status) =>
      [`a web page with ${status}`, answered(status, undefined), "foreign", "agent_unavailable"] as const,
  ),
  [
    "no such model",
    answered(404, { detail: "Handle openai-proxy/x not found, must be one of ['a']" }),
    "model_unknown",
    "misconfigured",
  ],
  [
    "no model chosen",
    answered(400, { detail: "Must specify either model or llm_config" }),
    "model_unknown",
    "misconfigured",
  ],
  [
    "busy",
    answered(409, {
      detail:
        "CONFLICT: Cannot send a new message: Another request (run_id=run-1) is currently being processed for this conversation. Please wait",
      run_id: "run-1",
    }),
    "busy",
    "agent_busy",
  ],
  ["busy on Cloud", answered(409, { detail: "busy with another active run" }), "busy", "agent_busy"],
  ["a pending approval as text", answered(409, { detail: APPROVAL }), "approval_pending", "agent_busy"],
  [
    "a pending approval as object",
    answered(409, { detail: { code: "PENDING_APPROVAL", message: "…", pending_request_id: "message-1" } }),
    "approval_pending",
    "agent_busy",
  ],
  ["a pending approval in the stream", frame("internal_error", APPROVAL), "approval_pending", "agent_busy"],
  [
    "nothing to cancel",
    answered(409, { detail: "CONFLICT: No active runs to cancel for conversation conv-1" }),
    "nothing_to_cancel",
    "conflict",
  ],
  [
    "a block's version",
    answered(409, {
      detail: "Block with id=b was updated by another transaction. Please retry your request.",
    }),
    "changed_meanwhile",
    "conflict",
  ],
  [
    "a second label",
    answered(409, { detail: "UNIQUE violation: INSERT INTO blocks_agents …" }),
    "conflict",
    "conflict",
  ],
  [
    "an expired run",
    answered(410, { detail: "Run was created more than 3 hours ago, and is now expired." }),
    "not_found",
    "not_found",
  ],
  [
    "a validation",
    answered(422, { trace_id: "1", detail: "[{'type': 'string_pattern_mismatch'}]" }),
    "refused",
    "invalid_input",
  ],
  ["no messages", answered(422, { detail: "Messages must not be empty" }), "empty_message", "invalid_input"],
  [
    "an empty message",
    frame("internal_error", "An error", "Message content is empty or invalid"),
    "empty_message",
    "invalid_input",
  ],
  [
    "a server's failure",
    answered(500, { detail: "An unknown error occurred" }),
    "server_failed",
    "agent_unavailable",
  ],
  ["a restart", answered(503, { detail: "Service Unavailable" }), "server_failed", "agent_unavailable"],
  [
    "no Redis",
    answered(503, { detail: "Background streaming requires Redis to be running. …" }),
    "no_redis",
    "misconfigured",
  ],
  ["a framed rate limit", frame("llm_rate_limit"), "rate_limited", "model_failed"],
  ["a framed key", frame("llm_authentication"), "model_key_refused", "model_failed"],
  ["a framed timeout", frame("llm_timeout"), "model_slow", "model_failed"],
  ["a framed silence", frame("llm_empty_response"), "model_silent", "model_failed"],
  [
    "a framed overflow",
    frame("context_window_overflow_in_system_prompt"),
    "memory_too_large",
    "model_failed",
  ],
  ["a framed model error", frame("llm_error"), "model_failed", "model_failed"],
  [
    "an orphaned tool call in the stream",
    frame("llm_error", "BadRequest", "No tool call found for function call output with call_id call-1"),
    "conversation_stuck",
    "model_failed",
  ],
  [
    "an orphaned tool call before it",
    answered(400, {
      error: { type: "llm_bad_request", message: "No tool call found for function call output", detail: "" },
    }),
    "conversation_stuck",
    "model_failed",
  ],
  [
    "an error after the first chunk",
    frame("internal_error", "An error occurred during agent execution."),
    "turn_failed",
    "model_failed",
  ],
  [
    "an unhandled exception",
    framed({ error: "boom", code: "INTERNAL_SERVER_ERROR" }),
    "turn_failed",
    "model_failed",
  ],
];

test.each(TABLE)("%s is told apart", (_what, error, kind, code) => {
  const failure = toLettaError(error);
  expect(isLettaError(failure, kind), failure.message).toBe(true);
  expect(failure.code).toBe(code);
  expect(failure.cause).toBe(error);
});

test("an error without a type of its own is judged by the stop reason before it", () => {
  const error = framed({ error: "boom", code: "INTERNAL_SERVER_ERROR" });
  expect(isLettaError(toLettaError(error, "llm_api_error"), "model_failed")).toBe(true);
  const late = frame("internal_error", "An error occurred during agent execution.", "429 from provider");
  expect(isLettaError(toLettaError(late, "llm_api_error"), "model_failed")).toBe(true);
});

test("our password and the model's key name different settings in the log, and none to people", () => {
  const ours = toLettaError(answered(401, { detail: "Unauthorized" }));
  const theirs = toLettaError(
    answered(401, { error: { type: "llm_authentication", message: "", detail: "" } }),
  );
  expect(ours.message).toContain("LETTA_API_KEY");
  expect(theirs.message).not.toContain("LETTA_API_KEY");
  expect(theirs.message).toContain("OPENAI_API_KEY");
  for (const { userMessage } of [ours, theirs]) expect(userMessage).not.toMatch(/[A-Z]_[A-Z]/);
});

test("nothing of a body reaches the sentence that people see, nor the line of the log", () => {
  const leak = "SELECT secret FROM organizations WHERE id = 'org-00000000' -- user-1 https://host/?token=t";
  const bodies = [
    { detail: leak },
    { error: { type: "llm_error", message: leak, detail: leak } },
    { detail: { code: leak, message: leak } },
  ];
  for (const status of [400, 401, 402, 404, 409, 410, 418, 422, 429, 500, 503]) {
    for (const body of bodies) {
      const { userMessage, message } = toLettaError(answered(status, body));
      expect(`${userMessage} ${message}`).not.toMatch(/secret|org-|user-1|token/);
    }
  }
});

test("every sentence is plain and ends like one", () => {
  for (const [, error] of TABLE) {
    const { userMessage } = toLettaError(error);
    expect(userMessage).toMatch(/^[A-Z][^{}<>]+\.$/);
    expect(userMessage, "a setting").not.toMatch(/[A-Z]_[A-Z]/);
  }
});

test("a failure that is translated already stays as it is", () => {
  const own = new AppError("conflict", "Taken.");
  expect(toLettaError(own)).toBe(own);
});

test("an end of turn that is an answer is no failure", () => {
  expect(errorOfStop("end_turn")).toBeUndefined();
  expect(errorOfStop("insufficient_credits")?.kind).toBe("out_of_credit");
});
