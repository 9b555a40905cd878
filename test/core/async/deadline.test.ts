import { ManualClock } from "@rapport/testing";
import { expect, test } from "vitest";
import { withDeadline } from "../../../src/core/async/deadline.ts";

const never = () => new Promise<never>(() => undefined);

test("what is done in time counts, and nobody sleeps on", async () => {
  const clock = new ManualClock();
  let lateCalls = 0;
  const late = () => {
    lateCalls += 1;
    return "late";
  };
  expect(await withDeadline(Promise.resolve("done"), { clock, ms: 1_000, late })).toBe("done");
  expect(clock.sleeping).toBe(0);
  await clock.advance(5_000);
  expect(lateCalls).toBe(0);
});

test("what takes longer is answered at the deadline, and not before", async () => {
  const clock = new ManualClock();
  let answer: string | undefined;
  void withDeadline(never(), { clock, ms: 1_000, late: () => "late" }).then((said) => {
    answer = said;
  });
  await clock.advance(999);
  expect(answer).toBeUndefined();
  await clock.advance(1);
  expect(answer).toBe("late");
});

test("a failure in time is the caller's, and so is what lateness throws", async () => {
  const clock = new ManualClock();
  const failed = Promise.reject(new Error("broken"));
  await expect(withDeadline(failed, { clock, ms: 1_000, late: () => 0 })).rejects.toThrow("broken");
  expect(clock.sleeping).toBe(0);
  const tooLate = withDeadline(never(), {
    clock,
    ms: 1_000,
    late: (): never => {
      throw new Error("too late");
    },
  });
  const seen = expect(tooLate).rejects.toThrow("too late");
  await clock.advance(1_000);
  await seen;
});

test("work that fails after its deadline disturbs nobody", async () => {
  const clock = new ManualClock();
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", note);
  try {
    let fail: (error: Error) => void = () => undefined;
    const work = new Promise<string>((_resolve, reject) => {
      fail = reject;
    });
    const answer = withDeadline(work, { clock, ms: 10, late: () => "late" });
    await clock.advance(10);
    expect(await answer).toBe("late");
    fail(new Error("nobody waits for this"));
    await new Promise(setImmediate);
    expect(unhandled).toEqual([]);
  } finally {
    process.off("unhandledRejection", note);
  }
});
