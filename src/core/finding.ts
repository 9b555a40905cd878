import { AppError } from "./errors.ts";

/** What whoever operates Rapport should know about one thing that it needs. */
export interface CheckResult {
  /** `bad` keeps Rapport from working as it should, `doubtful` does not; a `note` is neither good nor bad. */
  readonly state: "good" | "bad" | "doubtful" | "note";
  /** A sentence: what is so, and where it is wrong, how to mend it. It holds no secret. */
  readonly text: string;
}

/** A look that could not be finished, as a finding. */
export function failedCheck(error: unknown): CheckResult {
  if (error instanceof AppError) return { state: "bad", text: error.userMessage };
  const [why] = (error instanceof Error ? error.message : "an unknown failure").split("\n");
  return { state: "bad", text: `It could not be checked: ${why || "an unknown failure"}.` };
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
