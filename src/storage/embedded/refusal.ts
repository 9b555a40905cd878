import { AppError } from "../../core/errors.ts";

/** Every failure names the way that needs no embedded server. */
export function cannotRun(why: string, cause?: unknown): AppError {
  return new AppError(
    "misconfigured",
    `The embedded PostgreSQL cannot run here: ${why}. Set DATABASE_URL to a PostgreSQL of your own instead.`,
    { cause },
  );
}
