import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { ManualClock } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RecordKey } from "../../../../src/core/domain/record-key.ts";
import type { SessionStorage } from "../../../../src/platforms/discord/gateway/listener.ts";
import type { StoredShard } from "../../../../src/platforms/discord/gateway/sessions.ts";
import { RecordingInbox } from "../../../contracts/platform/platform-fixtures.ts";
import { MemoryRecords } from "../../../core/world/fakes.ts";
import { asked, type Connected, connect, stopSandbox } from "../connected.ts";

/* What is stored of the connection, and what the next process makes of it. */

/** Of a process that was killed nothing is written any more. */
class Kept extends MemoryRecords<StoredShard> {
  readonly keys = new Set<string>();
  isKilled: boolean = false;

  override async set(key: RecordKey, value: StoredShard): Promise<void> {
    if (this.isKilled) return;
    this.keys.add(key);
    await super.set(key, value);
  }
}

let clock: ManualClock;
let discord: DiscordEmulator;
let running: Connected[];
let inbox: RecordingInbox;
let records: Kept;

beforeEach(async () => {
  clock = new ManualClock();
  discord = await startDiscordEmulator({ clock });
  running = [];
  inbox = new RecordingInbox();
  records = new Kept();
});
afterEach(async () => {
  for (const bot of running) await bot.stop();
  await stopSandbox(discord);
});

const SECOND = 1_000;
const general = () => discord.channel("general").id;
const alice = () => discord.person("Alice");
const looked = () =>
  asked(discord, "GET", "/channels/{channel_id}/messages").map(({ path }) => path.split("/")[2]);

const free: SessionStorage["claim"] = async () => ({
  lost: new AbortController().signal,
  release: async () => undefined,
});

async function started(options: Parameters<typeof connect>[1] = {}): Promise<Connected> {
  const bot = await connect(discord, { clock, inbox, sessions: { records, claim: free }, ...options });
  running.push(bot);
  return bot;
}

test("a restart goes on where it ended: what was said meanwhile is replayed, in order, edits and all", async () => {
  const first = await started();
  await alice().say(general(), "@Rapport before");
  await inbox.message("before");
  await first.stop();
  const { id } = await alice().say(general(), "@Rapport one");
  await alice().edit(id, "@Rapport one, edited");
  await discord.person("Bob").say(general(), "@Rapport two");
  const second = await started();
  await inbox.message("two");
  expect(inbox.texts()).toEqual(["before", "one", "two"]);
  await expect.poll(() => inbox.revised.map(({ text }) => text)).toEqual(["one, edited"]);
  // Of the server nothing is told anew, and yet it is known who manages it.
  expect((await inbox.message("one")).event.author).toMatchObject({ name: "Alice", manages: true });
  expect((await inbox.message("two")).event.author).toMatchObject({ name: "Bob", manages: false });
  expect([discord.gateway.identifies, discord.gateway.resumes]).toEqual([1, 1]);
  expect(looked()).toEqual([]);
  expect(second.platform.connected).toBe(true);
});

test("a bot that was killed goes on from what it had stored, and what it took after that is not taken again", async () => {
  const first = await started();
  await alice().say(general(), "@Rapport early");
  await inbox.message("early");
  await expect.poll(() => clock.left).toContain(SECOND);
  await clock.advance(SECOND);
  await expect.poll(() => records.list()).toHaveLength(1);
  records.isKilled = true;
  await alice().say(general(), "@Rapport taken, and not noted");
  await inbox.message("taken, and not noted");
  await first.stop();
  records.isKilled = false;
  await alice().say(general(), "@Rapport missed");
  await started();
  await inbox.message("missed");
  expect(inbox.texts()).toEqual(["early", "taken, and not noted", "missed"]);
  expect([discord.gateway.identifies, discord.gateway.resumes]).toEqual([1, 1]);
});

test("a bot that was killed in its first second goes on all the same", async () => {
  const first = await started();
  await expect.poll(() => records.list()).toHaveLength(1);
  records.isKilled = true;
  await first.stop();
  records.isKilled = false;
  discord.gateway.forgetSessions();
  await clock.advance(SECOND);
  await alice().say(general(), "@Rapport missed");
  await started();
  await inbox.message("missed");
  expect(inbox.texts()).toEqual(["missed"]);
});

