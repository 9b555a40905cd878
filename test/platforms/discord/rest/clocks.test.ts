import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { ManualClock } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Clock } from "../../../../src/core/ports/clock.ts";
import { checkDiscord } from "../../../../src/platforms/discord/checks/check-discord.ts";
import { TimeOffset } from "../../../../src/platforms/shared/time-offset.ts";
import { recordingLog, testCommands, testMenus } from "../../../contracts/platform/platform-fixtures.ts";
import { connect, stopSandbox } from "../connected.ts";

/* This machine's clock is wrong, Discord's is not. */

let clock: ManualClock;
let discord: DiscordEmulator;

beforeEach(async () => {
  clock = new ManualClock();
  discord = await startDiscordEmulator({ clock });
});
afterEach(() => stopSandbox(discord));

const WRONG_BY = [70_000, 3_600_000, -70_000];

const wrong = (by: number): Clock => ({
  now: () => clock.now() + by,
  sleep: (ms, signal) => clock.sleep(ms, signal),
});

test.each(WRONG_BY)("a clock that is wrong by %d ms fails no command", async (by) => {
  const bot = await connect(discord, { clock: wrong(by) });
  const view = await discord
    .person("Alice")
    .slash(discord.channel("general").id, "chat", { message: "hello" });
  await bot.inbox.nth(0);
  await expect.poll(() => view.state).toBe("deferred");
  expect(bot.log.said("an interaction came too late")).toEqual([]);
  await bot.stop();
});

test("what is really old is still left alone", async () => {
  const bot = await connect(discord, { clock: wrong(70_000) });
  discord.gateway.reorderNext("INTERACTION_CREATE");
  const alice = discord.person("Alice");
  const held = discord.gateway.nextEvent("INTERACTION_CREATE");
  void alice.slash(discord.channel("general").id, "chat", { message: "hello" }).catch(() => undefined);
  await held;
  await clock.advance(61_000);
  await discord.person("Alice").say(discord.channel("general").id, "something else");
  await expect.poll(() => bot.log.said("an interaction came too late")).toHaveLength(1);
  await bot.stop();
});

test.each([
  [70_000, /^This machine's clock is (69|70|71) seconds ahead of Discord's\./],
  [-90_000, /^This machine's clock is (89|90|91) seconds behind Discord's\./],
  [0, undefined],
])("doctor says how wrong it is: %d ms", async (by, sentence) => {
  const found: string[] = [];
  const options = { token: discord.token, apiBase: discord.url, guildId: undefined, log: recordingLog() };
  const looking = checkDiscord({ ...options, commands: testCommands, menus: testMenus, clock: wrong(by) });
  for await (const { text } of looking) found.push(text);
  const said = found.find((text) => text.startsWith("This machine's clock"));
  if (sentence === undefined) expect(said).toBeUndefined();
  else expect(said).toMatch(sentence);
});

test("setting our clock does not move Discord's time, even before Discord is asked again", () => {
  let setBy = 0;
  const time = new TimeOffset({ ...wrong(0), now: () => clock.now() + setBy, elapsed: () => clock.now() });
  time.measure(new Date(clock.now() + 70_000).toUTCString(), clock.now());
  for (const by of [3_600_000, -3_600_000, 0]) {
    setBy = by;
    expect(Math.abs(time.now() - clock.now() - 70_000)).toBeLessThanOrEqual(500);
  }
});
