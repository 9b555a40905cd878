import type { Clock } from "../../core/clock.ts";
import { type Finding, findingOf } from "../../core/finding.ts";

/** Something that Rapport needs, and how to look at it. */
export interface Part {
  readonly name: string;
  look(): AsyncIterable<Finding> | Iterable<Finding>;
}

export interface Examined {
  readonly name: string;
  readonly findings: readonly Finding[];
}

/** Longer than any single question may take. What was found by then counts. */
export const DEADLINE_MS = 25_000;

/** Looks at one part. Never rejects, and never takes longer than its deadline. */
export async function examine({ name, look }: Part, clock: Clock): Promise<Examined> {
  const findings: Finding[] = [];
  const done = new AbortController();
  const gather = async () => {
    try {
      for await (const finding of look()) findings.push(finding);
    } catch (error) {
      findings.push(findingOf(error));
    }
    done.abort();
  };
  await Promise.race([gather(), clock.sleep(DEADLINE_MS, done.signal)]);
  if (done.signal.aborted) return { name, findings };
  const late = `No answer within ${DEADLINE_MS / 1_000} s: see whether it is overloaded, or its address is another's.`;
  return { name, findings: [...findings, { state: "bad", text: late }] };
}
