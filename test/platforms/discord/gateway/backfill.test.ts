import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { ManualClock } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { placeIdOf } from "../../../../src/platforms/discord/ids.ts";
import type { ActiveChannel } from "../../../../src/platforms/shared/backfill.ts";
import { RecordingInbox } from "../../../contracts/platform/platform-fixtures.ts";
import { asked, type Connected, connect, stopSandbox } from "../connected.ts";

/* What was said while nobody listened. */

let clock: ManualClock;
let discord: DiscordEmulator;
let running: Connected[];

beforeEach(async () => {
  clock = new ManualClock();
  discord = await startDiscordEmulator({ clock });
  running = [];
});
afterEach(async () => {
  for (const bot of running) await bot.stop();
  await stopSandbox(discord);
});

async function started(options: Parameters<typeof connect>[1] = {}): Promise<Connected> {
  const bot = await connect(discord, { clock, ...options });
  running.push(bot);
  return bot;
}

/** Lets time pass once somebody waits for exactly that. */
async function pass(ms: number): Promise<void> {
  await expect.poll(() => clock.left).toContain(ms);
  await clock.advance(ms);
}

/** One login follows another so late. */
const LOGIN_EVERY_MS = 5_000;
const SECOND = 1_000;
/** The client asks four times before it says that there is no answer. */
const UNAVAILABLE = { times: 4, fault: { type: "status", status: 503 } } as const;

const general = () => discord.channel("general").id;
const alice = () => discord.person("Alice");
const bob = () => discord.person("Bob");

/** The channels that were looked through, each time. */
const looked = () =>
  asked(discord, "GET", "/channels/{channel_id}/messages").map(({ path }) => path.split("/")[2]);

/** A thread and direct messages where the bot was asked before, and its inbox, which knows what was asked. */
async function askedInTwoPlaces() {
  const inbox = new RecordingInbox();
  const bot = await connect(discord, { clock, inbox });
  const { id: thread } = await alice().say(general(), "@Rapport a thread");
  const { event, target } = await inbox.message("a thread");
  const draft = {
    title: "a thread",
    opening: "",
    private: false,
    idempotencyKey: { key: "t", isRetry: false },
  };
  await bot.platform.replyChannel(target).openThread?.(draft);
  const { id: dm } = await bob().openDm();
  await bob().say(dm, "a dm");
  const direct = await inbox.message("a dm");
  await bot.stop();
  await clock.advance(SECOND);
  const watched: readonly ActiveChannel[] = [
    { place: event.thread ?? event.place, at: event.at },
    { place: direct.event.place, at: direct.event.at },
  ];
  return { inbox, watched: async () => watched, thread, dm };
}

test("what was said in threads and direct messages while the bot was away is taken, in order", async () => {
  const { inbox, watched, thread, dm } = await askedInTwoPlaces();
  for (const text of ["1", "2", "3"]) await alice().say(thread, text);
  await bob().say(dm, "from Bob");
  await started({ inbox, activeChannels: watched });
  await inbox.message("3");
  await inbox.message("from Bob");
  expect(inbox.texts().filter((text) => text.length === 1)).toEqual(["1", "2", "3"]);
  expect((await inbox.message("1")).event).toMatchObject({
    author: { name: "Alice", manages: true },
    place: { kind: "thread", tenant: discord.guildId },
  });
});

test("what was said while resuming was refused is looked for, and live words wait for it", async () => {
  const { inbox, watched, thread, dm } = await askedInTwoPlaces();
  await started({ inbox, activeChannels: watched });
  // Of the thread the server says that nothing is new.
  await expect.poll(() => looked()).toEqual([dm]);
  discord.gateway.loseNext("MESSAGE_CREATE");
  await alice().say(thread, "lost");
  discord.gateway.invalidate(false);
  discord.faults.next({ method: "GET", path: `/channels/${thread}/messages`, ...UNAVAILABLE });
  await pass(LOGIN_EVERY_MS);
  await expect.poll(() => clock.left).toContain(SECOND);
  await alice().say(thread, "live");
  await alice().say(general(), "elsewhere");
  await inbox.message("elsewhere");
  await pass(SECOND);
  await inbox.message("live");
  expect(inbox.texts()).toEqual(["a thread", "a dm", "elsewhere", "lost", "live"]);
});

