import { scriptedModel } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBot, storyServer } from "../../harness/bot.ts";
import type { TestServer } from "../../storage/servers/databases.ts";
import { startTcpProxy, type TcpProxy } from "../../storage/servers/tcp-proxy.ts";

/* A pooler is restarted, while the direct connection with its locks and news of lanes stays. */

let server: TestServer;
beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

const WORDS = "DRIP one two three four five six";

test("a pooler that restarts in mid-answer loses and doubles nothing of it, nor of what waits", async () => {
  let pooler: TcpProxy | undefined;
  const bot = await startBot(server, {
    model: scriptedModel({ clock: systemClock }),
    async proxy(databaseUrl) {
      pooler = await startTcpProxy(databaseUrl);
      return databaseUrl;
    },
    pooled: (databaseUrl) => pooler?.url ?? databaseUrl,
  });
  try {
    const thread = await bot.alice.begins("#general", "hello");
    await bot.alice.reads(thread, "echo: [Alice] hello");
    await bot.alice.says(thread, WORDS);
    await bot.alice.sees(thread, "two");
    await pooler?.close();
    await bot.alice.says(thread, "this waits");
    await bot.alice.sees(thread, "four");
    await pooler?.open();
    await bot.alice.reads(thread, `echo: [Alice] ${WORDS}`);
    await bot.alice.reads(thread, "echo: [Alice] this waits");
    await bot.idle();
    expect([WORDS, "this waits"].map((text) => bot.timesAsked(text))).toEqual([1, 1]);
    expect(bot.alice.view(thread).filter(({ isBot }) => isBot)).toHaveLength(3);
  } finally {
    await bot.stop();
    await pooler?.close();
  }
});
