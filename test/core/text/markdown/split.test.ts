import fc from "fast-check";
import { expect, test } from "vitest";
import { split } from "../../../../src/core/text/markdown/split.ts";
import { truncate } from "../../../../src/core/text/truncate.ts";

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

test("what spans a cut is closed before it and opened again behind it", () => {
  const words = "word ".repeat(60).trim();
  for (const [open, close] of [
    ["**", "**"],
    ["||", "||"],
    ["> ", ""],
    ["> *~~", "~~*"],
    ["# ", ""],
  ]) {
    const pieces = split(`${open}${words}${close}`, 200);
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces) {
      expect(piece.startsWith(`${open}word`)).toBe(true);
      expect(piece.endsWith(`word${close}`)).toBe(true);
    }
  }
});

test("the head of a table stands above its rows in every piece", () => {
  const rows = Array.from({ length: 30 }, (_, index) => `| ${index} | name ${index} |`);
  const pieces = split(["| id | name |", "|---:|------|", ...rows].join("\n"), 200);
  expect(pieces.length).toBeGreaterThan(2);
  for (const piece of pieces) expect(piece).toMatch(/^\| id \| name \|\n\|---:\|------\|\n\| \d/);
  for (const row of rows) expect(pieces.join("\n").split("\n")).toContain(row);
});

test("links, addresses, mentions, escapes and code in a line stay whole", () => {
  const whole = [
    "[a label of words](https://example.org/a/long/address)",
    "<@123456789012345678>",
    "<:wave:123456789012345678>",
    "`two words`",
    "![a cat](https://example.org/cat.png)",
    "<https://example.org/somewhere>",
    "https://example.org/somewhere/else",
    "\\*",
  ];
  for (let filler = 150; filler < 200; filler += 1) {
    const text = `${"x".repeat(filler)} ${whole.join(" ")}`;
    const pieces = split(text, 200);
    for (const each of whole) expect(pieces.some((piece) => piece.includes(each))).toBe(true);
  }
});

test("a link by reference is written with its address, for its definition may stand elsewhere", () => {
  const text = `See [the page][1].\n\n${"word ".repeat(60)}\n\n[1]: https://example.org/page`;
  const pieces = split(text, 200);
  expect(pieces[0]).toMatch(/^See \[the page\]\(https:\/\/example\.org\/page\)\./);
  expect(pieces.join("")).not.toContain("[1]");
});

test("what would begin a list or a heading at the beginning of a piece does not", () => {
  for (const sign of ["-", "+", "#", ">", "1.", "*"]) {
    const [, second = ""] = split(`${"x".repeat(150)} ${"y".repeat(48)} ${sign} ${"z".repeat(100)}`, 200);
    expect(second).toMatch(/^(?:\\[-+#>*]|1\\\.) z+$/);
  }
});

test("where no blanks are, a text is cut between sentences or words", () => {
  const sentence = "今日は天気がとても良いので、公園を散歩しました。";
  for (const piece of split(sentence.repeat(30), 200)) expect(piece).toMatch(/[。、]$/);
});

test("a piece is as long as its platform shows it", () => {
  const text = Array.from({ length: 40 }, (_, index) => `line ${index}`).join("\n\n");
  const doubled = (piece: string) => piece.length * 2;
  for (const piece of split(text, 200, doubled)) expect(doubled(piece)).toBeLessThanOrEqual(200);
});
