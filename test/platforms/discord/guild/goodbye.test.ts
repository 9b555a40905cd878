import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { eventually } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { personIdOf } from "../../../../src/platforms/discord/ids.ts";
import { type Connected, connect, stopSandbox } from "../connected.ts";

/*
 * What the adapter owes a server that it is removed from, and those who run the installation.
 */

let discord: DiscordEmulator;
let bot: Connected;

beforeEach(async () => {
  discord = await startDiscordEmulator();
  bot = await connect(discord);
  await discord.gateway.whenConnected();
  await eventually("the server is loaded", () => bot.inbox.tenants.length > 0);
  bot.inbox.tenants.length = 0;
});
afterEach(async () => {
  await bot.stop();
  await stopSandbox(discord);
});

const told = (count: number) =>
  eventually(`${count} are told`, () => bot.inbox.tenants.length >= count && bot.inbox.tenants);
const tenant = () => discord.guildId;

test("a server that removes the bot is told to the core, and that it came back", async () => {
  discord.setBotMembership(false);
  expect(await told(1)).toEqual([{ is: "gone", tenant: tenant() }]);
  discord.setBotMembership(true);
  expect(await told(2)).toEqual([
    { is: "gone", tenant: tenant() },
    { is: "back", tenant: tenant() },
  ]);
});

test("a server that is away for a while is no goodbye", async () => {
  discord.gateway.guildOutage(true);
  discord.gateway.guildOutage(false);
  expect(await told(1)).toEqual([{ is: "back", tenant: tenant() }]);
});

test("a person is written to directly, and one of another platform is not", async () => {
  const alice = discord.person("Alice");
  const text = "Letta has not answered me for 5 minutes. @everyone";
  expect(await bot.platform.messagePerson?.(personIdOf(alice.id), text)).toBe(true);
  const { id: direct } = await alice.openDm();
  expect(discord.messages(direct).map(({ content }) => content)).toEqual([text]);
  const before = discord.journal.entries.length;
  expect(await bot.platform.messagePerson?.("T1.U1" as ReturnType<typeof personIdOf>, text)).toBe(false);
  expect(discord.journal.entries.length).toBe(before);
});
