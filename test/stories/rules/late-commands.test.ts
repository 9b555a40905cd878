import { afterAll, beforeAll, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

/*
 * What somebody typed while the bot was away is done when it is back. Whoever was shut out meanwhile would be told, in direct
 * messages, what those say who are left.
 */

let server: TestServer;
beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

const SECRET = "Okapi-4711";
const TYPED = ["!memory show", "!memory search launch", "!memory export", "!memory remember I was here"];

/** Carol types it in a thread while the bot is away, and is shut out before it is back. */
async function getsWhenShutOut(bot: TestBot, thread: string, shutOut: () => void): Promise<string> {
  const dm = await bot.carol.dm();
  await bot.down();
  for (const text of TYPED) await bot.carol.says(thread, text);
  shutOut();
  await bot.up();
  await bot.carol.sees(dm, "You can no longer read this conversation");
  await bot.idle();
  const got = bot.carol.view(dm).filter(({ isBot }) => isBot);
  expect(got).toHaveLength(TYPED.length);
  return JSON.stringify(got);
}

test("who may not see a channel of Discord any more gets nothing of what is known there now", async () => {
  const bot = await startBot(server);
  const { discord } = bot.chat;
  const onlyBob = [
    { who: "@everyone", deny: ["ViewChannel"] },
    { who: "Bob", allow: ["ViewChannel"] },
    { who: "Rapport", allow: ["ViewChannel"] },
  ] as const;
  for (const name of ["plans", "garden"]) discord.addChannel(name);
  discord.setOverwrites("plans", onlyBob);
  await bot.bob.reads(await bot.bob.begins("#plans", `remember that the launch code is ${SECRET}`));
  const thread = await bot.carol.begins("#garden", "hello");
  await bot.carol.reads(thread);
  const got = await getsWhenShutOut(bot, thread, () => discord.setOverwrites("garden", onlyBob));
  expect(got).not.toContain(SECRET);
  const shown = await bot.bob.uses(thread, "/memory show");
  expect(shown.text).toContain(SECRET);
  expect(shown.text).not.toContain("I was here");
  await bot.stop();
});

test("who left a private channel of Slack gets nothing of what is known there", async () => {
  const bot = await startBot(server, { platform: "slack" });
  const { slack } = bot.chat;
  slack.addChannel("plans");
  slack.makePrivate("plans");
  const thread = await bot.bob.begins("#plans", `remember that the launch code is ${SECRET}`);
  await bot.bob.reads(thread);
  const leaves = () => slack.person("Carol").leave(slack.channel("plans").id);
  expect(await getsWhenShutOut(bot, thread, leaves)).not.toContain(SECRET);
  await bot.stop();
});
