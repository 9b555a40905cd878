import type { SlackEmulator } from "@rapport/slack-emulator";
import { eventually, ManualClock } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ActiveChannel } from "../../../../src/platforms/shared/backfill.ts";
import { Heard, type StoredHeard } from "../../../../src/platforms/slack/backfill/heard-until.ts";
import { tsTime } from "../../../../src/platforms/slack/ids.ts";
import { placeOf } from "../../../../src/platforms/slack/messages/reply-target.ts";
import { MemoryRecords, silentLog } from "../../../core/world/fakes.ts";
import { type Connected, connect, startSlack } from "../connected.ts";

let slack: SlackEmulator;
let bot: Connected | undefined;
beforeEach(async () => {
  slack = await startSlack();
  slack.limits.switchOff();
});
afterEach(async () => {
  await bot?.stop();
  bot = undefined;
  await slack.stop();
  expect(slack.crashes).toEqual([]);
});

const bob = () => slack.person("Bob");
const general = () => slack.channel("general").id;
const calls = (method: string) =>
  slack.journal.entries.filter(({ path }) => path === `/api/${method}`).length;

/** A thread of #general where people talk with the bot, as the database tells of it. */
async function thread(text: string): Promise<{ readonly ts: string; readonly watched: ActiveChannel }> {
  const { ts } = await bob().say(general(), text);
  const place = placeOf(
    { team: slack.teamId, url: "https://x.slack.com/" },
    { channel: general(), thread: ts },
  );
  return { ts, watched: { place, at: tsTime(ts) } };
}

