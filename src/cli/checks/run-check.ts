import { withDeadline } from "../../core/async/deadline.ts";
import { type CheckResult, failedCheck } from "../../core/domain/check-result.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { sentences } from "../../sentences/sentences.ts";

/** Something that Rapport needs, and how to look at it. */
export interface Check {
  readonly name: string;
  run(): AsyncIterable<CheckResult> | Iterable<CheckResult>;
}

export interface CheckReport {
  readonly name: string;
  readonly findings: readonly CheckResult[];
}

/** Longer than any single question may take. What was found by then counts. */
export const DEADLINE_MS = 25_000;

/** Looks at one part. Never rejects, and never takes longer than its deadline. */
export async function runCheck({ name, run }: Check, clock: Clock): Promise<CheckReport> {
  const findings: CheckResult[] = [];
  const gather = async (): Promise<readonly CheckResult[]> => {
    try {
      for await (const result of run()) findings.push(result);
    } catch (error) {
      findings.push(failedCheck(error));
    }
    return findings;
  };
  const late = sentences.doctor.late(DEADLINE_MS / 1_000);
  return {
    name,
    findings: await withDeadline(gather(), {
      clock,
      ms: DEADLINE_MS,
      late: (): readonly CheckResult[] => [...findings, { state: "error", text: late }],
    }),
  };
}
