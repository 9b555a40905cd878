import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { AppError, type ErrorCode } from "../core/domain/errors.ts";
import type { Logger } from "../core/ports/logger.ts";
import { sentences } from "../sentences/sentences.ts";

/** RFC 9457. There is no page behind a type of ours, so `code` tells them apart. */
export const Problem = z.object({
  type: z.literal("about:blank"),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().describe("What happened and what to do, in plain words."),
  code: z.string().describe("The kind of problem, for programs."),
});
export type Problem = z.infer<typeof Problem>;

/** The phrases of RFC 9110 and RFC 6585 that `about:blank` wants as titles. */
export const TITLES = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
} as const;
export type ProblemStatus = keyof typeof TITLES;

const STATUS = {
  invalid_input: 422,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  agent_unavailable: 503,
  agent_busy: 429,
  model_failed: 502,
  agent_gone: 404,
  conversation_gone: 404,
  stalled: 504,
  platform_unavailable: 503,
  platform_rejected: 409,
  answer_late: 503,
  misconfigured: 503,
} as const satisfies Record<ErrorCode, ProblemStatus>;

const TRY_AGAIN_SECONDS = { 429: 30, 503: 5 } as const;

export function problem(
  context: Context,
  status: ProblemStatus,
  { detail, code }: Pick<Problem, "detail" | "code">,
): Response {
  const body: Problem = { type: "about:blank", title: TITLES[status], status, detail, code };
  if (status === 429 || status === 503) context.header("retry-after", String(TRY_AGAIN_SECONDS[status]));
  return context.body(JSON.stringify(body), status, PROBLEM_TYPE);
}

const PROBLEM_TYPE = { "content-type": "application/problem+json" };

/** For a request whose address or `Host` is none, so that no route ever sees it. */
export function unreadable(): Response {
  const detail = sentences.http.unreadable;
  const body: Problem = { type: "about:blank", title: TITLES[400], status: 400, detail, code: "bad_request" };
  return new Response(JSON.stringify(body), { status: 400, headers: PROBLEM_TYPE });
}

/** The one place where failures become answers; what is not understood goes to the log under a short mark. */
export function answerFailure(error: Error, context: Context, log: Logger): Response {
  if (error instanceof AppError) {
    const status = STATUS[error.code];
    if (status >= 500) log.warn({ path: context.req.path, code: error.code, err: error }, "request failed");
    return problem(context, status, { detail: error.userMessage, code: error.code });
  }
  if (error instanceof HTTPException && isKnown(error.status))
    return problem(context, error.status, { detail: error.message, code: "bad_request" });
  const mark = Math.random().toString(36).slice(2, 8);
  log.error({ path: context.req.path, mark, err: error }, "request failed");
  const detail = sentences.http.failed(mark);
  return problem(context, 500, { detail, code: "internal" });
}

const isKnown = (status: number): status is ProblemStatus => Object.hasOwn(TITLES, status);
