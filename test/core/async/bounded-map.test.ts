import fc from "fast-check";
import { expect, test } from "vitest";
import { BoundedMap, BoundedSet } from "../../../src/core/async/bounded-map.ts";

const operation = fc.tuple(fc.constantFrom("set", "get", "delete"), fc.integer({ min: 0, max: 8 }));

test("a bounded map holds what was set last, and at most so much", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.array(operation, { maxLength: 60 }),
      (most, operations) => {
        const bounded = new BoundedMap<number, number>(most);
        let expected: readonly (readonly [number, number])[] = [];
        for (const [at, [what, key]] of operations.entries()) {
          const others = expected.filter(([other]) => other !== key);
          if (what === "set") {
            bounded.set(key, at);
            expected = [...others, [key, at] as const].slice(-most);
          } else if (what === "delete") {
            expect(bounded.delete(key)).toBe(others.length < expected.length);
            expected = others;
          } else {
            expect(bounded.get(key)).toBe(expected.find(([other]) => other === key)?.[1]);
          }
          expect([...bounded]).toEqual(expected);
        }
      },
    ),
  );
});

test("a bounded set does the same with values", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(fc.integer({ min: 0, max: 8 })), (most, values) => {
      const bounded = new BoundedSet<number>(most);
      for (const value of values) bounded.add(value);
      const newestFirst = [...new Set(values.toReversed())];
      expect([...bounded]).toEqual(newestFirst.slice(0, most).toReversed());
    }),
  );
});
