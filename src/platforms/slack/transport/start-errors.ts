import { AppError } from "../../../core/domain/errors.ts";
import { sentences } from "../../../sentences/sentences.ts";

/* Why Slack cannot be reached, or no longer, in sentences that say what to mend. */

export const badToken = (cause: unknown) =>
  new AppError("misconfigured", sentences.slackChecks.badBotToken, { cause });

export const removed = () => new AppError("misconfigured", sentences.slackChecks.removed);

export const badAppToken = (cause: unknown) =>
  new AppError("misconfigured", sentences.slackChecks.badAppToken, { cause });

export function notConnected(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE")
    return new AppError("misconfigured", sentences.slackChecks.portTaken, {
      cause: error,
    });
  return badAppToken(error);
}
