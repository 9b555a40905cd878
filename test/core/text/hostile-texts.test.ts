import { expect, test } from "vitest";
import { hostileTexts } from "../../harness/tools/hostile-texts.ts";
import { textReaders } from "../../harness/tools/text-readers.ts";

const texts = hostileTexts(100_000);
/** Of the processor's time, which does not depend on what else the machine does; at the first call, before any is optimized. */
const MOST_MS = 250;

test.each(Object.entries(textReaders))("%s: no text keeps it busy", (_name, read) => {
  for (const [kind, text] of texts) {
    const before = process.cpuUsage();
    read(text);
    const { user, system } = process.cpuUsage(before);
    expect([kind, (user + system) / 1_000 < MOST_MS]).toEqual([kind, true]);
  }
});
