import {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
} from "@letta-ai/letta-client";
import { z } from "zod";
import { AppError, type ErrorCode } from "../core/domain/errors.ts";
import { sentences } from "../sentences/sentences.ts";

/*
 * Letta's failures, told apart once and for all callers. A failure is recognised by the type that Letta gives it,
 * by status, and, where Letta offers nothing else, by a text: ERROR_PATTERNS is the only place that matches texts.
 * Bodies hold SQL, ids and what providers say: they go into `cause` and never into a sentence that people see.
 */

/** What the core is told of each kind; what people are told stands in the catalogue under the same name. */
const ERROR_CODES = {
  unreachable: "agent_unavailable",
  server_failed: "agent_unavailable",
  broken_off: "agent_unavailable",
  /** A proxy before Letta, while that is away: it answers in its own words, with whatever status. */
  foreign: "agent_unavailable",
  stalled: "stalled",
  busy: "agent_busy",
  approval_pending: "agent_busy",
  nothing_to_cancel: "conflict",
  changed_meanwhile: "conflict",
  conflict: "conflict",
  agent_gone: "agent_gone",
  conversation_gone: "conversation_gone",
  not_found: "not_found",
  route_missing: "misconfigured",
  not_letta: "misconfigured",
  password_refused: "misconfigured",
  no_redis: "misconfigured",
  no_model: "misconfigured",
  model_unknown: "misconfigured",
  model_key_refused: "model_failed",
  out_of_credit: "model_failed",
  rate_limited: "model_failed",
  model_slow: "model_failed",
  model_silent: "model_failed",
  memory_too_large: "model_failed",
  conversation_stuck: "model_failed",
  model_failed: "model_failed",
  failing_again: "model_failed",
  turn_failed: "model_failed",
  empty_message: "invalid_input",
  refused: "invalid_input",
} as const satisfies Record<keyof typeof sentences.letta.errors, ErrorCode>;

export type LettaErrorKind = keyof typeof ERROR_CODES;

/** Which setting is wrong: not for people, who can do nothing about it. */
const FOR_OPERATORS: Readonly<Partial<Record<LettaErrorKind, string>>> = sentences.letta.forOperators;

/** An AppError that remembers which of Letta's failures it was. */
export class LettaError extends AppError {
  readonly kind: LettaErrorKind;

  constructor(kind: LettaErrorKind, options?: { message?: string; cause?: unknown }) {
    const setting = FOR_OPERATORS[kind];
    super(ERROR_CODES[kind], sentences.letta.errors[kind], {
      message: setting === undefined ? `letta: ${kind}` : `letta: ${kind}: ${setting}`,
      ...options,
    });
    this.kind = kind;
  }
}

/** For a look whose failure is read by whoever operates the bot and by nobody else. */
export async function toldToOperators<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    const sentence = error instanceof LettaError ? FOR_OPERATORS[error.kind] : undefined;
    throw error instanceof LettaError && sentence
      ? new AppError(error.code, sentence, { cause: error })
      : error;
  }
}

export function isLettaError(error: unknown, ...kinds: readonly LettaErrorKind[]): error is LettaError {
  return error instanceof LettaError && kinds.includes(error.kind);
}

/** Translates whatever the client threw. `stop` is the reason that the stream gave before, if it did. */
export function toLettaError(error: unknown, stop?: string): AppError {
  if (error instanceof AppError) return error;
  return new LettaError(kindOf(error, stop), { cause: error });
}

/** A turn that ended for a reason which is no answer, without an error frame of its own. */
export function errorOfStop(stop: string): LettaError | undefined {
  const kind = STOPS[stop];
  return kind && new LettaError(kind, { message: `letta: the turn ended with ${stop}` });
}

function kindOf(error: unknown, stop: string | undefined): LettaErrorKind {
  if (error instanceof z.ZodError) return isNoJson(error) ? "foreign" : "not_letta";
  if (error instanceof APIConnectionTimeoutError) return "unreachable";
  if (error instanceof APIUserAbortError) return "broken_off";
  if (error instanceof APIConnectionError) return "unreachable";
  // Anything else that is not Letta's word: the connection ended inside a body.
  if (!(error instanceof APIError)) return "broken_off";
  const status: number | undefined = error.status;
  const evidence = evidenceOf(error.error);
  const byText = ERROR_PATTERNS.find(({ statuses, pattern }) => {
    const here = statuses === undefined || (status !== undefined && statuses.includes(status));
    return here && pattern.test(evidence.text);
  });
  if (byText) return byText.kind;
  const byType = ERROR_TYPES[evidence.type ?? ""];
  if (byType) return byType;
  return status === undefined ? (STOPS[stop ?? ""] ?? "turn_failed") : kindOfStatus(status, evidence);
}

