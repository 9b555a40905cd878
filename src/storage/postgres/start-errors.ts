import { AppError } from "../../core/domain/errors.ts";
import { sentences } from "../../sentences/sentences.ts";

const REFUSED: ReadonlyMap<string, (setting: string) => string> = new Map(
  Object.entries(sentences.database.refused),
);

/** A failure to start as one sentence that names the setting, where we know what it means. */
export function toStartError(error: unknown, setting = "DATABASE_URL"): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const sentence = typeof code === "string" ? REFUSED.get(code) : undefined;
  return sentence ? new AppError("misconfigured", sentence(setting), { cause: error }) : error;
}
