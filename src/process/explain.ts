import { AppError } from "../core/domain/errors.ts";
import type { Logger } from "../core/ports/logger.ts";

/** What somebody can mend gets a sentence; everything else is for the log. */
export function explain(log: Logger, error: unknown): void {
  if (error instanceof AppError)
    process.stderr.write(`\n  ${error.userMessage.replaceAll("\n", "\n  ")}\n\n`);
  else log.error({ err: error }, "cannot go on");
}
