import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { ManualClock } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Platform } from "../../../../src/core/ports/platform.ts";
import { RecordingInbox, recordingLog } from "../../../contracts/platform/platform-fixtures.ts";
import { type Connected, connect, createPlatform, stopSandbox } from "../connected.ts";

/* What comes from Discord's address and is not Discord, or is Discord and asks to be left alone. */

let clock: ManualClock;
let discord: DiscordEmulator;
let bot: Connected;

beforeEach(async () => {
  clock = new ManualClock();
  discord = await startDiscordEmulator({ clock });
  bot = await connect(discord, { clock });
});
afterEach(async () => {
  await bot.stop();
  await stopSandbox(discord);
});

const MINUTE = 60_000;
const general = () => discord.channel("general").id;
const requests = () => discord.journal.entries.length;
const AWAY = "Discord is away: nothing is asked until then";

async function asked(text: string) {
  await discord.person("Alice").say(general(), `@Rapport ${text}`);
  return bot.platform.replyChannel((await bot.inbox.message(text)).target);
}

/** Keeps trying to post, as the core does, until it is taken or the time is over. */
async function insists(platform: Platform, until: number, everyMs = 1_000): Promise<number> {
  const { target } = await bot.inbox.nth(0);
  let times = 0;
  while (clock.now() < until) {
    times += 1;
    const key = { key: "k", isRetry: false };
    const done = await platform
      .replyChannel(target)
      .post({ text: "Hi", visibility: "public" }, key)
      .then(
        () => true,
        () => false,
      );
    if (done) break;
    await clock.advance(everyMs);
  }
  return times;
}

test.each([401, 403, 404])(
  "JSON that is not Discord's own is an outage with status %i, too",
  async (status) => {
    await asked("hello");
    const before = requests();
    const fault = { type: "page", status, json: '{"error":"the proxy wants a password"}' } as const;
    discord.faults.next({ path: "/**", times: 3, fault });
    expect(await insists(bot.platform, clock.now() + 2 * MINUTE)).toBeGreaterThan(3);
    expect(requests() - before).toBeLessThanOrEqual(6);
    expect(discord.messages(general()).at(-1)?.content).toBe("Hi");
  },
);

test.each([
  { what: "a ban's page", status: 429 },
  { what: "a page in the place of an answer", status: 200 },
  { what: "a proxy's page", status: 502 },
])("$what is an outage: a few requests a minute, until it is over", async ({ status }) => {
  await asked("hello");
  const before = requests();
  const banned = discord.faults.next({ path: "/**", times: 1_000, fault: { type: "page", status } });
  const times = await insists(bot.platform, clock.now() + MINUTE);
  expect(times).toBeGreaterThan(50);
  expect(requests() - before).toBeLessThanOrEqual(6);
  const minute = requests();
  await insists(bot.platform, clock.now() + 5 * MINUTE, 10_000);
  expect(requests() - minute).toBeLessThanOrEqual(6);
  banned.cancel();
  await insists(bot.platform, clock.now() + 2 * MINUTE, 10_000);
  expect(discord.messages(general()).at(-1)?.content).toBe("Hi");
  expect(bot.log.said("Discord answers again")).toHaveLength(1);
  const [first] = bot.log.said(AWAY);
  expect(first?.fields).toMatchObject({ status, waitMs: 2_000, until: "2026-01-01T10:00:02.000Z" });
  expect(bot.log.everything()).not.toContain("doctype");
});

test("the pause is shared by every route, and only one request goes ahead to see whether it is over", async () => {
  const replyChannel = await asked("hello");
  discord.faults.next({ path: "/**", times: 1, fault: { type: "page", status: 429 } });
  const post = (key: string) =>
    replyChannel.post({ text: key, visibility: "public" }, { key, isRetry: false }).catch(() => "refused");
  await post("a");
  const before = requests();
  await replyChannel.typing?.().catch(() => undefined);
  await post("b");
  expect(requests()).toBe(before);
  await clock.advance(2_000);
  discord.faults.next({ path: "/**", fault: { type: "slow", ms: 5 } });
  const typing = replyChannel.typing?.().then(
    () => "typed",
    () => "refused",
  );
  const both = [post("c"), typing];
  await expect.poll(() => clock.left).toContain(5);
  await clock.advance(5);
  expect((await Promise.all(both)).filter((each) => each === "refused")).toHaveLength(1);
  expect(requests() - before).toBe(1);
});

