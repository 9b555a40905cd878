import fc from "fast-check";
import { expect, test } from "vitest";
import { split } from "../../../src/core/text/split-message.ts";
import { truncate } from "../../../src/core/text/truncate.ts";

/** The fence that is open at the end of a piece, read as CommonMark says and not as split-message.ts does. */
function openFence(piece: string): string | undefined {
  let open: string | undefined;
  for (const line of piece.split("\n")) {
    // Not a dot: to CommonMark U+2028 ends no line.
    const match = /^[ \t]*(`{3,10}|~{3,10})([^\n]*)$/.exec(line);
    const [, marker = "", info = ""] = match ?? [];
    const isMarker = match && info.length <= 100 && !info.startsWith(marker.charAt(0));
    if (!isMarker || (marker.startsWith("`") && info.includes("`"))) continue;
    if (open === undefined) open = marker;
    else if (marker.startsWith(open) && info.trim() === "") open = undefined;
  }
  return open;
}

const dense = (text: string) => text.replace(/\s/g, "");

/** Whether `whole` holds every character of `part` in order. */
function holds(whole: string, part: string): boolean {
  let at = 0;
  for (const character of part) {
    at = whole.indexOf(character, at) + character.length;
    if (at < character.length) return false;
  }
  return true;
}

const word = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.constantFrom("🦜", "👩‍🚀", "`x`", "```", "*", "> ", "    ", "", "e\u0301"),
);
const prose = fc.array(word, { maxLength: 40 }).map((each) => each.join(" "));
const code = fc
  .record({
    marker: fc.constantFrom("```", "````", "`````", "~~~", "~~~~"),
    info: fc.constantFrom("", "ts", "typescript title=x", "a-language-with-a-very-long-name"),
    indent: fc.constantFrom("", "  ", "     "),
    lines: fc.array(fc.oneof(prose, fc.constantFrom("", "  indented", "```", "~~~", "x".repeat(300))), {
      maxLength: 12,
    }),
    closed: fc.boolean(),
  })
  .map(({ marker, info, indent, lines, closed }) =>
    [`${indent}${marker}${info}`, ...lines, ...(closed ? [`${indent}${marker}`] : [])].join("\n"),
  );
const markdown = fc
  .array(fc.oneof(prose, code, fc.constantFrom("", "\n", "   ", "y".repeat(500))), { maxLength: 8 })
  .map((blocks) => blocks.join("\n"));
/** A fence opened again and closed again: two markers and an info. */
const MOST_FENCES = 40;

const limit = fc.integer({ min: 200, max: 600 });

test("no piece is longer than a message", () => {
  fc.assert(
    fc.property(markdown, limit, (text, most) => {
      for (const piece of split(text, most)) expect(piece.length).toBeLessThanOrEqual(most);
    }),
  );
});

test("every piece says something", () => {
  fc.assert(
    fc.property(markdown, limit, (text, most) => {
      for (const piece of split(text, most)) expect(piece.trim()).not.toBe("");
    }),
  );
});

test("every fence that a piece opens is closed in it", () => {
  fc.assert(
    fc.property(markdown, limit, (text, most) => {
      for (const piece of split(text, most)) expect(openFence(piece)).toBeUndefined();
    }),
  );
});

test("nothing is lost and nothing is added but fences", () => {
  fc.assert(
    fc.property(markdown, limit, (text, most) => {
      const pieces = split(text, most);
      const shown = dense(pieces.join(""));
      expect(holds(shown, dense(text))).toBe(true);
      expect(shown.length - dense(text).length).toBeLessThanOrEqual(pieces.length * MOST_FENCES);
    }),
  );
});

test("no character is cut in two", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("🦜", "a", "𝔸"), maxLength: 1_500 }),
      limit,
      (text, most) => {
        expect(split(text, most).join("")).toBe(text);
        for (const piece of split(text, most)) expect(piece).not.toMatch(/\p{Surrogate}/u);
      },
    ),
  );
});

test("nothing that people see as one character is torn, unless it is longer than a message", () => {
  const character = fc.constantFrom("👨‍👩‍👧‍👦", "🇩🇪", "e\u0301", " \u0301", "👩🏽‍🚀", "각", "न्दी", "x");
  const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
  const charactersOf = (text: string) => [...segmenter.segment(text)].map(({ segment }) => segment);
  fc.assert(
    fc.property(fc.array(character, { maxLength: 400 }), limit, (characters, most) => {
      const text = characters.join("").trim();
      const pieces = split(text, most);
      expect(pieces.flatMap(charactersOf)).toEqual(charactersOf(text));
      const short = truncate(text, 50).replace(/…$/, "");
      expect(charactersOf(text).slice(0, charactersOf(short).length).join("")).toBe(short);
    }),
  );
  expect(split("e".concat("\u0301".repeat(500)), 200).join("")).toHaveLength(501);
});

test("what fits is left as it is", () => {
  expect(split("Hello\n\n  there", 60)).toEqual(["Hello\n\n  there"]);
  expect(split("  \n ", 60)).toEqual([]);
});

test("a text is cut between paragraphs before it is cut between lines or words", () => {
  const one = "word ".repeat(8).trim();
  expect(split(`${one}\n\n${one}`, 60)).toEqual([one, one]);
  expect(split(`${one}\n${one}`, 60)).toEqual([one, one]);
  expect(split(`${one} ${one} ${one}`, 60)).toEqual(["word ".repeat(12).trim(), "word ".repeat(12).trim()]);
});

test("code is closed and opened again with its language", () => {
  const lines = Array.from({ length: 12 }, (_, index) => `const n${index} = ${index};`);
  const pieces = split(["Look:", "```ts", ...lines, "```", "Done."].join("\n"), 100);
  expect(pieces.length).toBeGreaterThan(2);
  for (const piece of pieces.slice(1, -1)) expect(piece).toMatch(/^```ts\n[^`]+\n```$/);
  for (const line of lines) expect(pieces.join("\n").split("\n")).toContain(line);
});

test("code that is one long line is cut where it must be", () => {
  const pieces = split(`\`\`\`\n${"x".repeat(300)}\n\`\`\``, 100);
  expect(pieces.join("").replace(/[^x]/g, "")).toBe("x".repeat(300));
  for (const piece of pieces) expect(piece).toMatch(/^```\nx+\n```$/);
});

test("the indentation of code and of nested lists survives a cut", () => {
  const lines = Array.from({ length: 10 }, (_, index) => `    indented(${index})`);
  const pieces = split(["~~~py", "def f():", ...lines, "~~~"].join("\n"), 80);
  for (const line of lines) expect(pieces.join("\n").split("\n")).toContain(line);
  const list = Array.from({ length: 10 }, (_, index) => `   - point number ${index}`);
  const listed = split(["- a list", ...list].join("\n"), 80);
  for (const line of list) expect(listed.join("\n").split("\n")).toContain(line);
});

test("a marker inside a longer one neither closes nor opens anything", () => {
  const text = ["````md", "```ts", "let x;", "```", "a ".repeat(40).trim(), "````", "end"].join("\n");
  const pieces = split(text, 70);
  expect(pieces[1]).toMatch(/^````md\n/);
  expect(pieces.at(-1)).toMatch(/end$/);
});

test("text that only looks like a fence cannot make it loop", () => {
  const nasty = ["```", "", `\n~~~${"a".repeat(4000)}`, "`".repeat(500), `\n\n\n${" ".repeat(900)}x`].join(
    "\n",
  );
  expect(split(nasty, 60).length).toBeGreaterThan(50);
});
