import fc from "fast-check";
import { expect, test } from "vitest";
import { split } from "../../../../src/core/text/markdown/split.ts";
import { answer, limit, wild } from "./generated-text.ts";
import { codeLines, codeSpans, openFences, strayMarks, visible } from "./judge.ts";

const RUNS = { numRuns: 100 };
/** Heads of tables are shown again in every piece; and nobody writes paragraphs of thousands of characters. */
const withoutTables = answer.filter(
  (text) => !/\| ---/.test(text) && text.split("\n\n").every(({ length }) => length < 3_000),
);

test("no piece is longer than a message, and each says something", () => {
  fc.assert(
    fc.property(fc.oneof(answer, wild), limit, (text, most) => {
      for (const piece of split(text, most)) {
        expect(piece.length).toBeLessThanOrEqual(most);
        expect(piece.trim()).not.toBe("");
      }
    }),
    RUNS,
  );
});

test("people read in the pieces what they would have read in the whole", () => {
  fc.assert(
    fc.property(withoutTables, limit, (text, most) => {
      const pieces = split(text, most);
      expect(pieces.map(visible).join("")).toBe(visible(text));
    }),
    RUNS,
  );
});

test("every piece stands alone: what it opens is closed in it", () => {
  fc.assert(
    fc.property(withoutTables, limit, (text, most) => {
      const pieces = split(text, most);
      for (const piece of pieces) expect(openFences(piece)).toBe(0);
      expect(pieces.reduce((sum, piece) => sum + strayMarks(piece), 0)).toBe(strayMarks(text));
    }),
    RUNS,
  );
});

test("code is the same to the byte, and stays code", () => {
  fc.assert(
    fc.property(withoutTables, limit, (text, most) => {
      const pieces = split(text, most);
      expect(pieces.flatMap(codeLines).join("")).toBe(codeLines(text).join(""));
      expect(pieces.flatMap(codeSpans)).toEqual(codeSpans(text));
    }),
    RUNS,
  );
});

test("no half of a character stands anywhere, whatever marks a text holds", () => {
  fc.assert(
    fc.property(wild, limit, (text, most) => {
      for (const piece of split(text, most)) expect(piece).not.toMatch(/\p{Surrogate}/u);
    }),
    RUNS,
  );
});