const ERROR_PATTERNS: readonly {
  /** Absent: any status, and error frames, which have none. */
  readonly statuses?: readonly number[];
  readonly pattern: RegExp;
  readonly kind: LettaErrorKind;
}[] = [
  { pattern: /waiting for approval|PENDING_APPROVAL/, kind: "approval_pending" },
  { pattern: /currently being processed|busy with another active run/, kind: "busy" },
  { statuses: [409], pattern: /No active runs to cancel/, kind: "nothing_to_cancel" },
  { statuses: [409], pattern: /updated by another transaction/, kind: "changed_meanwhile" },
  { statuses: [404, 405], pattern: /^(Not Found|Method Not Allowed)$/, kind: "route_missing" },
  { statuses: [404], pattern: /^Conversation\b.*not found/i, kind: "conversation_gone" },
  { statuses: [404], pattern: /^Agent\b.*not found/i, kind: "agent_gone" },
  { pattern: /^Handle \S+ not found/, kind: "model_unknown" },
  { statuses: [400], pattern: /^Must specify either model or llm_config/, kind: "model_unknown" },
  { statuses: [503], pattern: /requires Redis/, kind: "no_redis" },
  // letta-ai/letta#3250: every later turn of the conversation fails alike.
  { pattern: /No tool call found for function call output/, kind: "conversation_stuck" },
  { pattern: /Message content is empty or invalid|Messages must not be empty/, kind: "empty_message" },
];

/** Letta's own `error_type` in a stream, `error.type` in a body. */
const ERROR_TYPES: Readonly<Record<string, LettaErrorKind>> = {
  llm_authentication: "model_key_refused",
  llm_insufficient_credits: "out_of_credit",
  llm_rate_limit: "rate_limited",
  llm_timeout: "model_slow",
  llm_empty_response: "model_silent",
  llm_bad_request: "model_failed",
  llm_error: "model_failed",
  context_window_overflow_in_system_prompt: "memory_too_large",
  stream_incomplete: "broken_off",
};

const STOPS: Readonly<Record<string, LettaErrorKind>> = {
  error: "turn_failed",
  llm_api_error: "model_failed",
  invalid_llm_response: "model_failed",
  invalid_tool_call: "model_failed",
  insufficient_credits: "out_of_credit",
  context_window_overflow_in_system_prompt: "memory_too_large",
};

/** Nothing of what was expected is there, not even around it: a page for people. */
const isNoJson = ({ issues }: z.ZodError): boolean => issues.every(({ path }) => path.length === 0);

/** What says nothing of what was sent when Letta did not say it. */
const MAY_BE_FOREIGN: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 407, 408, 409, 410, 429]);

function kindOfStatus(status: number, { readable, isPage }: Evidence): LettaErrorKind {
  if (isPage && MAY_BE_FOREIGN.has(status)) return "foreign";
  if (status === 401 || status === 403) return "password_refused";
  if (status === 402) return "out_of_credit";
  if (status === 404 || status === 405) return readable ? "not_found" : "not_letta";
  if (status === 409) return "conflict";
  if (status === 410) return "not_found";
  if (status === 429) return "rate_limited";
  return status >= 500 ? "server_failed" : "refused";
}

interface Evidence {
  /** False when the body is not one of Letta's. */
  readonly readable: boolean;
  /** It is not even JSON. */
  readonly isPage: boolean;
  readonly type: string | undefined;
  readonly text: string;
}

const word = z.string().optional().catch(undefined);
const Detail = z
  .union([z.string(), z.object({ code: word, message: word })])
  .optional()
  .catch(undefined);
const Body = z.object({
  detail: Detail,
  message: word,
  error_type: word,
  error: z
    .union([z.string(), z.object({ type: word, message: word, detail: word })])
    .optional()
    .catch(undefined),
});

function evidenceOf(body: unknown): Evidence {
  const isPage = typeof body !== "object";
  if (typeof body === "string") return { readable: false, isPage, type: undefined, text: body };
  const { data } = Body.safeParse(body);
  if (!data) return { readable: false, isPage, type: undefined, text: "" };
  const detail = typeof data.detail === "string" ? { message: data.detail, code: undefined } : data.detail;
  const inner = typeof data.error === "string" ? { message: data.error } : data.error;
  const type = data.error_type ?? (inner && "type" in inner ? inner.type : undefined);
  const innerDetail = inner && "detail" in inner ? inner.detail : undefined;
  const texts = [detail?.message, detail?.code, data.message, inner?.message, innerDetail];
  const said = texts.filter((part) => part !== undefined);
  return { readable: said.length > 0 || type !== undefined, isPage, type, text: said.join("\n") };
}
