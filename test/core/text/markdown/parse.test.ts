import fc from "fast-check";
import { expect, test } from "vitest";
import type { Block } from "../../../../src/core/text/markdown/nodes.ts";
import { MAX_LINES, MAX_READ, parse } from "../../../../src/core/text/markdown/parse.ts";
import { readBlocks } from "../../../../src/core/text/markdown/read-blocks.ts";
import { split } from "../../../../src/core/text/markdown/split.ts";
import { write } from "../../../../src/core/text/markdown/write.ts";
import { discordMarkdown } from "../../../../src/platforms/discord/messages/markdown.ts";
import { slackMarkdown } from "../../../../src/platforms/slack/messages/markdown.ts";
import { answer, wild } from "./generated-text.ts";

/** Each step is read twice: longer texts show nothing else. */
const MOST_GROWN = 2_000;
const GROWN_STEPS = 8;

/** All of it, also what is read only when it is asked for. */
const told = (blocks: readonly Block[]): string =>
  JSON.stringify(blocks, (_key, value: unknown) => (typeof value === "function" ? value() : value));

test("a text that grows is read as it is read at once", () => {
  fc.assert(
    fc.property(fc.oneof(answer, wild), fc.integer({ min: 1, max: 60 }), (whole, step) => {
      const text = whole.slice(0, MOST_GROWN);
      const begin = Math.max(0, text.length - GROWN_STEPS * step);
      for (let end = begin; end < text.length + step; end += step) {
        const begun = text.slice(0, end);
        expect(told(parse(begun))).toBe(told(readBlocks(begun).blocks));
      }
    }),
    { numRuns: 50 },
  );
});

test("a block that takes in the one behind it is read anew", () => {
  for (const [before, after] of [
    ["a\n\n1. b\n\n2", "."],
    ["a\n\n- b\n\n ", " - c"],
    ["a\n\nb\n\n| c |", "\n|--"],
    ["[a]\n\nb\n\nc\n\n", "[a]: https://x.y"],
  ] as const) {
    parse(before);
    expect(told(parse(before + after))).toBe(told(readBlocks(before + after).blocks));
  }
});

test.each([
  "> a\n>\ntext",
  "> a\n>\n2. text",
  "> a\n>\n    text",
  "> - a\n>\n[text](x)",
  "- > a\n  >\ntext",
  "- > a\n  >\n  text",
  "1. - > a\n     >\ntext",
  "a\n\n[x]: y\ntext",
  "> a\n>\n[x]: y\ntext",
])("%j: what stands behind a quote or a list does not become part of it when it is written again", (text) => {
  const written = write(parse(text));
  expect(told(parse(written))).toBe(told(parse(text)));
  const [piece = ""] = split(`${text}\n\n${"word ".repeat(60)}`, 200);
  const [first] = parse(text);
  expect(told(parse(piece).slice(0, 1))).toBe(told(first ? [first] : []));
  expect(piece).toContain("\n\n");
  for (const shown of [slackMarkdown(`${text} <`), discordMarkdown(`${text} <`)])
    expect(shown).toMatch(/\n(?:>?|```)\n[^a-z]*text/);
});

test.each(["> a\n- b", "> a\n1. b", "> a\n# b", "> # a\nb", "- a\n-\nb"])(
  "%j: where nothing can be taken in, no blank line comes to be",
  (text) => {
    expect(write(parse(text)).replace(/ $/gm, "")).toBe(text);
  },
);

test("what stands before the last blocks is read once", () => {
  const text = "one *a*\n\ntwo\n\nthree\n\nfour";
  const [first] = parse(text);
  const [again] = parse(`${text} and five`);
  expect(again).toBe(first);
});

test.each([
  ["many short lines", "- a\n".repeat(20_000), MAX_LINES],
  ["few long lines", `${"*a* ".repeat(100)}\n\n`.repeat(250), MAX_READ],
])("%s: behind what an answer may be long, marks are not read, and nothing is lost", (_kind, text) => {
  const blocks = parse(text);
  const last = blocks.at(-1);
  expect(last).toMatchObject({ kind: "paragraph", isPlain: true });
  expect(last?.kind === "paragraph" && last.inlines()).toHaveLength(1);
  const bare = (each: string) => each.replace(/\s/g, "");
  expect(bare(write(blocks))).toBe(bare(text));
  expect(bare(split(text, 2_000).join("")).length).toBeGreaterThanOrEqual(bare(text).length);
});

test("code that is longer stays code to its end", () => {
  const lines = Array.from({ length: 3 * MAX_LINES }, (_, index) => `let a${index} = *b*;`);
  const [code, behind] = parse(`\`\`\`ts\n${lines.join("\n")}\n\`\`\`\n\n*behind*`);
  expect(code).toMatchObject({ kind: "fence", info: "ts", lines, isClosed: true });
  expect(behind).toMatchObject({ kind: "paragraph", content: "*behind*" });
});
