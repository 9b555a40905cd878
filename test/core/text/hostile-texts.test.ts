import { expect, test } from "vitest";
import { hostileTexts } from "../../harness/tools/hostile-texts.ts";
import { textReaders } from "../../harness/tools/text-readers.ts";

const texts = hostileTexts(100_000);
/** Of the processor's time, which depends little on what else the machine does: the best of three readings counts. */
const MOST_MS = 150;
/** Each begins otherwise, for a text that was read before may be remembered. */
const STARTS = ["a", "b", "c"];

test.each(Object.entries(textReaders))("%s: no text keeps it busy", (_name, read) => {
  for (const [kind, text] of texts) {
    const isQuick = (start: string) => processorTime(() => read(`${start}\n\n${text}`)) < MOST_MS;
    expect([kind, STARTS.some(isQuick)]).toEqual([kind, true]);
  }
});

function processorTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
