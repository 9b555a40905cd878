import fc from "fast-check";
import { expect, test } from "vitest";
import { wordDiff } from "../../src/playground/browser/inspector/word-diff.ts";

test("what came and what went is marked, word by word", () => {
  expect(wordDiff("likes green tea", "likes black tea and rum")).toEqual([
    { kind: "same", text: "likes " },
    { kind: "gone", text: "green" },
    { kind: "new", text: "black" },
    { kind: "same", text: " tea" },
    { kind: "new", text: " and rum" },
  ]);
  expect(wordDiff("", "new")).toEqual([{ kind: "new", text: "new" }]);
  expect(wordDiff("same", "same")).toEqual([{ kind: "same", text: "same" }]);
});

test("without what is new it is the old text, and without what is gone the new one", () => {
  const text = fc.array(fc.constantFrom("a", "b", "tea", " ", "\n", "  ")).map((words) => words.join(""));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const all = wordDiff(before, after);
      const without = (kind: string) =>
        all
          .filter((one) => one.kind !== kind)
          .map((one) => one.text)
          .join("");
      expect(without("new")).toBe(before);
      expect(without("gone")).toBe(after);
    }),
  );
});