/** A bot that was asked in #general before, so that this is not its first start. */
async function askedBefore(): Promise<readonly ActiveChannel[]> {
  const bot = await connect(discord, { clock });
  await alice().say(general(), "@Rapport before");
  const { event } = await bot.inbox.message("before");
  await bot.stop();
  await clock.advance(SECOND);
  const draft = await alice().startThread(general(), "elsewhere");
  return [{ place: { ...event.place, id: placeIdOf(draft.id), kind: "thread" }, at: event.at }];
}

test("a mention in a channel or an open thread while the bot was away is taken once it starts, and only that", async () => {
  const known = await askedBefore();
  const { id: open } = await alice().startThread(general(), "open");
  await alice().say(general(), "among ourselves");
  await alice().say(general(), "@Rapport one");
  await alice().say(general(), "@Rapport two");
  await alice().say(open, "@Rapport in a thread");
  const { inbox } = await started({ activeChannels: async () => known });
  await inbox.message("in a thread");
  await inbox.message("two");
  await alice().say(general(), "live");
  await inbox.message("live");
  const news = inbox.texts().filter((text) => text !== "in a thread");
  expect(news).toEqual(["one", "two", "live"]);
  expect((await inbox.message("one")).event).toMatchObject({
    addressed: "mention",
    author: { name: "Alice", manages: true },
  });
});

test("on its first start ever the bot answers nothing old, and asks for nothing", async () => {
  await alice().say(general(), "@Rapport nobody is here yet");
  await clock.advance(SECOND);
  const { inbox } = await started();
  await alice().say(general(), "@Rapport now");
  await inbox.message("now");
  expect(inbox.texts()).toEqual(["now"]);
  expect(looked()).toEqual([]);
});

test("a mention while Discord was down with gateway and all is taken when it is back, though it refuses at first", async () => {
  const { inbox } = await started();
  await alice().say(general(), "heard");
  await inbox.message("heard");
  await clock.advance(SECOND);
  await discord.faults.goDown();
  discord.gateway.forgetSessions();
  await alice().say(general(), "@Rapport said meanwhile");
  await discord.faults.comeBack();
  discord.faults.next({ method: "GET", path: "/channels/*/messages", ...UNAVAILABLE });
  await pass(LOGIN_EVERY_MS - SECOND);
  await pass(SECOND);
  await inbox.message("said meanwhile");
  expect(inbox.texts()).toEqual(["heard", "said meanwhile"]);
  expect(discord.gateway.resumes).toBe(0);
  expect(discord.gateway.identifies).toBe(2);
  // Four times in vain; and where nothing new was said nothing is asked.
  expect(looked().length).toBeGreaterThan(4);
  expect(new Set(looked())).toEqual(new Set([general()]));
});

test("a channel that may not be read is asked once", async () => {
  const known = await askedBefore();
  await alice().say(general(), "@Rapport hidden");
  const refusal = { type: "status", status: 403, body: { code: 50_001, message: "Missing Access" } } as const;
  discord.faults.next({ method: "GET", path: `/channels/${general()}/messages`, fault: refusal });
  const { inbox, log } = await started({ activeChannels: async () => known });
  await expect.poll(() => log.said("could not look for missed messages")).toHaveLength(1);
  discord.gateway.invalidate(false);
  await pass(LOGIN_EVERY_MS);
  await expect.poll(() => discord.gateway.identifies).toBe(3);
  await alice().say(general(), "live");
  await inbox.message("live");
  expect(looked().filter((channel) => channel === general())).toHaveLength(1);
});

test("who has to connect again and again logs in no faster than Discord takes it", async () => {
  await started();
  for (let login = 2; login <= 3; login += 1) {
    discord.gateway.invalidate(false);
    await expect.poll(() => clock.left).toContain(LOGIN_EVERY_MS);
    await clock.advance(LOGIN_EVERY_MS - 1);
    expect(discord.gateway.identifies).toBe(login - 1);
    await clock.advance(1);
    await expect.poll(() => discord.gateway.identifies).toBe(login);
    await discord.gateway.whenConnected();
  }
});
