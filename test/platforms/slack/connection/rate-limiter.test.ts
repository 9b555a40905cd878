import { ManualClock } from "@rapport/testing";
import { expect, test } from "vitest";
import { RateLimited } from "../../../../src/platforms/slack/web-api/errors.ts";
import { RateLimiter } from "../../../../src/platforms/slack/web-api/rate-limiter.ts";

function refusing(times: number, retryAfterMs: number) {
  let left = times;
  return async () => {
    left -= 1;
    if (left >= 0) throw new RateLimited("chat.update", retryAfterMs);
    return "done";
  };
}

test("one lane waits as long as Slack asks, and no other does", async () => {
  const clock = new ManualClock();
  const limiter = new RateLimiter(clock);
  const waiting = limiter.run("chat.update/C1", refusing(1, 5_000));
  await expect(limiter.run("chat.update/C2", async () => "at once")).resolves.toBe("at once");
  await clock.advance(4_999);
  expect(clock.sleeping).toBe(1);
  await clock.advance(1);
  await expect(waiting).resolves.toBe("done");
});

test("calls of a lane keep their order, also behind one that failed", async () => {
  const limiter = new RateLimiter(new ManualClock());
  const order: string[] = [];
  const first = limiter.run("lane", async () => {
    await Promise.resolve();
    order.push("first");
    throw new Error("no");
  });
  const second = limiter.run("lane", async () => order.push("second"));
  await expect(first).rejects.toThrow("no");
  await second;
  expect(order).toEqual(["first", "second"]);
});

test("who is not patient, or would wait too long, is told at once", async () => {
  const clock = new ManualClock();
  const limiter = new RateLimiter(clock);
  await expect(limiter.run("a", refusing(1, 1_000), { patient: false })).rejects.toThrow(RateLimited);
  await expect(limiter.run("a", async () => "x", { patient: false })).rejects.toThrow(RateLimited);
  await expect(limiter.run("b", refusing(1, 61_000))).rejects.toThrow(RateLimited);
  expect(clock.sleeping).toBe(0);
});

test("Slack is asked four times at most", async () => {
  const clock = new ManualClock();
  let asked = 0;
  const call = async () => {
    asked += 1;
    throw new RateLimited("chat.update", 1_000);
  };
  const failed = expect(new RateLimiter(clock).run("a", call)).rejects.toThrow(RateLimited);
  while (asked < 4) await clock.advance(1_000);
  await failed;
  await clock.advance(60_000);
  expect(asked).toBe(4);
});
