import { scriptedModel } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import type { RapportDiscord } from "../../harness/chats.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

let server: TestServer;

beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

describe("when Discord gives our session up", () => {
  let bot: TestBot<RapportDiscord>;
  beforeAll(async () => {
    bot = await startBot(server, { platform: "discord", model: scriptedModel({ clock: systemClock }) });
  });
  afterAll(() => bot.stop());

  /** Calls the bot while nobody listens, and waits for the one answer. */
  async function isAnsweredOnce(text: string, back: () => Promise<void>): Promise<void> {
    const threads = bot.chat.discord.threads(channel()).length;
    const opening = bot.alice.begins("#general", text);
    await back();
    const thread = await opening;
    await bot.alice.reads(thread, `echo: [Alice] ${text}`);
    await bot.idle();
    expect(bot.timesAsked(text)).toBe(1);
    expect(bot.alice.view(thread).filter(({ isBot }) => isBot)).toHaveLength(1);
    expect(bot.chat.discord.threads(channel())).toHaveLength(threads + 1);
  }
  const channel = () => bot.chat.discord.channel("general").id;

  test("or is down for seconds, a mention said meanwhile is answered once", async () => {
    const { gateway } = bot.chat.discord;
    await bot.chat.faults.goDown();
    gateway.forgetSessions();
    await isAnsweredOnce("said to nobody", () => bot.chat.faults.comeBack());
    expect(gateway.resumes).toBe(0);
  }, 40_000);

  test("since we restarted, a mention said meanwhile is answered once", async () => {
    const { gateway } = bot.chat.discord;
    const restarting = bot.restart();
    await gateway.whenDisconnected();
    await isAnsweredOnce("said to a bot that was off", () => restarting);
  }, 40_000);
});
