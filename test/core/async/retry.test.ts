import { ManualClock } from "@rapport/testing";
import { expect, test } from "vitest";
import { doubling, retry } from "../../../src/core/async/retry.ts";

const away = new Error("away");
const isPassing = (error: unknown) => error === away;

/** Fails so often, then works; notes when it was tried. */
function failing(clock: ManualClock, failures: readonly unknown[]) {
  const began = clock.now();
  const left = [...failures];
  const triedAt: number[] = [];
  const work = async () => {
    triedAt.push(clock.now() - began);
    if (left.length > 0) throw left.shift();
    return "done";
  };
  return { work, triedAt };
}

test("what fails for a time is tried again after each wait", async () => {
  const clock = new ManualClock();
  const { work, triedAt } = failing(clock, [away, away, away]);
  const told: number[] = [];
  const done = retry(work, {
    clock,
    waits: doubling(100, 300),
    isPassing,
    onWait: (_error, ms) => told.push(ms),
  });
  await clock.advance(0);
  await clock.advance(10_000);
  expect(await done).toBe("done");
  expect(triedAt).toEqual([0, 100, 300, 600]);
  expect(told).toEqual([100, 200, 300]);
});

test("what does not pass is thrown at once, and what passes when no wait is left", async () => {
  const clock = new ManualClock();
  const refused = new Error("refused");
  const first = failing(clock, [refused]);
  await expect(retry(first.work, { clock, waits: [1], isPassing })).rejects.toBe(refused);
  expect(first.triedAt).toHaveLength(1);

  const second = failing(clock, [away, away, away]);
  const ended = expect(retry(second.work, { clock, waits: [10, 20], isPassing })).rejects.toBe(away);
  await clock.advance(0);
  await clock.advance(1_000);
  await ended;
  expect(second.triedAt).toEqual([0, 10, 30]);
});

test("a failure may ask for another wait", async () => {
  const clock = new ManualClock();
  const { work, triedAt } = failing(clock, [away, away]);
  const done = retry(work, {
    clock,
    waits: [100, 100],
    isPassing,
    waitMs: (_error, ms) => Math.max(ms, 5_000),
  });
  await clock.advance(0);
  await clock.advance(20_000);
  expect(await done).toBe("done");
  expect(triedAt).toEqual([0, 5_000, 10_000]);
});

test("nobody waits once the signal aborts, and nothing is tried after it", async () => {
  const clock = new ManualClock();
  const over = new AbortController();
  const { work, triedAt } = failing(clock, [away, away]);
  const ended = expect(
    retry(work, { clock, waits: doubling(1_000, 1_000), isPassing, signal: over.signal }),
  ).rejects.toBe(away);
  await clock.advance(500);
  over.abort();
  await ended;
  expect(triedAt).toEqual([0]);
  expect(clock.sleeping).toBe(0);

  const late = failing(clock, [away]);
  await expect(retry(late.work, { clock, waits: [1], isPassing, signal: over.signal })).rejects.toBe(away);
});
