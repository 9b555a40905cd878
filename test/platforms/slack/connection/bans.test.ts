import type { SlackEmulator } from "@rapport/slack-emulator";
import { eventually, ManualClock } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Platform } from "../../../../src/core/ports/platform.ts";
import { RecordingInbox, recordingLog } from "../../../contracts/platform/platform-fixtures.ts";
import { botMessages, type Connected, connect, createPlatform, startSlack, textOf } from "../connected.ts";

/* What comes from Slack's address and is not Slack, or is Slack and asks to be left alone. */

let clock: ManualClock;
let slack: SlackEmulator;
let bot: Connected;
beforeEach(async () => {
  clock = new ManualClock();
  slack = await startSlack();
  bot = await connect(slack, { clock });
});
afterEach(async () => {
  await bot.stop();
  await slack.stop();
  expect(slack.crashes).toEqual([]);
});

const MINUTE = 60_000;
const AWAY = "Slack is away: nothing is asked until then";
const requests = () => slack.journal.entries.length;

async function asked(text: string) {
  await slack.person("Bob").say(slack.channel("general").id, `@Rapport ${text}`);
  const taken = await bot.inbox.message(text);
  const replyChannel = bot.platform.replyChannel(taken.target);
  const post = (what = "Hi", key = "k") =>
    replyChannel.post({ text: what, visibility: "public" }, { key, isRetry: false });
  return { ...taken, sink: replyChannel, post };
}

/** Keeps trying to post, as the core does, until it is taken or the time is over. */
async function insists(post: () => Promise<unknown>, until: number, everyMs = 1_000): Promise<number> {
  for (let times = 1; ; times += 1) {
    const done = await post().then(
      () => true,
      () => false,
    );
    if (done || clock.now() >= until) return times;
    await clock.advance(everyMs);
  }
}

test("JSON that is not Slack's own is an outage, and no refusal of the answer", async () => {
  const { post, event } = await asked("hello");
  const before = requests();
  const fault = { type: "page", status: 403, json: '{"error":"the proxy wants a password"}' } as const;
  slack.faults.next({ path: "/api/**", times: 3, fault });
  expect(await insists(post, clock.now() + 2 * MINUTE)).toBeGreaterThan(3);
  expect(requests() - before).toBeLessThanOrEqual(6);
  expect(botMessages(slack, event.place, "Bob").map(textOf)).toEqual(["Hi"]);
});

test.each([
  { what: "a ban's page", status: 429 },
  { what: "a page in the place of an answer", status: 200 },
  { what: "a proxy's page", status: 502 },
])("$what is an outage: a few requests a minute, until it is over", async ({ status }) => {
  const { post, event } = await asked("hello");
  const before = requests();
  const banned = slack.faults.next({ path: "/api/**", times: 1_000, fault: { type: "page", status } });
  expect(await insists(post, clock.now() + MINUTE)).toBeGreaterThan(50);
  expect(requests() - before).toBeLessThanOrEqual(6);
  const minute = requests();
  await insists(post, clock.now() + 5 * MINUTE, 10_000);
  expect(requests() - minute).toBeLessThanOrEqual(6);
  banned.cancel();
  await insists(post, clock.now() + 2 * MINUTE, 10_000);
  expect(botMessages(slack, event.place, "Bob").map(textOf)).toEqual(["Hi"]);
  expect(bot.log.said("Slack answers again")).toHaveLength(1);
  expect(bot.log.said(AWAY)[0]?.fields).toMatchObject({ status, waitMs: 2_000 });
  expect(bot.log.everything()).not.toContain("doctype");
});

test("the pause is shared by every method and every address of Slack", async () => {
  const { post, sink: replyChannel } = await asked("hello");
  const pressed = await slack.person("Bob").slash(slack.channel("general").id, "memory", "show");
  const command = await bot.inbox.nth(1);
  slack.faults.next({ path: "/api/**", fault: { type: "page", status: 429 } });
  await expect(post()).rejects.toMatchObject({ code: "platform_unavailable" });
  const before = requests();
  await replyChannel.typing?.();
  const answer = bot.platform.replyChannel(command.target);
  const privately = { text: "x", visibility: "private" } as const;
  await expect(answer.post(privately, { key: "p", isRetry: false })).rejects.toMatchObject({
    code: "platform_unavailable",
  });
  expect(requests()).toBe(before);
  await clock.advance(2_000);
  await answer.post(privately, { key: "p", isRetry: false });
  expect(slack.interaction(pressed.id)?.responses).toHaveLength(1);
});

test("a page that names a time is obeyed, and the time is known", async () => {
  const { post } = await asked("hello");
  slack.faults.next({ path: "/api/**", fault: { type: "page", status: 429, retryAfter: 600 } });
  await expect(post()).rejects.toMatchObject({ code: "platform_unavailable" });
  expect(bot.platform.pausedRoutes).toEqual([{ route: undefined, until: clock.now() + 600_000 }]);
  const before = requests();
  await clock.advance(599_000);
  await expect(post()).rejects.toMatchObject({ code: "platform_unavailable" });
  expect(requests()).toBe(before);
  await clock.advance(1_000);
  await post();
  expect(bot.platform.pausedRoutes).toEqual([]);
});

test("a method that Slack closes for hours is left alone so long, and everything else goes on", async () => {
  const { post, sink: replyChannel, event } = await asked("hello");
  const posted = await post("first");
  const fault = { type: "status", status: 429, headers: { "retry-after": "66271" } } as const;
  slack.faults.next({ path: "/api/chat.postMessage", fault });
  const until = clock.now() + 66_271_000;
  for (let times = 0; times < 3; times += 1)
    await expect(post("second", "s")).rejects.toMatchObject({
      code: "platform_unavailable",
      userMessage: expect.stringMatching(/^Slack takes no such requests from here until .* UTC/),
    });
  expect(bot.log.said("Slack closed a route: it is left alone until then")).toMatchObject([
    { fields: { route: "chat.postMessage", until: new Date(until).toISOString() } },
  ]);
  expect(bot.platform.pausedRoutes).toEqual([{ route: "chat.postMessage", until }]);
  expect(bot.log.everything()).not.toContain(slack.botToken);
  await replyChannel.edit?.(posted, { text: "first, changed", visibility: "public" });
  await clock.advance(66_271_000);
  await post("second", "s");
  expect(botMessages(slack, event.place, "Bob").map(textOf)).toEqual(["first, changed", "second"]);
});

test("a start that meets a ban asks a few times a minute, says until when, and connects once it is over", async () => {
  const log = recordingLog();
  const platform: Platform = createPlatform(slack, { clock, log });
  const banned = slack.faults.next({ path: "/api/**", times: 1_000, fault: { type: "page", status: 429 } });
  const before = requests();
  const starting = platform.start(new RecordingInbox());
  for (let second = 0; second < 60; second += 1) {
    await eventually("it waits", () => clock.sleeping > 0);
    await clock.advance(1_000);
  }
  expect(requests() - before).toBeGreaterThan(2);
  expect(requests() - before).toBeLessThanOrEqual(7);
  expect(log.said(AWAY).length).toBeGreaterThan(2);
  banned.cancel();
  const connected = new AbortController();
  void starting.finally(() => connected.abort());
  await eventually("it connects", async () => {
    if (!connected.signal.aborted) await clock.advance(1_000);
    return connected.signal.aborted;
  });
  await starting;
  expect(platform.connected).toBe(true);
  await platform.stop();
  await platform.close();
}, 30_000);
