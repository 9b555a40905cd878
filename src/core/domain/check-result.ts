import { sentences } from "../../sentences/sentences.ts";
import { AppError } from "./errors.ts";

/** What whoever operates Rapport should know about one thing that it needs. */
export interface CheckResult {
  /** `error` keeps Rapport from working as it should, `warning` does not; a `info` is neither good nor bad. */
  readonly state: "ok" | "error" | "warning" | "info";
  /** A sentence: what is so, and where it is wrong, how to mend it. It holds no secret. */
  readonly text: string;
}

/** A look that could not be finished, as a finding. */
export function failedCheck(error: unknown): CheckResult {
  if (error instanceof AppError) return { state: "error", text: error.userMessage };
  const [why] = (error instanceof Error ? error.message : sentences.alerts.unknownFailure).split("\n");
  return { state: "error", text: sentences.alerts.notChecked(why || sentences.alerts.unknownFailure) };
}

/** Takes one look after the other; one that fails is a finding, and the others are taken all the same. */
export async function* runChecks(
  checks: readonly (() => Promise<CheckResult | readonly CheckResult[]>)[],
): AsyncGenerator<CheckResult> {
  for (const check of checks) {
    try {
      yield* [await check()].flat();
    } catch (error) {
      yield failedCheck(error);
    }
  }
}
