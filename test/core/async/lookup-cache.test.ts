import { ManualClock } from "@rapport/testing";
import { expect, test } from "vitest";
import { LookupCache } from "../../../src/core/async/lookup-cache.ts";

function counted<Value>(...answers: readonly (Value | Error)[]) {
  const left = [...answers];
  const asked = { times: 0 };
  const ask = async (): Promise<Value> => {
    asked.times += 1;
    const answer = left.shift();
    if (answer === undefined) throw new Error("asked too often");
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { ask, asked };
}

test("an answer is asked for once, also by those who ask while it is on its way, until it is no longer fresh", async () => {
  const clock = new ManualClock();
  const cache = new LookupCache<string>({ clock, freshMs: 1_000, most: 10 });
  const { ask, asked } = counted("first", "second");
  expect(await Promise.all([cache.get("a", ask), cache.get("a", ask)])).toEqual(["first", "first"]);
  await clock.advance(999);
  expect(await cache.get("a", ask)).toBe("first");
  expect(asked.times).toBe(1);
  await clock.advance(1);
  expect(cache.last("a")).toBe("first");
  expect(await cache.get("a", ask)).toBe("second");
});

test("a failure is not kept, and does not take a newer answer with it", async () => {
  const clock = new ManualClock();
  const cache = new LookupCache<string>({ clock, freshMs: 1_000, most: 10 });
  let fail: (error: Error) => void = () => undefined;
  const slow = cache.get(
    "a",
    () =>
      new Promise((_resolve, reject) => {
        fail = reject;
      }),
  );
  cache.forget("a");
  const { ask, asked } = counted("newer");
  expect(await cache.get("a", ask)).toBe("newer");
  fail(new Error("away"));
  await expect(slow).rejects.toThrow("away");
  expect(await cache.get("a", ask)).toBe("newer");
  expect(asked.times).toBe(1);

  const failing = counted<string>(new Error("away"), "back");
  await expect(cache.get("b", failing.ask)).rejects.toThrow("away");
  expect(cache.last("b")).toBeUndefined();
  expect(await cache.get("b", failing.ask)).toBe("back");
});

test("an answer that comes after its key was forgotten is not remembered", async () => {
  const clock = new ManualClock();
  const cache = new LookupCache<string>({ clock, freshMs: 1_000, most: 10 });
  const stale = cache.get("team.a", async () => "stale");
  cache.forget("team.a");
  expect(await stale).toBe("stale");
  expect(cache.last("team.a")).toBeUndefined();
});

test("what is not to be kept is asked for anew", async () => {
  const clock = new ManualClock();
  const cache = new LookupCache<boolean>({ clock, freshMs: 1_000, most: 10, keeps: (isThere) => isThere });
  const { ask, asked } = counted(false, true);
  expect(await cache.get("a", ask)).toBe(false);
  expect(await cache.get("a", ask)).toBe(true);
  expect(await cache.get("a", ask)).toBe(true);
  expect(asked.times).toBe(2);
});

test("keys are forgotten by how they begin, and the oldest when there are too many", async () => {
  const clock = new ManualClock();
  const cache = new LookupCache<string>({ clock, freshMs: 1_000, most: 3 });
  for (const key of ["one.a", "two.a", "one.b"]) await cache.get(key, async () => key);
  cache.forgetAll("one.");
  expect(["one.a", "two.a", "one.b"].map((key) => cache.last(key))).toEqual([undefined, "two.a", undefined]);
  for (const key of ["c", "d", "e"]) await cache.get(key, async () => key);
  expect(["two.a", "c", "d", "e"].map((key) => cache.last(key))).toEqual([undefined, "c", "d", "e"]);
});
