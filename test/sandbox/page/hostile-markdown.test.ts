import { performance } from "node:perf_hooks";
import { expect, test } from "vitest";
import { parser } from "../../../src/sandbox/page/browser/markdown-rules.ts";
import { hostileTexts } from "../../harness/hostile-texts.ts";

/** Four times the longest message that the page takes. What is quadratic needs minutes. */
const LENGTH = 50_000;
const MOST_MS = 1_000;

test("no text keeps the page busy that draws it", () => {
  for (const [kind, text] of hostileTexts(LENGTH)) {
    const startedAt = performance.now();
    parser.parse(text, {});
    parser.parseInline(text.replaceAll("\n", " "), {});
    expect([kind, performance.now() - startedAt < MOST_MS]).toEqual([kind, true]);
  }
});