test("a page that names a time is obeyed, and the time is known", async () => {
  const replyChannel = await asked("hello");
  discord.faults.next({ path: "/**", fault: { type: "page", status: 429, retryAfter: 600 } });
  const post = () => replyChannel.post({ text: "x", visibility: "public" }, { key: "k", isRetry: false });
  await expect(post()).rejects.toMatchObject({ code: "platform_unavailable" });
  expect(bot.platform.pausedRoutes).toEqual([{ route: undefined, until: clock.now() + 600_000 }]);
  const before = requests();
  await clock.advance(599_000);
  await expect(post()).rejects.toMatchObject({
    code: "platform_unavailable",
    userMessage: expect.stringMatching(/^Discord /),
  });
  expect(requests()).toBe(before);
  await clock.advance(1_000);
  await post();
  expect(bot.platform.pausedRoutes).toEqual([]);
});

test("a route that Discord closes for hours is left alone so long, and everything else goes on", async () => {
  const replyChannel = await asked("hello");
  const fault = { type: "status", status: 429, headers: { "retry-after": "66271" } } as const;
  discord.faults.next({ method: "POST", path: "/channels/*/messages", fault });
  const post = () => replyChannel.post({ text: "x", visibility: "public" }, { key: "k", isRetry: false });
  for (let times = 0; times < 3; times += 1)
    await expect(post()).rejects.toMatchObject({
      code: "platform_unavailable",
      userMessage: expect.stringContaining("until 2026-01-02 04:24 UTC"),
    });
  expect(discord.journal.of("POST", "/channels/{channel_id}/messages")).toHaveLength(1);
  expect(bot.log.said("Discord closed a route: it is left alone until then")).toMatchObject([
    { fields: { route: `POST /channels/${general()}/messages`, until: "2026-01-02T04:24:31.000Z" } },
  ]);
  expect(bot.platform.pausedRoutes).toMatchObject([{ until: clock.now() + 66_271_000 }]);
  await replyChannel.typing?.();
  await clock.advance(66_271_000);
  await post();
  expect(discord.messages(general()).at(-1)?.content).toBe("x");
});

test("no token of a webhook comes into the log with a route that is closed", async () => {
  const replyChannel = await asked("hello");
  const speaker = { name: "Mira", avatar: undefined };
  const fault = { type: "status", status: 429, headers: { "retry-after": "900" } } as const;
  discord.faults.next({ method: "POST", path: "/webhooks/*/*", fault });
  await replyChannel.post({ text: "x", visibility: "public", author: speaker }, { key: "k", isRetry: false });
  expect(discord.messages(general()).at(-1)).toMatchObject({ content: "**Mira**\nx" });
  const [line] = bot.log.said("Discord closed a route: it is left alone until then");
  expect(line?.fields).toMatchObject({ route: expect.stringMatching(/^POST \/webhooks\/\d+\/…$/) });
});

test("a start that meets a ban asks a few times a minute, says until when, and connects once it is over", async () => {
  const log = recordingLog();
  const platform = createPlatform(discord, { clock, log });
  const banned = discord.faults.next({ path: "/**", times: 1_000, fault: { type: "page", status: 429 } });
  const before = requests();
  const starting = platform.start(new RecordingInbox());
  for (let second = 0; second < 60; second += 1) {
    await expect.poll(() => clock.sleeping).toBeGreaterThan(0);
    await clock.advance(1_000);
  }
  expect(requests() - before).toBeGreaterThan(2);
  expect(requests() - before).toBeLessThanOrEqual(7);
  expect(log.said(AWAY).length).toBeGreaterThan(2);
  banned.cancel();
  for (let minute = 0; minute < 3 && !platform.connected; minute += 1) {
    await clock.advance(MINUTE);
    await Promise.race([starting, new Promise((resolve) => setTimeout(resolve, 200))]);
  }
  await starting;
  expect(platform.connected).toBe(true);
  await platform.stop();
  await platform.close();
});
