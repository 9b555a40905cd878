import fc from "fast-check";
import { expect, test } from "vitest";
import { split } from "../../../../src/core/text/markdown/split.ts";
import { discordLength, discordMarkdown } from "../../../../src/platforms/discord/messages/markdown.ts";
import { answer, wild } from "../../../core/text/markdown/generated-text.ts";
import { codeLines, codeSpans, codeSpansOnDiscord } from "../../../core/text/markdown/judge.ts";

test.each([
  ["# One", "# One"],
  ["#### Four ##", "**Four**"],
  ["a\n\n---", "a\n\n⎯⎯⎯"],
  ["![a cat](https://x.y/cat.png)", "[a cat](https://x.y/cat.png)"],
  ["![](https://x.y/cat.png)", "https://x.y/cat.png"],
  ["a---b", "a---b"],
  ["__bold__ and _this_", "**bold** and _this_"],
  ["* one\n* two\n  + three", "- one\n- two\n  - three"],
  ["- [ ] open\n- [x] done", "- ☐ open\n- ☑ done"],
  ["1) one\n2) two", "1. one\n2. two"],
  ["> a quote\nthat goes on", "> a quote\n> that goes on"],
  ["a hard\\\nbreak", "a hard\nbreak"],
  ["R&amp;D &lt;3 a&nbsp;b", "R&D \\<3 a\u00a0b"],
  ["<https://x.y|the page>", "[the page](https://x.y)"],
  ["[the page][p]\n\n[p]: https://x.y", "[the page](https://x.y)"],
  ["<bob@x.y> [Bob](mailto:bob@x.y)", "bob@x.y Bob (bob@x.y)"],
  ["<https://x.y>", "<https://x.y>"],
  ["~~~py\nx\n~~~", "```py\nx\n```"],
  ["```ts title=a.ts\nx\n```", "```ts\nx\n```"],
  ["- a\n  ```\n  x\n    y\n  ```\n- b", "- a\n```\nx\n  y\n```\n- b"],
  ["- a\n  - b\n    ```\n    x\n      y\n    ```\n\n    c", "- a\n  - b\n```\nx\n  y\n```\n\n    c"],
  ["    indented", "```\nindented\n```"],
  ["||secret|| <@123456789012345678> :wave:", "||secret|| <@123456789012345678> :wave:"],
  ["-# small", "-# small"],
])("%j is shown as %j", (text, shown) => {
  expect(discordMarkdown(text)).toBe(shown);
});

test.each([
  ["<b>bold</b>, <em>this</em>, <u>under</u><br>next", "**bold**, *this*, __under__\nnext"],
  ['<a href="https://x.y">a page</a>', "[a page](https://x.y)"],
  ["press <kbd>Ctrl</kbd>", "press `Ctrl`"],
  ["<details><summary>More</summary>\n\ninside\n\n</details>", "**More**\n\ninside"],
  ["<!-- a note -->said", "said"],
  ["List<String> and <b>half", "List<String> and <b>half"],
  ["`<b>code</b>`", "`<b>code</b>`"],
])("HTML that models write: %j is shown as %j", (text, shown) => {
  expect(discordMarkdown(text)).toBe(shown);
});

test("a narrow table is aligned code", () => {
  const text = ["| Name | Age |", "|:-----|----:|", "| Bob | 7 |", "| **日本** | 42 |"].join("\n");
  expect(discordMarkdown(text)).toBe(
    ["```", "Name │ Age", "─────┼────", "Bob  │   7", "日本 │  42", "```"].join("\n"),
  );
});

test("a wide table, or one with links, is a list of its rows", () => {
  const wide = `| Name | What | Where |\n|--|--|--|\n| tea | ${"leaf ".repeat(15).trim()} | |`;
  expect(discordMarkdown(wide)).toBe(`- **tea**\n  - What: ${"leaf ".repeat(15).trim()}`);
  expect(discordMarkdown("| a | b |\n|---|---|\n| x | [y](https://x.y) |")).toBe("- **x**: [y](https://x.y)");
});

test("code is the same to the byte", () => {
  fc.assert(
    fc.property(answer, (text) => {
      const shown = discordMarkdown(text);
      const withoutTables = (each: string) => !/[│┼]/.test(each);
      if (/\| ---/.test(text)) return;
      expect(codeLines(shown).filter(withoutTables)).toEqual(codeLines(text));
      expect(codeSpansOnDiscord(shown)).toEqual(codeSpans(text));
    }),
  );
});

test("no mention comes to be that nobody wrote", () => {
  const escapes = /\\[!-/:-@[-`{-~]/g;
  const mentionsIn = (text: string) => text.replace(escapes, "").match(/<[@#!][^\s<>]*>/g) ?? [];
  fc.assert(
    fc.property(wild, (text) => {
      const written = mentionsIn(text);
      for (const mention of mentionsIn(discordMarkdown(text))) expect(written).toContain(mention);
    }),
    { numRuns: 300 },
  );
});

test("a piece of an answer fits into a message as Discord shows it", () => {
  fc.assert(
    fc.property(fc.oneof(answer, wild), (text) => {
      for (const piece of split(text, 500, discordLength))
        expect(discordMarkdown(piece).length).toBeLessThanOrEqual(500);
    }),
  );
});
