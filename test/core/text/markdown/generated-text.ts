import fc from "fast-check";
import { MAX_LINES, MAX_READ } from "../../../../src/core/text/markdown/parse.ts";

/*
 * Texts as models write them, made from their parts, so that every mark of the language stands in every other: what the
 * parser can produce. Words hold no marks of their own here; `wild` texts hold nothing but marks.
 */

const plainWord = fc.oneof(
  fc.stringMatching(/^[a-z]{1,12}$/),
  fc.constantFrom(
    "🦜",
    "👩‍🚀",
    "👨‍👩‍👧",
    "e\u0301",
    "日本語の文章です。",
    "naïve",
    "x2",
    ":smile:",
    "1.",
    "5",
    "-",
    "=",
    "#",
    "+",
    ">",
  ),
);
const words = fc.array(plainWord, { minLength: 1, maxLength: 12 }).map((each) => each.join(" "));
/** Marks close right behind a letter, and open right before one. */
const marked = words.map((text) => `a ${text} z`);

const codeSpan = fc
  .tuple(
    fc.constantFrom("`", "``"),
    fc.constantFrom("x", "<@123456789012345678>", "a < b", "List<@NonNull T>", "**no**", "<!channel>"),
  )
  .map(([mark, text]) => `${mark}${text}${mark}`);
const atom = fc.oneof(
  codeSpan,
  fc.constantFrom(
    "<@123456789012345678>",
    "<#123456789012345678>",
    "<:wave:123456789012345678>",
    "\\*",
    "&amp;",
    "<https://example.org/a?b=c>",
    "![cat](https://example.org/cat.png)",
  ),
  words.map((label) => `[a ${label} z](https://example.org/some/where)`),
);

const inline: fc.Arbitrary<string> = fc.letrec<{ inline: string; piece: string; framed: string }>((tie) => ({
  framed: fc
    .tuple(fc.constantFrom("**", "*", "~~"), tie("inline"))
    .map(([mark, text]) => `${mark}a ${text} z${mark}`),
  piece: fc.oneof({ depthSize: "small", withCrossShrink: true }, marked, atom, tie("framed")),
  inline: fc.array(tie("piece"), { minLength: 1, maxLength: 6 }).map((each) => each.join(" ")),
})).inline;

const codeLine = fc.oneof(
  words,
  fc.constantFrom(
    "",
    "  indented",
    "\tx",
    "<@123456789012345678>",
    "~~~",
    "| a | b |",
    "> q",
    "x".repeat(300),
    "- a",
    "**b**",
  ),
);
const fence = fc
  .record({
    marker: fc.constantFrom("```", "````", "~~~"),
    info: fc.constantFrom("", "ts", "c++"),
    lines: fc.array(codeLine, { minLength: 1, maxLength: 12 }),
  })
  .map(({ marker, info, lines }) =>
    [marker + info, ...lines.map((line) => (line.startsWith(marker) ? `x${line}` : line)), marker].join("\n"),
  );

const cell = fc.oneof(fc.stringMatching(/^[a-z]{1,9}$/), fc.constantFrom("**b**", "日本", "`c`"));
const table = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 20 }))
  .chain(([columns, rows]) =>
    fc
      .array(fc.array(cell, { minLength: columns, maxLength: columns }), {
        minLength: rows + 1,
        maxLength: rows + 1,
      })
      .map(([head = [], ...body]) =>
        [head, Array<string>(columns).fill("---"), ...body].map((row) => `| ${row.join(" | ")} |`).join("\n"),
      ),
  );

const spoiler = inline.map((text) => `||a ${text} z||`);
const line = fc.oneof({ weight: 4, arbitrary: inline }, { weight: 1, arbitrary: spoiler });
const paragraph = fc
  .array(line, { minLength: 1, maxLength: 4 })
  .map((lines) => lines.map((each) => `a ${each}`).join("\n"));
const heading = fc
  .tuple(fc.integer({ min: 1, max: 6 }), inline)
  .map(([level, text]) => `${"#".repeat(level)} a ${text} z`);

const indented = (text: string, prefix: string, first = prefix) =>
  text
    .split("\n")
    .map((line, index) => (index === 0 ? first : line === "" ? prefix.trimEnd() : prefix) + line)
    .join("\n");

const block: fc.Arbitrary<string> = fc.letrec<{ block: string; blocks: string; list: string; quote: string }>(
  (tie) => ({
    quote: tie("blocks").map((text) => indented(text, "> ")),
    list: fc
      .tuple(fc.constantFrom("- ", "* ", "1. "), fc.array(tie("blocks"), { minLength: 1, maxLength: 5 }))
      .map(([marker, items]) =>
        items
          .map((item, index) => {
            const own = marker === "1. " ? `${index + 1}. ` : marker;
            return indented(`a\n\n${item}`, " ".repeat(own.length), own);
          })
          .join("\n"),
      ),
    block: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      paragraph,
      fence,
      table,
      heading,
      fc.constant("---"),
      tie("list"),
      tie("quote"),
    ),
    blocks: fc.array(tie("block"), { minLength: 1, maxLength: 3 }).map((each) => each.join("\n\n")),
  }),
).block;

export const answer: fc.Arbitrary<string> = fc
  .array(block, { minLength: 1, maxLength: 6 })
  .map((blocks) => blocks.join("\n\n"))
  .filter((text) => text.length <= MAX_READ && text.split("\n").length <= MAX_LINES);

const bit = fc.constantFrom(
  ..."* ** _ __ ~~ ~ ` `` ``` || | [ ]( ) ](x) < > <@1> <b> </b> <br> & &lt; \\ ! ![ # - + 1. > --- \n \n\n a b 🦜 e\u0301 ( [a]:".split(
    " ",
  ),
  " ",
  "    ",
  "```\n",
  "\n> ",
  "\n- ",
  "\n| a | b |\n|---|---|\n",
);
/** Marks in any order, most of which belong to nothing. */
export const wild: fc.Arbitrary<string> = fc.array(bit, { maxLength: 200 }).map((bits) => bits.join(""));

export const limit: fc.Arbitrary<number> = fc.integer({ min: 200, max: 600 });

const nesting = fc.constantFrom(
  "> ",
  "- ",
  "12. ",
  "  - ",
  "    ",
  "  ",
  "\n",
  "\n\n",
  "\n> ",
  "\n- ",
  "- - - - ",
  "> > > > > ",
  "1. 1. ",
  "a",
  "bc ",
  "word word ",
  "yy ".repeat(17),
  "x".repeat(80),
  "\\*",
  "#",
  "# ",
  "+",
  "---",
  "\n```\n",
  ..."** * ~~a ||".split(" "),
);
/** Lists and quotes in each other, deeper than a piece is wide, and marks that stand in any of them. */
export const nested: fc.Arbitrary<string> = fc
  .array(nesting, { minLength: 50, maxLength: 500 })
  .map((bits) => bits.join(""));
