import { ManualClock } from "@rapport/testing";
import { expect, test } from "vitest";
import { AppError } from "../../../src/core/domain/errors.ts";
import { errorTranslation } from "../../../src/platforms/shared/translate-errors.ts";
import { PlatformUnavailable, untilAskedAgain } from "../../../src/platforms/shared/unavailable.ts";

class ChatRejection extends Error {}
class TooFast extends PlatformUnavailable {}

const { toAppError, translateErrors } = errorTranslation("Chat", (error) => {
  if (error instanceof TooFast) return { code: "platform_unavailable", sentence: "Slower." };
  if (!(error instanceof ChatRejection)) return undefined;
  return { code: "platform_rejected", sentence: "No.", message: `refused: ${error.message}` };
});

test("an outage is said in the platform's name, with the time where it is long", () => {
  const short = new PlatformUnavailable("reset", { mayHaveSucceeded: true });
  expect(toAppError(short)).toMatchObject({
    code: "platform_unavailable",
    userMessage: "Chat does not answer. Try again in a moment.",
    message: "reset",
    cause: short,
  });
  const until = Date.parse("2026-07-01T09:30:00Z");
  const long = new TooFast("banned", { mayHaveSucceeded: false, until, isLong: true });
  expect(toAppError(long)).toMatchObject({ userMessage: expect.stringContaining("2026-07-01 09:30 UTC") });
  expect(toAppError(new TooFast("limit", { mayHaveSucceeded: false }))).toMatchObject({
    code: "platform_unavailable",
    userMessage: "Slower.",
  });
});

test("a rejection is explained, and any other error stays as it is", async () => {
  const refusal = new ChatRejection("code 7");
  const translated = toAppError(refusal);
  expect(translated).toBeInstanceOf(AppError);
  expect(translated).toMatchObject({
    code: "platform_rejected",
    userMessage: "No.",
    message: "refused: code 7",
  });
  const bug = new TypeError("a bug");
  expect(toAppError(bug)).toBe(bug);
  await expect(translateErrors(() => Promise.reject(refusal))).rejects.toMatchObject({ cause: refusal });
  expect(await translateErrors(async () => "done")).toBe("done");
});

test("who is told a time waits until then, and else as planned", () => {
  const clock = new ManualClock();
  const paused = (until?: number) => new PlatformUnavailable("paused", { mayHaveSucceeded: false, until });
  expect(untilAskedAgain(paused(clock.now() + 90_000), clock, 1_000)).toBe(90_000);
  expect(untilAskedAgain(paused(clock.now() - 90_000), clock, 1_000)).toBe(1_000);
  expect(untilAskedAgain(paused(), clock, 1_000)).toBe(1_000);
  expect(untilAskedAgain(new Error("other"), clock, 1_000)).toBe(1_000);
});
