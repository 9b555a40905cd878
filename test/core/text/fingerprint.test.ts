import fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprint, shortKey } from "../../../src/core/text/fingerprint.ts";

test("a fingerprint is the one that was stored before: FNV-1a of the text's units", () => {
  // Published test vectors of FNV-1a with 32 bits.
  expect(Number.parseInt(fingerprint(""), 36)).toBe(0x811c9dc5);
  expect(Number.parseInt(fingerprint("a"), 36)).toBe(0xe40c292c);
  expect(Number.parseInt(fingerprint("foobar"), 36)).toBe(0xbf9cf968);
});

test("a key is short, the same for one name, and another for every other", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ unit: "binary" }), { maxLength: 200 }), (names) => {
      const keys = names.map(shortKey);
      expect(new Set(keys).size).toBe(names.length);
      expect(names.map(shortKey)).toEqual(keys);
      for (const key of keys) expect(key).toMatch(/^[a-z0-9]{2,14}$/);
    }),
  );
});

test("two names with one fingerprint still have two keys", () => {
  const seen = new Map<string, string>();
  let pair: readonly [string, string] | undefined;
  for (let index = 0; pair === undefined; index += 1) {
    const name = `turn/${index}`;
    const mark = fingerprint(name);
    const other = seen.get(mark);
    if (other !== undefined) pair = [other, name];
    seen.set(mark, name);
  }
  expect(fingerprint(pair[0])).toBe(fingerprint(pair[1]));
  expect(shortKey(pair[0])).not.toBe(shortKey(pair[1]));
});
