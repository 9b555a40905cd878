import fc from "fast-check";
import { expect, test } from "vitest";
import { withMarksClosed } from "../../../src/core/text/close-marks.ts";
import { answer, wild } from "./markdown/generated-text.ts";
import { strayMarks } from "./markdown/judge.ts";

test.each([
  ["_Hello!", "_Hello!_"],
  ["**Hel", "**Hel**"],
  ["**all _bo", "**all _bo_**"],
  ["***a", "***a***"],
  ["so ~~gone ", "so ~~gone~~"],
  ["||sec", "||sec||"],
  ["run `npm **x", "run `npm **x`"],
  ["Hello **", "Hello"],
  ["**bold*", "**bold**"],
  ["~~gone~", "~~gone~~"],
  ["**a** and **b _c_ d", "**a** and **b _c_ d**"],
  ["# A **ti", "# A **ti**"],
  ["> - one\n> - *two", "> - one\n> - *two*"],
  ["*a\n\nb", "*a\n\nb"],
  ["2 * 3 * 4", "2 * 3 * 4"],
  ["snake_case and 5*3", "snake_case and 5*3"],
  ["**done**", "**done**"],
  ["- ", "- "],
  ["\\*no", "\\*no"],
  ["```\n**x\n```", "```\n**x\n```"],
  ["a ** b", "a ** b"],
])("%j is shown as %j while it is written", (text, shown) => {
  expect(withMarksClosed(text)).toBe(shown);
});

test("an emphasis that is being written shows none of its marks", () => {
  const mark = fc.constantFrom("**", "*", "_", "~~");
  const words = fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(mark, words, fc.nat(), (sign, each, end) => {
      const text = `so ${sign}${each.join(" ")}${sign}`;
      const begun = text.slice(0, 3 + sign.length + (end % (text.length - 3 - sign.length)));
      expect(strayMarks(withMarksClosed(begun))).toBe(0);
    }),
  );
});

test("a text grows by a few signs at most", () => {
  fc.assert(
    fc.property(fc.oneof(answer, wild), (text) => {
      expect(withMarksClosed(text).length).toBeLessThanOrEqual(text.length + 12);
    }),
  );
});
