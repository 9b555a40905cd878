import { withDeadline } from "../../core/async/deadline.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { sentences } from "../../sentences/sentences.ts";

/** Both platforms wait three seconds for their answer. */
const WITHIN_MS = 1_200;

export const { readsNoLonger: GONE_TEXT } = sentences.platform;
const { readsPerhaps: UNSURE_TEXT } = sentences.platform;

/**
 * What to say to somebody instead of doing what they ask, by whether they still read the place that it acts on: undefined when
 * they do. While that cannot be found out nothing is done; `unsure` hears why, and gives false for what is no failure of the
 * platform, which is thrown.
 */
export function refusalUnlessRead(
  reads: Promise<boolean>,
  { clock, unsure }: { readonly clock: Clock; readonly unsure: (error: unknown) => boolean },
): Promise<string | undefined> {
  const refusal = reads.then(
    (isReader) => (isReader ? undefined : GONE_TEXT),
    (error: unknown) => {
      if (!unsure(error)) throw error;
      return UNSURE_TEXT;
    },
  );
  return withDeadline(refusal, { clock, ms: WITHIN_MS, late: () => UNSURE_TEXT });
}