async function start(watched: readonly ActiveChannel[]): Promise<Connected> {
  bot = await connect(slack, { activeChannels: async () => watched });
  return bot;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

test("in however many threads something is said while nobody listens, all of it is found, by few requests", async () => {
  const threads = [];
  for (const index of numbers(150)) threads.push(await thread(`thread ${index}`));
  const quiet = threads.slice(100);
  for (const [index, { ts }] of threads.slice(0, 100).entries())
    await bob().say(general(), `answer ${index}`, { threadTs: ts });
  const { inbox } = await start(threads.map(({ watched }) => watched));
  await eventually("all is found", () => inbox.texts().length === 100);
  expect(new Set(inbox.texts())).toEqual(new Set(numbers(100).map((index) => `answer ${index}`)));
  // One page tells which of the threads have something new.
  expect(quiet).toHaveLength(50);
  expect(calls("conversations.replies")).toBe(100);
  expect(calls("conversations.history")).toBeLessThan(10);
});

test("what was said while a bot was away that nobody had been answered by is found, as far as it was heard", async () => {
  const heard = new MemoryRecords<StoredHeard>();
  await bob().say(general(), "@Rapport before it came");
  const first = await connect(slack, { heard });
  await first.stop();
  const root = await bob().say(general(), "@Rapport hello");
  await bob().say(general(), "and this", { threadTs: root.ts });
  const dm = (await bob().openDm()).id;
  await bob().say(dm, "directly");
  bot = await connect(slack, { heard });
  const { inbox } = bot;
  await eventually("all is found", () => inbox.texts().length >= 3);
  await bob().say(general(), "at last", { threadTs: root.ts });
  await inbox.message("at last");
  expect(inbox.texts().filter((text) => text !== "directly")).toEqual(["hello", "and this", "at last"]);
  expect(inbox.texts()).toContain("directly");
});

test("how far was heard is noted as long as Slack is heard, and nothing is looked for", async () => {
  const records = new MemoryRecords<StoredHeard>();
  const clock = new ManualClock();
  const stopping = new AbortController();
  let isUpToDate = true;
  const heard = new Heard({
    ...{ records, clock, log: silentLog, stopping: stopping.signal },
    name: "T1",
    isUpToDate: () => isUpToDate,
  });
  const MINUTE = 60_000;
  expect(await heard.since()).toBeUndefined();
  const began = clock.now();
  await heard.begin();
  const keeping = heard.keep();
  await clock.advance(10_000);
  expect(await heard.since()).toBe(began);
  for (let times = 0; times < 6; times += 1) await clock.advance(20_000);
  const noted = began + 100_000 - MINUTE;
  expect(await heard.since()).toBe(noted);
  isUpToDate = false;
  for (let times = 0; times < 6; times += 1) await clock.advance(20_000);
  isUpToDate = true;
  await clock.advance(20_000);
  expect(await heard.since()).toBe(noted);
  await clock.advance(20_000);
  expect(await heard.since()).toBe(began + 260_000 - MINUTE);
  // Whoever comes later does not begin anew.
  await heard.begin();
  expect(await heard.since()).toBe(began + 260_000 - MINUTE);
  stopping.abort();
  await clock.advance(20_000);
  await keeping;
});

test("a mention in a thread where nobody talked with us yet is found", async () => {
  const { watched } = await thread("elsewhere");
  const { ts } = await bob().say(general(), "what shall we do?");
  await bob().say(general(), "no idea", { threadTs: ts });
  await bob().say(general(), "@Rapport you?", { threadTs: ts });
  const { inbox } = await start([watched]);
  await inbox.message("you?");
  expect(inbox.texts()).toEqual(["you?"]);
});

test("a mention that was answered by others meanwhile opens its thread, and what they said there is found", async () => {
  const { watched } = await thread("elsewhere");
  const { ts } = await bob().say(general(), "@Rapport hello");
  await bob().say(general(), "and how are you?", { threadTs: ts });
  const { inbox } = await start([watched]);
  const { event: hello } = await inbox.message("hello");
  expect(hello.place.kind).toBe("channel");
  expect(hello.thread?.id).toMatch(new RegExp(`${ts.replace(".", "\\.")}$`));
  const { event: answer } = await inbox.message("and how are you?");
  expect(answer.place.id).toBe(hello.thread?.id);
});

test("more than a page of a busy channel and more channels than a page are looked through", async () => {
  const { watched } = await thread("hello");
  for (const index of numbers(220)) slack.addChannel(`room-${index}`);
  await bob().say(slack.channel("room-219").id, "@Rapport far away");
  await bob().say(general(), "@Rapport first");
  for (const index of numbers(230)) await bob().say(general(), `chatter ${index}`);
  await bob().say(general(), "@Rapport last");
  const { inbox } = await start([watched]);
  await eventually("all is found", () => inbox.texts().length === 3);
  expect(inbox.texts().filter((text) => text !== "far away")).toEqual(["first", "last"]);
});

test("what is new in a place waits until what was missed there is found, however often that fails", async () => {
  const { ts, watched } = await thread("hello");
  for (const text of ["one", "two"]) await bob().say(general(), text, { threadTs: ts });
  const fault = { type: "status", status: 503 } as const;
  // Three tries of the SDK for each of ours.
  slack.faults.next({ path: "/api/conversations.*", times: 4, fault });
  const { inbox, log } = await start([watched]);
  await bob().say(general(), "three", { threadTs: ts });
  await bob().say(slack.channel("random").id, "@Rapport elsewhere");
  await eventually("all is there", () => inbox.texts().length === 4);
  expect(inbox.texts().filter((text) => text !== "elsewhere")).toEqual(["one", "two", "three"]);
  expect(log.said("looking for missed messages later")).not.toEqual([]);
}, 20_000);

test("after a gap without any socket, what was said in it stands before what is said later", async () => {
  const { ts, watched } = await thread("hello");
  const { inbox } = await start([watched]);
  await bob().say(general(), "zero", { threadTs: ts });
  await inbox.message("zero");
  for (const lost of ["message", "message"]) slack.sockets.loseNext(lost);
  slack.sockets.cut("all");
  await slack.sockets.whenDisconnected();
  await bob().say(general(), "one", { threadTs: ts });
  await bob().say(general(), "two", { threadTs: ts });
  slack.faults.next({ path: "/api/conversations.*", fault: { type: "slow", ms: 300 } });
  await slack.sockets.whenConnected(1);
  await bob().say(general(), "three", { threadTs: ts });
  await eventually("all is there", () => inbox.texts().length === 4);
  expect(inbox.texts()).toEqual(["zero", "one", "two", "three"]);
}, 30_000);

test("events that Slack left out of a minute are found, though later ones came", async () => {
  const { ts, watched } = await thread("hello");
  const { inbox, log } = await start([watched]);
  for (const lost of ["message", "message", "app_mention"]) slack.sockets.loseNext(lost);
  await bob().say(general(), "left out", { threadTs: ts });
  await bob().say(general(), "@Rapport this too");
  await bob().say(general(), "came", { threadTs: ts });
  await inbox.message("came");
  expect(await slack.sockets.tellRateLimited()).toMatchObject({ acknowledged: true });
  await eventually("all is there", () => inbox.texts().length === 3);
  expect(inbox.texts().toSorted()).toEqual(["came", "left out", "this too"]);
  expect(log.said("an interaction came from Slack for something that Rapport never showed")).toEqual([]);
});

test("while nothing can be stored nothing is lost, and the order holds, without Slack bringing it again", async () => {
  const { ts, watched } = await thread("hello");
  const { inbox, log } = await start([watched]);
  await bob().say(general(), "zero", { threadTs: ts });
  await inbox.message("zero");
  const before = slack.deliveries.length;
  inbox.answer = () => Promise.reject(new Error("no database"));
  for (const index of numbers(30)) await bob().say(general(), `word ${index}`, { threadTs: ts });
  await eventually(
    "it is noted",
    () => log.said("could not store an event of Slack, trying again").length > 0,
  );
  inbox.answer = async () => "accepted";
  await eventually("all is stored", () => inbox.texts().length === 31);
  expect(inbox.texts()).toEqual(["zero", ...numbers(30).map((index) => `word ${index}`)]);
  expect(slack.deliveries.slice(before).map(({ attempt }) => attempt)).toEqual(numbers(30).map(() => 0));
  expect(calls("conversations.replies")).toBe(1);
});
