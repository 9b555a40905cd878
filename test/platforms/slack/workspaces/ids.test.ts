import { expect, test } from "vitest";
import {
  isAfter,
  locationOf,
  messageEventIdOf,
  messageIdOf,
  messageRefOf,
  personIdOf,
  placeIdOf,
  tsTime,
} from "../../../../src/platforms/slack/ids.ts";

const ts = "1767261600.000200";

test("ids of places and messages are taken apart as they were made", () => {
  for (const spot of [
    { team: "T1", channel: "C1" },
    { team: "T1", channel: "D1", thread: ts },
  ])
    expect(locationOf(placeIdOf(spot))).toEqual(spot);
  for (const kind of ["plain", "own", "fleeting"] as const) {
    const ref = { team: "T1", channel: "C1", ts, kind };
    expect(messageRefOf(messageIdOf(ref))).toEqual(ref);
  }
});

test("nothing of two workspaces has one id", () => {
  const ids = ["T1", "T2"].flatMap((team) => [
    placeIdOf({ team, channel: "C1" }),
    personIdOf(team, "U1"),
    messageEventIdOf({ team, channel: "C1", ts }),
  ]);
  expect(new Set(ids).size).toBe(6);
});

test("a ts tells when, and which came later", () => {
  expect(Math.floor(tsTime(ts))).toBe(1_767_261_600_000);
  expect(tsTime("1767261600.000201")).toBeGreaterThan(tsTime(ts));
  expect(isAfter("1767261600.000201", ts)).toBe(true);
  expect(isAfter(ts, ts)).toBe(false);
});
