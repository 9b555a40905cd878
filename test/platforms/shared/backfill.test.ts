import { expect, test } from "vitest";
import { lookedBackTo } from "../../../src/platforms/shared/backfill.ts";

test("what was said more than a day ago is not looked for", () => {
  const day = 24 * 60 * 60_000;
  const now = Date.parse("2026-07-02T12:00:00Z");
  expect(lookedBackTo(now - day + 1, now)).toBe(now - day + 1);
  expect(lookedBackTo(now - 2 * day, now)).toBe(now - day);
  expect(lookedBackTo(Number.NEGATIVE_INFINITY, now)).toBe(now - day);
});
