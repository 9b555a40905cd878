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

describe("an answer that Discord's AutoMod blocks", () => {
  let bot: TestBot<RapportDiscord>;
  beforeAll(async () => {
    bot = await startBot(server, { platform: "discord", model: scriptedModel({ clock: systemClock }) });
  });
  afterAll(() => bot.stop());

  const answers = (thread: string) => bot.alice.view(thread).filter(({ isBot }) => isBot);

  test("ends in one sentence, and Try again asks anew", async () => {
    bot.chat.discord.blockWords("echo: [Alice] something rude");
    const thread = await bot.alice.begins("#general", "something rude");
    const refused = await bot.alice.reads(thread, "AutoMod");
    expect(bot.alice.buttons(refused)).toEqual(["Try again"]);
    expect(answers(thread)).toHaveLength(1);
    bot.chat.discord.blockWords();
    await bot.alice.presses(refused, "Try again");
    await bot.alice.reads(thread, "echo: [Alice] something rude");
  });

  test("while it grows is ended: nothing is left growing, and no Stop is left", async () => {
    bot.chat.discord.blockWords("five");
    const thread = await bot.alice.begins("#general", "DRIP one two three four five six seven");
    const refused = await bot.alice.reads(thread, "AutoMod");
    await bot.idle();
    expect(answers(thread)).toHaveLength(1);
    expect(bot.alice.buttons(refused)).toEqual(["Try again"]);
    bot.chat.discord.blockWords();
  });
});

describe("a command that is refused", () => {
  let bot: TestBot<RapportDiscord>;
  beforeAll(async () => {
    bot = await startBot(server, { platform: "discord", model: scriptedModel({ clock: systemClock }) });
  });
  afterAll(() => bot.stop());

  test.each([
    ["romy", "Only admins"],
    ["nobody_at_all", "nobody_at_all"],
  ])(
    "/persona use %s leaves nothing that others see, and no deleted message above the refusal",
    async (name, sentence) => {
      const { discord } = bot.chat;
      const before = discord.messages(discord.channel("general").id).length;
      const refused = await bot.bob.uses("#general", "/persona use", { name });
      expect(refused).toMatchObject({ isPrivate: true, text: expect.stringContaining(sentence) });
      expect(discord.messages(discord.channel("general").id)).toHaveLength(before);
      expect(discord.journal.entries.filter(({ method }) => method === "DELETE")).toEqual([]);
    },
  );

  test("by somebody who may, it is answered for all to see", async () => {
    const told = await bot.alice.uses("#general", "/persona use", { name: "romy" });
    expect(told).toMatchObject({ isPrivate: false });
  });
});

describe("where Discord lets the bot not write", () => {
  let bot: TestBot<RapportDiscord>;
  beforeAll(async () => {
    bot = await startBot(server, { platform: "discord", model: scriptedModel({ clock: systemClock }) });
  });
  afterAll(() => bot.stop());

  test("no model is asked, and who asked is told in direct messages who can change that", async () => {
    const { discord } = bot.chat;
    const who = discord.botName;
    discord.setOverwrites("general", [{ who, deny: ["SendMessagesInThreads", "ManageWebhooks"] }]);
    const thread = await bot.alice.begins("#general", "are you there?");
    const told = await bot.alice.seesAlone("#general", "I cannot answer you in");
    expect(told.text).toContain("to give me *Send Messages in Threads*");
    await bot.idle();
    expect(bot.timesAsked("are you there?")).toBe(0);
    discord.setOverwrites("general", []);
    await bot.alice.asks(thread, "and now?", "echo: [Alice] and now?");
  });
});

describe("where Slack does not let a stream be ended", () => {
  test.each(["restricted_action", "method_not_supported_for_channel_type"])(
    "and says %s, the answer stands whole in another message",
    async (error) => {
      const model = scriptedModel({ clock: systemClock });
      const bot = await startBot(server, { platform: "slack", model });
      const path = "/api/chat.stopStream";
      const ends = bot.chat.faults.next({ path, times: 100, fault: { type: "refusal", error } });
      const thread = await bot.alice.begins("#general", "DRIP one two three four");
      await bot.alice.reads(thread, /echo: \[Alice\] DRIP one two three four/);
      await bot.idle();
      expect(ends.left).toBeLessThan(100);
      const said = bot.alice.view(thread).filter(({ isBot }) => isBot);
      expect(said.map(({ state }) => state)).toEqual(["growing", "whole"]);
      await bot.stop();
    },
  );
});

/** Edits are refused for good, while posts are taken: a token of another bot, a workspace that allows no edits. */
const CLOSED_EDITS = [
  {
    platform: "discord",
    path: "/channels/*/messages/*",
    fault: { type: "status", status: 403, body: { code: 50_005, message: "Not yours" } },
  },
  { platform: "slack", path: "/api/chat.update", fault: { type: "refusal", error: "edit_window_closed" } },
] as const;

describe.each(CLOSED_EDITS)("where $platform lets no message be changed", ({ platform, path, fault }) => {
  let bot: TestBot;
  beforeAll(async () => {
    bot = await startBot(server, { platform, model: scriptedModel({ clock: systemClock }) });
  });
  afterAll(() => bot.stop());

  test("an answer that was begun stands whole in another message", async () => {
    const [method, plain] =
      platform === "slack" ? ["POST", "/api/chat.startStream"] : ["GET", "/channels/*/webhooks"];
    // What is not streamed, and not said through a webhook, grows by edits.
    const refused =
      platform === "slack"
        ? ({ type: "refusal", error: "method_not_supported_for_channel_type" } as const)
        : ({ type: "status", status: 403, body: { code: 50_013, message: "Missing Permissions" } } as const);
    bot.chat.faults.next({ method, path: plain, times: 100, fault: refused });
    const edits = bot.chat.faults.next({ path, times: 100, fault });
    const thread = await bot.alice.begins("#general", "DRIP one two three four");
    await bot.alice.sees(thread, /echo: \[Alice\] DRIP one two three four/);
    await bot.idle();
    expect(edits.left).toBeLessThan(99);
    expect(bot.alice.view(thread).filter(({ isBot }) => isBot)).toHaveLength(2);
  });
});
