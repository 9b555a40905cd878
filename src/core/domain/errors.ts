import type { z } from "zod";

export type ErrorCode =
  | "invalid_input"
  | "forbidden"
  | "not_found"
  | "conflict"
  /** The agent's server cannot be reached or is starting: trying again later can help. */
  | "agent_unavailable"
  /** The conversation is busy with another run. */
  | "agent_busy"
  /** The model behind the agent failed. */
  | "model_failed"
  /** Agent or conversation was deleted behind our back. */
  | "agent_gone"
  | "conversation_gone"
  /** Nothing came for too long; the run may still be going. */
  | "stalled"
  /** The platform cannot be reached or limits us: trying again later can help. */
  | "platform_unavailable"
  /** The platform refuses for good: place gone, permission missing. */
  | "platform_rejected"
  /** The platform takes this private answer no more; it can be shown with a later one. */
  | "answer_late"
  | "misconfigured";

/** A failure we understand. `userMessage` may be shown in a chat; `message` and `cause` are for the log. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  /** What happened and what to do next, in one plain sentence or two. */
  readonly userMessage: string;

  constructor(code: ErrorCode, userMessage: string, options?: { message?: string; cause?: unknown }) {
    super(options?.message ?? userMessage, { cause: options?.cause });
    this.code = code;
    this.userMessage = userMessage;
  }
}

/**
 * What the log may say of it. A sentence for a chat may repeat what somebody said there; one about a setting is for whoever
 * reads the log.
 */
export const reasonOf = ({ code, message, userMessage }: AppError): string =>
  message === userMessage && code !== "misconfigured" ? code : message;

export function hasCode(error: unknown, ...codes: readonly ErrorCode[]): error is AppError {
  return error instanceof AppError && codes.includes(error.code);
}

/** A schema's refusal, a line for each option that names it and what it takes, and at last what to do instead. */
export function invalidInput(error: z.ZodError, instead?: string): AppError {
  const sentences = error.issues.map(({ path, message }) =>
    path.length > 0 ? `\`${path.join(".")}\`: ${message}` : message,
  );
  return new AppError("invalid_input", [...sentences, ...(instead ? [instead] : [])].join("\n"), {
    cause: error,
  });
}
