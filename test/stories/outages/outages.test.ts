import { scriptedModel } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import { PLATFORMS } from "../../harness/platforms.ts";
import { cutConnections, type TestServer } from "../../storage/servers/databases.ts";

let server: TestServer;

beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

describe.each(PLATFORMS)("on %s", (platform) => {
  let bot: TestBot;
  beforeAll(async () => {
    bot = await startBot(server, { platform, model: scriptedModel({ clock: systemClock }) });
  });
  afterAll(() => bot.stop());

  const answers = (thread: string) => bot.alice.view(thread).filter(({ isBot }) => isBot);

  describe("when the database", () => {
    test("restarts, turns in work and those after it are answered once", async () => {
      const thread = await bot.alice.begins("#general", "SLOW1 through it");
      expect(await cutConnections(bot.databaseUrl, "")).toBeGreaterThan(0);
      await bot.alice.reads(thread, "echo: [Alice] SLOW1 through it");
      await bot.alice.asks(thread, "and after", "and after");
      await bot.idle();
      expect(answers(thread)).toHaveLength(2);
      expect(bot.timesAsked("through it")).toBe(1);
    });
  });

  describe("when the platform", () => {
    test.each(["rst", "fin"] as const)(
      "cuts the connection after it took an answer (%s), it is posted once",
      async (by) => {
        const thread = await bot.alice.begins("#support", `thread for ${by}`);
        await bot.alice.reads(thread);
        bot.chat.cutNextPost(by);
        await bot.alice.asks(thread, `post ${by} once`, `post ${by} once`);
        await bot.idle();
        expect(bot.chat.faults.planned).toEqual([]);
        expect(answers(thread).filter(({ text }) => text.includes(`post ${by} once`))).toHaveLength(1);
      },
    );

    test("drops a connection, what was said meanwhile is answered", async () => {
      const thread = await bot.alice.begins("#general", "before the drop");
      await bot.alice.reads(thread);
      bot.chat.dropConnection();
      await bot.alice.asks(thread, "in the gap", "in the gap");
    });

    test("was away from us while we restarted, what was said is answered once and in order", async () => {
      const thread = await bot.alice.begins("#general", "before the restart");
      await bot.alice.reads(thread);
      const restarting = bot.restart();
      await bot.alice.says(thread, "said while you were gone");
      await restarting;
      await bot.alice.reads(thread, "said while you were gone");
      await bot.idle();
      expect(bot.timesAsked("said while you were gone")).toBe(1);
    });
  });
});
