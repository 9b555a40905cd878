import { expect, test } from "vitest";
import { neverBack } from "../../src/process/clock.ts";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** A wall's clock that can be set, and time that passes whatever it says. */
function clocks() {
  const times = { wall: 50 * HOUR, elapsed: 7 };
  return {
    now: neverBack(
      () => times.wall,
      () => times.elapsed,
    ),
    passes(ms: number) {
      times.wall += ms;
      times.elapsed += ms;
    },
    isSet(by: number) {
      times.wall += by;
    },
    get wall() {
      return times.wall;
    },
  };
}

test("it is the time on the wall, also when that is set ahead", () => {
  const clock = clocks();
  for (const ahead of [0, HOUR]) {
    clock.isSet(ahead);
    clock.passes(0.4);
    clock.passes(SECOND);
    expect(clock.now()).toBe(Math.floor(clock.wall));
  }
});

test("when the wall's clock is set back it goes on, and what lasts a minute lasts little longer", () => {
  const clock = clocks();
  const before = clock.now();
  clock.isSet(-HOUR);
  expect(clock.now()).toBe(before);
  clock.passes(60 * SECOND);
  expect(clock.now() - before).toBeGreaterThanOrEqual(50 * SECOND);
  expect(clock.now() - before).toBeLessThan(60 * SECOND);
});

test("it has met the wall's clock again ten hours after an hour was taken from it", () => {
  const clock = clocks();
  clock.isSet(-HOUR);
  clock.passes(9 * HOUR);
  expect(clock.now()).toBeGreaterThan(clock.wall);
  clock.passes(HOUR + SECOND);
  expect(clock.now()).toBe(clock.wall);
});
