import fc from "fast-check";
import { expect, test } from "vitest";
import { ConcurrencyLimit } from "../../../src/core/async/concurrency-limit.ts";

test("so many run at a time, in the order in which they were given, whether they fail or not", async () => {
  const job = fc.record({ turns: fc.integer({ min: 1, max: 4 }), fails: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(job, { maxLength: 12 }), async (most, jobs) => {
      const atOnce = new ConcurrencyLimit(most);
      const begun: number[] = [];
      let running = 0;
      let mostSeen = 0;
      const ends = await Promise.allSettled(
        jobs.map(({ turns, fails }, index) =>
          atOnce.run(async () => {
            begun.push(index);
            running += 1;
            mostSeen = Math.max(mostSeen, running);
            for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
            running -= 1;
            if (fails) throw new Error("failed");
            return index;
          }),
        ),
      );
      expect(begun).toEqual(jobs.map((_, index) => index));
      expect(mostSeen).toBe(Math.min(most, jobs.length));
      expect(ends.map(({ status }) => status)).toEqual(
        jobs.map(({ fails }) => (fails ? "rejected" : "fulfilled")),
      );
    }),
  );
});
