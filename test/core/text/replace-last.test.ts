import fc from "fast-check";
import { expect, test } from "vitest";
import { withoutWrite } from "../../../src/core/agent/undo-writes.ts";
import { replaceLast } from "../../../src/core/text/replace-last.ts";

const few = (most: number) =>
  fc
    .array(fc.constantFrom("a", "b", "ab", "\n", "\n\n", "🦜"), { maxLength: most })
    .map((bits) => bits.join(""));

test("the last place of a part is replaced, where the engine finds it", () => {
  fc.assert(
    fc.property(few(30), few(5), (text, part) => {
      const at = text.lastIndexOf(part);
      const expected = at < 0 ? text : `${text.slice(0, at)}|${text.slice(at + part.length)}`;
      expect([text, part, replaceLast(text, part, "|")]).toEqual([text, part, expected]);
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
  expect(replaceLast(text, part, "|")).toBe(text);
  const before = process.cpuUsage();
  replaceLast(text, part, "|");
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(50);
});
