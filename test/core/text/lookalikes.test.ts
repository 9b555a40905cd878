import fc from "fast-check";
import { expect, test } from "vitest";
import { nameKey } from "../../../src/core/text/lookalikes.ts";

const LATIN = fc.stringMatching(/^[A-Za-z]{1,20}$/);
const TWINS: Readonly<Record<string, string>> = {
  a: "а",
  e: "е",
  o: "о",
  p: "р",
  c: "с",
  x: "х",
  B: "В",
  H: "Н",
};
const INVISIBLE = ["\u200b", "\u2060", "\u00ad", "\ufeff", "\u202e", "\ufe0f", "\u{e0041}", "\u3164"];

test.each([
  ["Rapport", "Rарроrt"],
  ["admin", "AdmIn"],
  ["admin", "ⓐｄmîn"],
  ["moderator", "rnoderator"],
  ["Ada", " A d\u200ba "],
  ["Zoë", "zoe"],
  ["paypal", "PayPa1"],
  ["STRASSE", "straße"],
  ["@everyone", "everyone"],
])("%s looks like %s", (one, other) => {
  expect(nameKey(one)).toBe(nameKey(other));
});

test.each([
  ["Ada", "Adam"],
  ["Mira", "Mara"],
  ["🐱", "🐶"],
  ["王小明", "王大明"],
  ["", "x"],
])("%s does not look like %s", (one, other) => {
  expect(nameKey(one)).not.toBe(nameKey(other));
});

test("case, twins of other scripts, spaces and what is invisible change nothing", () => {
  fc.assert(
    fc.property(LATIN, fc.array(fc.nat()), (name, picks) => {
      const disguised = [...name]
        .map((letter, index) => {
          const pick = picks[index % Math.max(1, picks.length)] ?? 0;
          const forms = [letter, letter.toUpperCase(), letter.toLowerCase(), TWINS[letter] ?? letter];
          return `${forms[pick % forms.length]}${pick % 3 === 0 ? INVISIBLE[pick % INVISIBLE.length] : ""}`;
        })
        .join("");
      expect(nameKey(disguised)).toBe(nameKey(name));
    }),
  );
});

test("a name that is nothing but invisible is compared at once, however long", () => {
  const began = performance.now();
  nameKey("\u200b\n ".repeat(35_000));
  nameKey("\u0301".repeat(100_000));
  expect(performance.now() - began).toBeLessThan(50);
});
