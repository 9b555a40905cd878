import { scriptedModel } from "@rapport/letta-server";
import { eventually, systemClock } from "@rapport/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import { Caller } from "../../harness/caller.ts";
import { PLATFORMS } from "../../harness/platforms.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

let server: TestServer;
beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

describe.each(PLATFORMS)("while %s bans the bot", (platform) => {
  let bot: TestBot;
  beforeAll(async () => {
    bot = await startBot(server, { platform, model: scriptedModel({ clock: systemClock }) });
  });
  afterAll(() => bot.stop());

  test("/readyz is not ready and says until when it is left alone", async () => {
    const caller = new Caller(bot);
    expect(await caller.asks("/readyz")).toMatchObject({ status: 200, body: { ready: true } });
    const page = { type: "page", status: 429, retryAfter: 600 } as const;
    bot.chat.faults.next({ path: "/**", times: 1_000, fault: page });
    const before = Date.now();
    await bot.alice.says("#general", "@Rapport hello");
    const { body } = await eventually("the ban is told", async () => {
      const answer = await caller.asks("/readyz");
      return answer.status === 503 && answer;
    });
    expect(body).toMatchObject({ ready: false, parts: { [platform]: "away" } });
    const closed = body.closed as readonly { readonly part: string; readonly until: string }[];
    const until = Date.parse(closed.find(({ part }) => part === platform)?.until ?? "");
    expect(until).toBeGreaterThanOrEqual(before + 600_000);
    expect(until).toBeLessThan(Date.now() + 600_001);
    bot.chat.faults.clear();
  });
});

/** What an answer can do without, and where it stands then. */
const WAYS = [
  { way: "threads", path: "/channels/*/messages/*/threads", where: "channel" },
  { way: "the list of webhooks", path: "/channels/*/webhooks", where: "thread" },
  { way: "webhooks", path: "/webhooks/*/*", where: "thread" },
] as const;

describe.each(WAYS)("while Discord closes $way for an hour", ({ path, where }) => {
  let bot: TestBot;
  beforeAll(async () => {
    bot = await startBot(server, { platform: "discord", model: scriptedModel({ clock: systemClock }) });
  });
  afterAll(() => bot.stop());

  test("people are answered without", async () => {
    const body = { message: "You are being rate limited.", retry_after: 3_600, global: false };
    const limited = { type: "status", status: 429, headers: { "retry-after": "3600" }, body } as const;
    const closed = bot.chat.faults.next({ path, times: 100, fault: limited });
    if (where === "thread") {
      const thread = await bot.alice.begins("#general", "anybody there?");
      await bot.alice.reads(thread, "echo: [Alice] anybody there?");
    } else {
      const said = await bot.alice.says("#general", "@Rapport anybody there?");
      await bot.alice.reads("#general", "echo: [Alice] anybody there?", said);
    }
    expect(closed.left).toBe(99);
    bot.chat.faults.clear();
  });
});
