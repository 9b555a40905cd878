import fc from "fast-check";
import { expect, test } from "vitest";
import { beforeCuts } from "../../../../src/core/text/markdown/before-cuts.ts";
import { cutBlocks } from "../../../../src/core/text/markdown/cut-blocks.ts";
import { type Block, type Inline, isFrame } from "../../../../src/core/text/markdown/nodes.ts";
import { parse } from "../../../../src/core/text/markdown/parse.ts";
import { split } from "../../../../src/core/text/markdown/split.ts";
import { limit, nested, wild } from "./generated-text.ts";

/* A text is cut until nothing is left, so every cut must take some of what people see, however little room there is. */

const lettersOf = (text: string) => text.replace(/[^a-z]/g, "");

/** What people see of it: signs, lines of code, marks of items. */
function visibleLength(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + lengthOf(block), 0);
}

const signs = (text: string) => text.replace(/\s/g, "").length;

function lengthOf(block: Block): number {
  switch (block.kind) {
    case "paragraph":
    case "heading":
      return Math.max(1, lengthOfInlines(block.inlines()));
    case "fence":
    case "code":
      return Math.max(
        1,
        block.lines.reduce((sum, line) => sum + 1 + line.length, 0),
      );
    case "table":
      return block.rows.reduce((sum, { raw }) => sum + 1 + signs(raw), signs(block.head.raw + block.ruler));
    case "quote":
      return Math.max(1, visibleLength(block.blocks));
    case "list":
      return block.items.reduce(
        (sum, { isContinued, blocks }) => sum + (isContinued ? 0 : 1) + visibleLength(blocks),
        0,
      );
    case "rule":
    case "definition":
      return signs(block.raw);
  }
}

/** Marks that leave no room for what is in them are shown. */
function lengthOfInlines(nodes: readonly Inline[]): number {
  return nodes.reduce((sum, node) => {
    if (isFrame(node)) return sum + signs(node.open + node.close) + lengthOfInlines(node.children);
    return sum + signs(node.kind === "special" || node.kind === "code" ? node.text : node.raw);
  }, 0);
}

function expectProgress(text: string, room: number): void {
  let rest: readonly Block[] | undefined = beforeCuts(parse(text.trim()), text.includes("]:"));
  let hasTaken = true;
  while (rest && rest.length > 0) {
    const before = visibleLength(rest);
    const cut = cutBlocks(rest, { room, minimum: room / 2, prefix: 0, continued: 0, isFirst: true });
    if ("size" in cut) return;
    const { head, tail }: { readonly head: typeof rest | undefined; readonly tail: typeof rest | undefined } =
      cut;
    // What nobody sees may be left out before something is taken, once.
    if (head === undefined) expect(hasTaken).toBe(true);
    else if (tail) expect(visibleLength(tail)).toBeLessThan(before);
    hasTaken = head !== undefined;
    rest = tail;
  }
}

/** Less room than this is never tried: see `split`. */
const LEAST_ROOM = 60;

test("each cut takes some of what people see, however deep the text is nested and with the least room", () => {
  fc.assert(fc.property(fc.oneof(nested, wild), fc.integer({ min: LEAST_ROOM, max: 600 }), expectProgress), {
    numRuns: 200,
  });
});

test("an escape at the beginning of a piece is never torn from its sign", () => {
  expectProgress(`${"> ".repeat(8)}a ${"- - ".repeat(30)}`, 17);
  expectProgress("- <b>||\nword word word||\n</b>word", 8);
});

test("what is nested deeper than a piece is wide is shown whole, in pieces that each say something", () => {
  const deep = `${"> ".repeat(23)}${"word - ".repeat(200)}word`;
  const pieces = split(`${deep}\n\n${"1.               - ".repeat(8)}${"word ".repeat(100)}`, 200);
  expect(pieces.length).toBeLessThan(20);
  for (const piece of pieces) {
    expect(piece.length).toBeLessThanOrEqual(200);
    expect(lettersOf(piece).length).toBeGreaterThan(20);
  }
  fc.assert(
    fc.property(nested, limit, (text, most) => {
      const shown = split(text, most);
      expect(lettersOf(shown.join(""))).toBe(lettersOf(text));
      for (const piece of shown) expect(piece.length).toBeLessThanOrEqual(most);
    }),
    { numRuns: 100 },
  );
});

test("marks that are longer than a piece are cut as text", () => {
  const pieces = split(`<b class="${"wide ".repeat(100)}">${"word ".repeat(100)}</b>`, 200);
  for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(200);
  expect(pieces.join("").match(/word/g)).toHaveLength(100);
});
