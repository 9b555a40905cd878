import { performance } from "node:perf_hooks";
import { expect, test } from "vitest";
import { hostileTexts } from "../harness/hostile-texts.ts";
import { textReaders } from "../harness/text-readers.ts";

const LENGTH = 200_000;
/** Twenty times what it takes on a slow machine; what is quadratic needs minutes for one text. */
const MOST_MS = 2_000;
const texts = hostileTexts(LENGTH);

test.each(Object.entries(textReaders))("%s: no text keeps it busy", (_name, read) => {
  for (const [kind, text] of texts) {
    const startedAt = performance.now();
    read(text);
    expect([kind, performance.now() - startedAt < MOST_MS]).toEqual([kind, true]);
  }
});