test("what could not be stored before the end is replayed to the next process, before what came later", async () => {
  const first = await started();
  await alice().say(general(), "@Rapport stored");
  await inbox.message("stored");
  inbox.answer = () => Promise.reject(new Error("no database"));
  await alice().say(general(), "@Rapport not stored");
  await expect.poll(() => first.log.said("could not store an event, trying again")).toHaveLength(1);
  await first.stop();
  inbox.answer = async () => "accepted";
  await alice().say(general(), "@Rapport later");
  await started();
  await inbox.message("later");
  expect(inbox.texts()).toEqual(["stored", "not stored", "later"]);
  expect(discord.gateway.resumes).toBe(1);
});

test("where Discord no longer knows the session, each of 150 threads with news is looked through, the newest first", async () => {
  const first = await started();
  const threads: string[] = [];
  for (let number = 0; number < 150; number += 1)
    threads.push((await alice().startThread(general(), `thread ${number}`)).id);
  const { id: dm } = await discord.person("Bob").openDm();
  await discord.person("Bob").say(dm, "a dm");
  const direct = await inbox.message("a dm");
  await first.stop();
  await clock.advance(60 * SECOND);
  for (const [number, thread] of threads.entries()) await alice().say(thread, `said in ${number}`);
  await discord.person("Bob").say(dm, "a dm again");
  discord.gateway.forgetSessions();
  const active = async () => [{ place: direct.event.place, at: direct.event.at }];
  const second = await started({ activeChannels: active });
  for (const number of threads.keys()) await inbox.message(`said in ${number}`);
  await inbox.message("a dm again");
  // Once each, but for what Discord asked to be asked more slowly.
  expect(new Set(looked())).toEqual(new Set([...threads, dm, general()]));
  expect(looked().length).toBeLessThan(160);
  const order = looked().filter((channel) => threads.includes(channel ?? ""));
  expect(order.slice(0, 4).toSorted()).toEqual(threads.slice(-4).toSorted());
  await expect
    .poll(() => second.log.said("looked everywhere for missed messages"))
    .toMatchObject([{ fields: { places: 152 } }]);
});

test("a long talk is looked through to its end, in its order, and before what is new there", async () => {
  const first = await started();
  const { id: thread } = await alice().startThread(general(), "long");
  await first.stop();
  const words = Array.from({ length: 250 }, (_, number) => `${number}`);
  for (const word of words) await alice().say(thread, word);
  discord.gateway.forgetSessions();
  discord.faults.next({
    method: "GET",
    path: `/channels/${thread}/messages`,
    times: 4,
    fault: { type: "status", status: 503 },
  });
  const { log } = await started();
  await expect.poll(() => log.said("could not look for missed messages yet, trying again")).toHaveLength(1);
  await alice().say(thread, "live");
  await clock.advance(SECOND);
  await inbox.message("live");
  expect(inbox.texts()).toEqual([...words, "live"]);
});

test("a search that was cut off by the end of the process is begun anew by the next one", async () => {
  const first = await started();
  const { id: thread } = await alice().startThread(general(), "a thread");
  await first.stop();
  await alice().say(thread, "missed");
  discord.gateway.forgetSessions();
  const down = discord.faults.next({
    method: "GET",
    path: `/channels/${thread}/messages`,
    times: 1_000,
    fault: { type: "status", status: 503 },
  });
  const second = await started();
  await expect
    .poll(() => second.log.said("could not look for missed messages yet, trying again"))
    .toHaveLength(1);
  await second.stop();
  down.cancel();
  await started();
  await inbox.message("missed");
});

test("of two processes on one database only one stores and resumes", async () => {
  await (await started()).stop();
  const taken: SessionStorage["claim"] = async () => undefined;
  await started({ sessions: { records, claim: taken } });
  expect([discord.gateway.identifies, discord.gateway.resumes]).toEqual([2, 0]);
});

test("nothing of what is stored can be used without the token, and the token is not in it", async () => {
  const first = await started();
  await first.stop();
  const [stored] = await records.list();
  expect(stored?.session).toMatchObject({ shards: 1, sequence: expect.any(Number) });
  expect(JSON.stringify([stored, ...records.keys])).not.toContain(discord.token);
});
