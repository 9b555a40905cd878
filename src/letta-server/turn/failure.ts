import { HttpError } from "../http/errors.ts";
import type { Item } from "../messages/items.ts";
import { ModelFailure, type ModelFailureType } from "../model/model.ts";

/** A turn that cannot go on: what its stream says, and, for callers without a stream, what HTTP says. */
export class TurnFailure extends Error {
  readonly stopReason: string;
  readonly type: string;
  readonly detail: string;
  readonly http: HttpError;

  constructor(
    failure: { stopReason: string; type: string; message: string; detail: string; http: HttpError },
    options?: ErrorOptions,
  ) {
    super(failure.message, options);
    this.name = "TurnFailure";
    this.stopReason = failure.stopReason;
    this.type = failure.type;
    this.detail = failure.detail;
    this.http = failure.http;
  }
}

interface Verdict {
  readonly type: string;
  readonly status: number;
  readonly stopReason: string;
  readonly message: string;
}

const VERDICTS = {
  llm_error: {
    type: "llm_error",
    status: 500,
    stopReason: "llm_api_error",
    message: "An error occurred with the LLM request.",
  },
  llm_rate_limit: {
    type: "llm_rate_limit",
    status: 429,
    stopReason: "llm_api_error",
    message: "Rate limit exceeded for LLM model provider. Please wait before making another request.",
  },
  llm_authentication: {
    type: "llm_authentication",
    status: 401,
    stopReason: "llm_api_error",
    message: "Authentication failed with the LLM model provider.",
  },
  llm_timeout: {
    type: "llm_timeout",
    status: 504,
    stopReason: "llm_api_error",
    message: "The LLM request timed out. Please try again.",
  },
  llm_bad_request: {
    type: "llm_error",
    status: 400,
    stopReason: "llm_api_error",
    message: "An error occurred with the LLM request.",
  },
  llm_insufficient_credits: {
    type: "llm_error",
    status: 402,
    stopReason: "insufficient_credits",
    message: "An error occurred with the LLM request.",
  },
  context_window_exceeded: {
    type: "context_window_overflow_in_system_prompt",
    status: 400,
    stopReason: "context_window_overflow_in_system_prompt",
    message: "The context window is exceeded and compaction cannot make room.",
  },
} as const satisfies Record<ModelFailureType, Verdict>;

const UNKNOWN_MESSAGE = "An unknown error occurred with the LLM streaming request.";
const LATE_MESSAGE = "An error occurred during agent execution.";

/** Whatever was thrown in a turn, as the failure that the turn reports. */
export function turnFailure(error: unknown): TurnFailure {
  if (error instanceof TurnFailure) return error;
  if (!(error instanceof ModelFailure)) {
    const detail = error instanceof Error ? error.message : "unknown";
    return new TurnFailure(
      {
        stopReason: "error",
        type: "internal_error",
        message: UNKNOWN_MESSAGE,
        detail,
        http: new HttpError(500, { detail: "An unknown error occurred" }),
      },
      { cause: error },
    );
  }
  const verdict = VERDICTS[error.type];
  const httpType = error.type === "context_window_exceeded" ? "llm_bad_request" : error.type;
  const body = { error: { type: httpType, message: verdict.message, detail: error.message } };
  return new TurnFailure(
    {
      stopReason: verdict.stopReason,
      type: verdict.type,
      message: verdict.message,
      detail: error.message,
      http: new HttpError(verdict.status, body),
    },
    { cause: error },
  );
}

/** Input that the turn itself refuses: in a stream the reason is in the detail alone. */
export function inputFailure(detail: string): TurnFailure {
  const http = new HttpError(400, { detail });
  return new TurnFailure({
    stopReason: "error",
    type: "internal_error",
    message: UNKNOWN_MESSAGE,
    detail,
    http,
  });
}

export function emptyResponse(): TurnFailure {
  const message = "LLM returned an empty response.";
  const detail = "The model returned neither content nor tool calls.";
  const type = "llm_empty_response";
  const http = new HttpError(500, { error: { type, message, detail } });
  return new TurnFailure({ stopReason: "invalid_llm_response", type, message, detail, http });
}

/** A person must answer first. The two blocking ways of sending word it differently. */
export function pendingApproval(
  requestId: string,
  { ofConversation }: { ofConversation: boolean },
): TurnFailure {
  const sentence =
    "Cannot send a new message: The agent is waiting for approval on a tool call. " +
    "Please approve or deny the pending request before continuing.";
  const conflict = `CONFLICT: ${sentence}`;
  const detail = ofConversation
    ? conflict
    : { code: "PENDING_APPROVAL", message: sentence, pending_request_id: requestId };
  return new TurnFailure({
    stopReason: "error",
    type: "internal_error",
    message: conflict,
    detail: conflict,
    http: new HttpError(409, { detail }),
  });
}

/** The frame that ends a failed stream. Once something was said the cause is in the detail alone. */
export function failureItem(runId: string, failure: TurnFailure, { late }: { late: boolean }): Item {
  return {
    message_type: "error_message",
    run_id: runId,
    error_type: late ? "internal_error" : failure.type,
    message: late ? LATE_MESSAGE : failure.message,
    detail: failure.detail,
    seq_id: null,
  };
}
