import fc from "fast-check";
import { expect, test } from "vitest";
import { withoutPrefix, withoutSuffix } from "../../../src/core/text/affixes.ts";
import { splitAt, truncate } from "../../../src/core/text/truncate.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const charactersOf = (text: string) => [...segmenter.segment(text)].map(({ segment }) => segment);

/** Each is one character for who reads it: of one unit, of a pair, and of several that are joined. */
const character = fc.constantFrom(
  ..."ab ",
  "\n",
  "ß",
  "🦜",
  "👨‍👩‍👧‍👦",
  "🇩🇪",
  "e\u0301",
  " \u0301",
  "👩🏽‍🚀",
  "각",
  "न्दी",
  "1️⃣",
);
const text = fc.array(character, { maxLength: 120 }).map((characters) => characters.join(""));
const limit = fc.integer({ min: 18, max: 150 });

const isBeginning = (part: string, whole: string): boolean => {
  const characters = charactersOf(part);
  return charactersOf(whole).slice(0, characters.length).join("") === part;
};

test("a truncated text keeps to its limit and tears no character", () => {
  fc.assert(
    fc.property(text, limit, fc.constantFrom("…", "", " [cut]"), (whole, most, mark) => {
      const short = truncate(whole, most, mark);
      expect(short.length).toBeLessThanOrEqual(most);
      if (whole.length <= most) {
        expect(short).toBe(whole);
        return;
      }
      expect(short.endsWith(mark)).toBe(true);
      const kept = withoutSuffix(short, mark);
      expect(kept).not.toMatch(/\s$|\p{Surrogate}/u);
      expect(isBeginning(kept, whole)).toBe(true);
      // No more is left out than one character and the blanks before it: the longest here has eleven units.
      const blanks = /\s*$/.exec(splitAt(whole, most - mark.length)[0])?.[0] ?? "";
      expect(kept.length + blanks.length + 11).toBeGreaterThan(most - mark.length);
    }),
    { numRuns: 2_000 },
  );
});

test("a text that is split is whole when it is joined, and its parts have whole characters", () => {
  fc.assert(
    fc.property(text, fc.integer({ min: -5, max: 400 }), (whole, at) => {
      const [head, tail] = splitAt(whole, at);
      expect(head + tail).toBe(whole);
      expect(head.length).toBeLessThanOrEqual(Math.max(0, at));
      const first = charactersOf(whole)[0]?.length ?? 0;
      if (at >= first) expect(isBeginning(head, whole)).toBe(true);
      expect(head + tail).not.toMatch(/\p{Surrogate}/u);
      expect(head).not.toMatch(/\p{Surrogate}/u);
    }),
    { numRuns: 2_000 },
  );
});

test("a character that is longer than the limit is cut between code points", () => {
  const family = "👨‍👩‍👧‍👦";
  for (let most = 1; most < family.length; most += 1) {
    const short = truncate(family, most, "");
    expect(short.length).toBeLessThanOrEqual(most);
    expect(short).not.toMatch(/\p{Surrogate}/u);
    expect(family.startsWith(short)).toBe(true);
  }
  expect(truncate("🦜🦜", 1)).toBe("…");
  expect(truncate("abc", 0, "")).toBe("");
});

test("the end of a long text is not looked at", () => {
  const long = "👨‍👩‍👧‍👦 and so on ".repeat(500_000);
  truncate(long, 100);
  const before = process.cpuUsage();
  for (let times = 0; times < 1_000; times += 1) truncate(long, 100);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(500);
});

test("what is known of a beginning or an end is taken off once, and nothing else", () => {
  fc.assert(
    fc.property(text, text, (known, rest) => {
      expect(withoutPrefix(known + rest, known)).toBe(rest);
      expect(withoutSuffix(rest + known, known)).toBe(rest);
    }),
  );
  expect(withoutPrefix("other.1", "ours.")).toBe("other.1");
  expect(withoutSuffix("1.other", ".ours")).toBe("1.other");
});
