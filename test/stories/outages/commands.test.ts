import { scriptedModel } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import { PLATFORMS } from "../../harness/platforms.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

let server: TestServer;
beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

/** Where each platform takes answers to commands. More than one try makes, its own repetitions included. */
const ANSWERS = {
  discord: { path: "/webhooks/*/*/messages/@original", times: 10 },
  slack: { path: "/commands/**", times: 4 },
} as const;

describe.each(PLATFORMS)("a command whose answer %s cannot take", (platform) => {
  let bot: TestBot;
  beforeAll(async () => {
    bot = await startBot(server, { platform, model: scriptedModel({ clock: systemClock }) });
  });
  afterAll(() => bot.stop());

  test("is answered when the outage is over, and done once", async () => {
    const fault = { type: "status", status: 503 } as const;
    const outage = bot.chat.faults.next({ ...ANSWERS[platform], fault });
    const answer = await bot.alice.uses("#general", "/persona info");
    expect(outage.left).toBe(0);
    expect(answer.text).toContain("Ada");
    await bot.idle();
    expect(bot.alice.view("#general").filter(({ isBot }) => isBot)).toHaveLength(1);
  });
});
