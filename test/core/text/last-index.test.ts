import fc from "fast-check";
import { expect, test } from "vitest";
import { withoutWrite } from "../../../src/core/agent/undo-writes.ts";
import { lastPlaceOf } from "../../../src/core/text/last-index.ts";

const few = (most: number) =>
  fc
    .array(fc.constantFrom("a", "b", "ab", "\n", "\n\n", "🦜"), { maxLength: most })
    .map((bits) => bits.join(""));

test("the last place of a part is where the engine finds it", () => {
  fc.assert(
    fc.property(few(30), few(5), (text, part) => {
      expect([text, part, lastPlaceOf(text, part)]).toEqual([text, part, text.lastIndexOf(part)]);
    }),
    { numRuns: 2_000 },
  );
});

test("lines are taken out of a text where they stand last, as lines", () => {
  fc.assert(
    fc.property(few(20), few(3), (value, text) => {
      const [lines, inserted] = [value.split("\n"), text.split("\n")];
      const places = lines.map((_, at) => at);
      const at = places.findLast((place) => inserted.every((line, index) => lines[place + index] === line));
      const expected = at === undefined ? value : lines.toSpliced(at, inserted.length).join("\n");
      expect(withoutWrite(value, { kind: "inserted", label: "human", text })).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});

test("100 kB of one letter are looked through in no time", () => {
  const [text, part] = ["a".repeat(100_000), `b${"a".repeat(50_000)}`];
  expect(lastPlaceOf(text, part)).toBe(-1);
  const before = process.cpuUsage();
  lastPlaceOf(text, part);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(50);
});
