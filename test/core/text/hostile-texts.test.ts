import { expect, test } from "vitest";
import { hostileTexts } from "../../harness/tools/hostile-texts.ts";
import { textReaders } from "../../harness/tools/text-readers.ts";

const texts = hostileTexts(100_000);
/** Of the processor's time, which depends little on what else the machine does: the best of three readings. */
const MOST_MS = 150;

test.each(Object.entries(textReaders))("%s: no text keeps it busy", (_name, read) => {
  for (const [kind, text] of texts) {
    // Each begins otherwise, for a text that was read before may be remembered.
    const took = ["a", "b", "c"].map((start) => processorTime(() => read(`${start}\n\n${text}`)));
    expect([kind, Math.min(...took) < MOST_MS]).toEqual([kind, true]);
  }
});

function processorTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
