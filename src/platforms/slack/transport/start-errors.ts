import { AppError } from "../../../core/domain/errors.ts";
import { BAD_APP_TOKEN, BAD_BOT_TOKEN } from "../app-page.ts";

/* Why Slack cannot be reached, or no longer, in sentences that say what to mend. */

export const badToken = (cause: unknown) => new AppError("misconfigured", BAD_BOT_TOKEN, { cause });

export const removed = () =>
  new AppError(
    "misconfigured",
    "SLACK_BOT_TOKEN is good no more: the app was removed from the workspace, or its token revoked. Install the app there again, set the new token, and start me.",
  );

export const badAppToken = (cause: unknown) => new AppError("misconfigured", BAD_APP_TOKEN, { cause });

export function notConnected(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE")
    return new AppError("misconfigured", "SLACK_PORT should be a port that nothing else listens on.", {
      cause: error,
    });
  return badAppToken(error);
}
