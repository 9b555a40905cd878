import { expect, test } from "vitest";
import { hostileTexts } from "../../harness/tools/hostile-texts.ts";
import { textReaders } from "../../harness/tools/text-readers.ts";

const texts = hostileTexts(100_000);
/** Of the processor's time, at the first call, before any is optimized. */
const MOST_MS = 250;

function costOf(read: (text: string) => unknown, text: string): number {
  const before = process.cpuUsage();
  read(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** A machine that is busy elsewhere takes longer for the same: what is slow once is read again. */
const isFast = (read: (text: string) => unknown, text: string): boolean =>
  costOf(read, text) < MOST_MS || costOf(read, text) < MOST_MS;

test.each(Object.entries(textReaders))("%s: no text keeps it busy", (_name, read) => {
  for (const [kind, text] of texts) {
    expect([kind, isFast(read, text)]).toEqual([kind, true]);
  }
});
