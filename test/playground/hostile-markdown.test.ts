import { expect, test } from "vitest";
import { parser } from "../../src/playground/browser/pieces/markdown-rules.ts";
import { hostileTexts } from "../harness/tools/hostile-texts.ts";

/** Four times the longest message that the page takes. What is quadratic needs minutes. */
const LENGTH = 50_000;
/** Of the processor's time, which does not depend on what else the machine does. */
const MOST_MS = 1_000;

test("no text keeps the page busy that draws it", () => {
  for (const [kind, text] of hostileTexts(LENGTH)) {
    const before = process.cpuUsage();
    parser.parse(text, {});
    parser.parseInline(text.replaceAll("\n", " "), {});
    const { user, system } = process.cpuUsage(before);
    expect([kind, (user + system) / 1_000 < MOST_MS]).toEqual([kind, true]);
  }
});
