import { scriptedModel } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

/* What people take from the bot while it answers: its webhook, its place in a server or channel. */

let server: TestServer;
let bot: TestBot;

beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());
afterEach(() => bot.stop());

const model = scriptedModel({ clock: systemClock });
const WORDS = "DRIP one two three four five six seven";

const answers = (thread: string) => bot.alice.view(thread).filter(({ isBot }) => isBot);

/** A thread in which an answer to WORDS has begun to grow. */
async function growing(): Promise<string> {
  const thread = await bot.alice.begins("#general", "hello");
  await bot.alice.reads(thread, "echo: [Alice] hello");
  await bot.alice.says(thread, WORDS);
  await bot.alice.sees(thread, "two");
  return thread;
}

test("when the webhook of a growing answer is deleted, the answer stands whole in another message", async () => {
  const discordBot = await startBot(server, { platform: "discord", model });
  bot = discordBot;
  const { discord } = discordBot.chat;
  const thread = await growing();
  discord.deleteWebhooks(discord.channel("general").id);
  await bot.alice.reads(thread, `echo: [Alice] ${WORDS}`);
  await bot.idle();
  expect(answers(thread).map(({ state }) => state)).toEqual(["whole", "growing", "whole"]);
  expect(bot.timesAsked(WORDS)).toBe(1);
  await bot.alice.asks(thread, "and after", "echo: [Alice] and after");
});

test("when the thread of a growing answer is deleted, whoever waits there is told directly, by its name", async () => {
  const discordBot = await startBot(server, { platform: "discord", model });
  bot = discordBot;
  const { discord } = discordBot.chat;
  const thread = await growing();
  await bot.alice.says(thread, "and this waits");
  const { name } = discord.channel(thread);
  const headers = { authorization: `Bot ${discord.token}` };
  const gone = await fetch(`${discord.url}/v10/channels/${thread}`, { method: "DELETE", headers });
  expect(gone.status).toBe(200);
  await bot.idle();
  const told = bot.alice.view(await bot.alice.dm()).map(({ text }) => text);
  const sentence = expect.stringMatching(/^I cannot answer you in <#\d+> \(`.+`\)\. That channel is gone\./);
  expect(told).toEqual([sentence, sentence]);
  expect(told[0]).toContain(`\`${name}\``);
  await bot.alice.reads(await bot.alice.begins("#general", "and after"), "echo: [Alice] and after");
});

test("a bot that was thrown out of a server and invited back goes on in the threads it was in", async () => {
  const discordBot = await startBot(server, { platform: "discord", model });
  bot = discordBot;
  const { discord } = discordBot.chat;
  const thread = await growing();
  discord.setBotMembership(false);
  await bot.idle();
  expect(answers(thread).filter(({ state }) => state === "growing")).toEqual([]);
  discord.setBotMembership(true);
  await bot.alice.asks(thread, "and after", "echo: [Alice] and after");
});

test("a bot that was removed from a channel and invited back goes on in the threads it was in", async () => {
  const slackBot = await startBot(server, { platform: "slack", model });
  bot = slackBot;
  const { slack } = slackBot.chat;
  const thread = await growing();
  slack.setBotMembership("general", false);
  await bot.idle();
  expect(answers(thread).filter(({ state }) => state === "growing")).toEqual([]);
  slack.setBotMembership("general", true);
  await bot.alice.asks(thread, "and after", "echo: [Alice] and after");
});
