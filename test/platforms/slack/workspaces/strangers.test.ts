import type { SlackEmulator, SlackWorkspace } from "@rapport/slack-emulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AppError } from "../../../../src/core/domain/errors.ts";
import { type Connected, connect, startSlack, textOf } from "../connected.ts";

/*
 * The same app in two workspaces: Slack brings what happens in both to whoever holds the app's sockets. This process has
 * the bot token of the first.
 */
let slack: SlackEmulator;
let beta: SlackWorkspace;
let lost: AppError[];
let bot: Connected;
beforeEach(async () => {
  slack = await startSlack();
  beta = slack.addWorkspace("Beta");
  beta.install();
  beta.setBotMembership("general", true);
  lost = [];
  bot = await connect(slack, { onLost: ({ error }) => lost.push(error) });
});
afterEach(async () => {
  await bot.stop();
  await slack.stop();
  expect(slack.crashes).toEqual([]);
});

const ignored = () => bot.log.said("events of a workspace without an installation are ignored");

/** What is said in our own workspace is heard, and so everything that came before it was taken. */
async function hearsOurs(text: string): Promise<void> {
  await slack.person("Bob").say(slack.channel("general").id, `@Rapport ${text}`);
  await bot.inbox.message(text);
}

test("what is said, asked and pressed in another workspace is ignored, and noted once", async () => {
  const bob = beta.person("Bob");
  const general = beta.channel("general").id;
  for (const text of ["what is our launch code?", "and again?"]) {
    const heard = slack.nextDelivery("app_mention");
    await bob.say(general, `@Rapport ${text}`);
    expect((await heard).outcome).toMatchObject({ acknowledged: true });
  }
  const asked = await bob.slash(general, "memory", "remember text:theirs");
  expect(textOf(asked.response!)).toContain("I do not work in this workspace");
  await bob.openHome();
  await hearsOurs("ours");
  expect(bot.inbox.texts()).toEqual(["ours"]);
  expect(bot.inbox.taken.map(({ event }) => event.type)).toEqual(["message"]);
  expect(bob.home()).toBeUndefined();
  expect(ignored().map(({ fields }) => fields)).toEqual([expect.objectContaining({ team: beta.teamId })]);
});

test.each(["uninstall", "revokeTokens"] as const)(
  "%s in another workspace ends nothing of ours",
  async (how) => {
    const told = slack.nextDelivery("tokens_revoked");
    beta[how]();
    expect((await told).outcome).toMatchObject({ acknowledged: true });
    await hearsOurs("still here?");
    expect(lost).toEqual([]);
    expect(bot.platform.connected).toBe(true);
  },
);

test("an answer that was kept for a place of another workspace is not posted with our token", async () => {
  const [taken] = [await saidHere("hello")];
  const target = { ...taken.target, team: beta.teamId, channel: beta.channel("general").id };
  const post = bot.platform
    .replyChannel(target)
    .post({ text: "x", visibility: "public" }, { key: "a", isRetry: false });
  await expect(post).rejects.toMatchObject({ code: "platform_rejected" });
  expect(lost).toEqual([]);
});

async function saidHere(text: string) {
  await slack.person("Bob").say(slack.channel("general").id, `@Rapport ${text}`);
  return bot.inbox.message(text);
}
