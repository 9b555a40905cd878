import { ManualClock } from "@rapport/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CallBucket } from "../../../../src/platforms/discord/rest/call-bucket.ts";
import { RequestBudget } from "../../../../src/platforms/discord/rest/request-budget.ts";

const waits = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 40 });
const never = new AbortController().signal;

/** The most of these that lie within one span. */
const mostWithin = (spanMs: number, times: readonly number[]) =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + spanMs).length));

test("never do more requests go out in a second than Discord takes, and none is held up without need", async () => {
  await fc.assert(
    fc.asyncProperty(waits, fc.integer({ min: 1, max: 50 }), async (pauses, perSecond) => {
      const clock = new ManualClock();
      const budget = new RequestBudget({ clock, perSecond });
      const sent: number[] = [];
      const goes = () => budget.take().then(() => sent.push(clock.now()));
      const all: Promise<unknown>[] = [];
      for (const pause of pauses) {
        all.push(goes());
        await new Promise(setImmediate);
        await clock.advance(pause);
      }
      const last = clock.now();
      await clock.advance(1_050 * Math.ceil(pauses.length / perSecond));
      await Promise.all(all);
      expect(mostWithin(1_000, sent)).toBeLessThanOrEqual(perSecond);
      expect(sent).toEqual([...sent].sort((a, b) => a - b));
      if (pauses.length <= perSecond) expect(sent.at(-1)).toBeLessThanOrEqual(last);
    }),
    { numRuns: 40 },
  );
});

test("what waits for a second with room is given up with its turn", async () => {
  const clock = new ManualClock();
  const budget = new RequestBudget({ clock, perSecond: 1 });
  await budget.take();
  const over = new AbortController();
  const waiting = budget.take(over.signal);
  over.abort();
  await waiting;
  expect(budget.room).toBe(0);
});

const headers = (limit: number, remaining: number, resetAfterMs: number) =>
  new Headers({
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset-after": String(resetAfterMs / 1_000),
  });

/** As Discord counts: so many from the first on, until its time is over. */
function counting(clock: ManualClock, limit: number, windowMs: number) {
  let used = 0;
  let until = 0;
  return () => {
    if (clock.now() >= until) {
      used = 0;
      until = clock.now() + windowMs;
    }
    used += 1;
    return {
      isRefused: used > limit,
      headers: headers(limit, Math.max(0, limit - used), until - clock.now()),
    };
  };
}

test("calls of a webhook go out as soon as there is room, in their order, and none is refused", async () => {
  await fc.assert(
    fc.asyncProperty(waits, fc.integer({ min: 1, max: 8 }), async (pauses, limit) => {
      const clock = new ManualClock();
      const bucket = new CallBucket(clock);
      const count = counting(clock, limit, 2_000);
      const order: number[] = [];
      let refusals = 0;
      const call = async (number: number) => {
        await bucket.take(never);
        const { isRefused, headers: said } = count();
        if (isRefused) refusals += 1;
        order.push(number);
        await clock.sleep(50);
        if (isRefused) bucket.refused(2_000);
        else bucket.answered(said);
      };
      // What the limit is Discord says with its first answer.
      const first = call(-1);
      await new Promise(setImmediate);
      await clock.advance(50);
      await first;
      const all: Promise<void>[] = [];
      for (const [number, pause] of pauses.entries()) {
        all.push(call(number));
        await new Promise(setImmediate);
        await clock.advance(pause);
      }
      for (let waitedMs = 0; order.length <= pauses.length; waitedMs += 100) {
        // So long a window takes, and the way there and back.
        expect(waitedMs).toBeLessThan(2_500 * (1 + pauses.length / limit));
        await clock.advance(100);
      }
      await clock.advance(100);
      await Promise.all(all);
      expect(refusals).toBe(0);
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }),
    { numRuns: 20 },
  );
});

test("after a refusal nothing goes out before its time, and all of it then", async () => {
  const clock = new ManualClock();
  const bucket = new CallBucket(clock);
  await bucket.take(never);
  bucket.refused(3_000);
  let out = 0;
  const calls = [1, 2, 3].map(() => bucket.take(never).then(() => (out += 1)));
  await clock.advance(2_900);
  expect(out).toBe(0);
  await clock.advance(200);
  await Promise.all(calls);
  expect(out).toBe(3);
});

test("who no longer waits takes nobody's place", async () => {
  const clock = new ManualClock();
  const bucket = new CallBucket(clock);
  for (let call = 0; call < 5; call += 1) await bucket.take(never);
  const over = new AbortController();
  const given = bucket.take(over.signal);
  const waiting = bucket.take(never);
  over.abort();
  await expect(given).rejects.toThrow("no room");
  for (let call = 0; call < 5; call += 1) bucket.answered(headers(5, 0, 2_000));
  await clock.advance(2_100);
  await waiting;
  expect(bucket.room).toBe(4);
});
