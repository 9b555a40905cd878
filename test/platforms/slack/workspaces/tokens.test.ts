import type { SlackEmulator } from "@rapport/slack-emulator";
import { eventually } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AppError } from "../../../../src/core/domain/errors.ts";
import { type Connected, connect, startSlack } from "../connected.ts";

let slack: SlackEmulator;
let lost: AppError[];
let bot: Connected | undefined;
beforeEach(async () => {
  slack = await startSlack();
  lost = [];
});
afterEach(async () => {
  await bot?.stop();
  bot = undefined;
  await slack.stop();
  expect(slack.crashes).toEqual([]);
});

const start = async () => {
  bot = await connect(slack, { onLost: ({ error }) => lost.push(error) });
  return bot;
};

test.each(["uninstall", "revokeTokens"] as const)(
  "after %s of the one workspace there is nothing left to do, and the end says what to mend",
  async (how) => {
    await start();
    slack[how]();
    await eventually("it is told", () => lost.length > 0);
    expect(lost.map(({ userMessage }) => userMessage)).toEqual([
      expect.stringContaining("Install the app there again, set the new token"),
    ]);
  },
);

test("a token that was revoked unheard is noticed by the first call that is refused", async () => {
  const { inbox, platform } = await start();
  await slack.person("Bob").say(slack.channel("general").id, "@Rapport hello");
  const { target } = await inbox.message("hello");
  slack.sockets.loseNext("tokens_revoked");
  slack.revokeTokens();
  const post = platform
    .replyChannel(target)
    .post({ text: "x", visibility: "public" }, { key: "a", isRetry: false });
  await expect(post).rejects.toMatchObject({ code: "platform_rejected" });
  expect(lost).toHaveLength(1);
});

test("an app-level token that is refused when a socket connects anew ends in a sentence, not in a crash", async () => {
  await start();
  slack.revokeAppToken();
  slack.sockets.cut("one");
  await eventually("it is told", () => lost.length > 0);
  expect(lost[0]?.userMessage).toContain("SLACK_APP_TOKEN");
}, 30_000);

test("an app-level token without its scope stops the start, which would else never end", async () => {
  slack.revokeAppToken();
  await expect(connect(slack)).rejects.toMatchObject({
    code: "misconfigured",
    userMessage: expect.stringContaining("SLACK_APP_TOKEN"),
  });
});
