import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { ManualClock } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RecordingInbox } from "../../../contracts/platform/platform-fixtures.ts";
import { asked, type Connected, connect, stopSandbox } from "../connected.ts";

/* People go on writing while nothing can be stored. */

let clock: ManualClock;
let discord: DiscordEmulator;
let bot: Connected;
let inbox: RecordingInbox;

beforeEach(async () => {
  clock = new ManualClock();
  discord = await startDiscordEmulator({ clock });
  inbox = new RecordingInbox();
});
afterEach(async () => {
  await bot.stop();
  await stopSandbox(discord);
});

const SECOND = 1_000;
const CHANNELS = ["general", "random"] as const;
const AWAY = () => Promise.reject(new Error("no database"));

/** Says one message after the other, a second apart. */
async function talk(messages: number): Promise<readonly string[]> {
  const texts = Array.from({ length: messages }, (_, number) => `${number} in ${CHANNELS[number % 2]}`);
  for (const [number, text] of texts.entries()) {
    const channel = discord.channel(CHANNELS[number % 2] ?? "general").id;
    await discord.person("Alice").say(channel, `@Rapport ${text}`);
    await clock.advance(SECOND);
  }
  return texts;
}

const inChannel = (texts: readonly string[], channel: string) =>
  texts.filter((text) => text.endsWith(channel));

async function comesBack(): Promise<void> {
  inbox.answer = async () => "accepted";
  await expect.poll(() => clock.sleeping).toBeGreaterThan(0);
  await clock.advance(5 * SECOND);
}

test.each([60, 600])(
  "what is said while the database is away for %d s is taken when it is back, in order",
  async (seconds) => {
    bot = await connect(discord, { clock, inbox });
    inbox.answer = AWAY;
    const texts = await talk(20);
    await clock.advance((seconds - 20) * SECOND);
    await comesBack();
    for (const text of texts) await inbox.message(text);
    for (const channel of CHANNELS)
      expect(inChannel(inbox.texts(), channel)).toEqual(inChannel(texts, channel));
    expect(asked(discord, "GET", "/channels/{channel_id}/messages")).toEqual([]);
  },
);

test("what there is no room for is looked for when the database is back, in order all the same", async () => {
  bot = await connect(discord, { clock, inbox, maxQueued: 4 });
  inbox.answer = AWAY;
  const texts = await talk(20);
  await comesBack();
  for (const text of texts) await inbox.message(text);
  for (const channel of CHANNELS)
    expect(inChannel(inbox.texts(), channel)).toEqual(inChannel(texts, channel));
  expect(
    bot.log.said("too many events wait for the database: the backfill looks for them later"),
  ).toHaveLength(2);
  expect(asked(discord, "GET", "/channels/{channel_id}/messages")).toHaveLength(2);
});

test("an edit and a deletion of what waits are not lost either", async () => {
  bot = await connect(discord, { clock, inbox });
  const { id: general } = discord.channel("general");
  const one = await discord.person("Alice").say(general, "@Rapport one");
  const two = await discord.person("Alice").say(general, "@Rapport two");
  await inbox.message("two");
  const { revise } = inbox;
  inbox.revise = () => Promise.reject(new Error("no database"));
  await discord.person("Alice").edit(one.id, "@Rapport changed");
  await discord.person("Alice").delete(two.id);
  await expect.poll(() => bot.log.said("could not store an event, trying again")).toHaveLength(1);
  await clock.advance(60 * SECOND);
  inbox.revise = revise;
  await clock.advance(5 * SECOND);
  await expect.poll(() => inbox.revised.map(({ text }) => text)).toEqual(["changed", undefined]);
});

test("an event that fails again and again while all others are stored does not hold its channel up for ever", async () => {
  bot = await connect(discord, { clock, inbox });
  inbox.answer = (event) =>
    event.type === "message" && event.text === "poison"
      ? Promise.reject(new Error("a bug"))
      : Promise.resolve("accepted");
  await discord.person("Alice").say(discord.channel("general").id, "@Rapport poison");
  await discord.person("Alice").say(discord.channel("general").id, "@Rapport behind it");
  for (let number = 0; number < 25; number += 1)
    await discord.person("Alice").say(discord.channel("random").id, `@Rapport ${number}`);
  await inbox.message("24");
  await clock.advance(120 * SECOND);
  await inbox.message("behind it");
  expect(bot.log.said("could not handle an event")).toHaveLength(1);
});

test("what was said after something that a process could not store is left to the next one too", async () => {
  bot = await connect(discord, { clock, inbox });
  inbox.answer = async (event) => (event.type === "message" && event.text === "one" ? AWAY() : "accepted");
  const { id: general } = discord.channel("general");
  await discord.person("Alice").say(general, "@Rapport one");
  await discord.person("Alice").say(general, "@Rapport two");
  await expect.poll(() => clock.sleeping).toBeGreaterThan(0);
  await bot.stop();
  expect(inbox.texts()).toEqual([]);
});
