import type { DiscordEmulator } from "@rapport/discord-emulator";
import { ManualClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Ask, asker, startQuickDiscord, stopAndCheck } from "./clients/quick-discord.ts";

/*
 * Who sees what: channels that are hidden from the bot, private threads, roles given and taken.
 */

let discord: DiscordEmulator;
let ask: Ask;

beforeAll(async () => {
  discord = await startQuickDiscord({ clock: new ManualClock() });
  ask = asker(discord);
});
afterAll(() => stopAndCheck(discord));

const idOf = (channel: string) => discord.channel(channel).id;
const VIEW = String(1 << 10);

test("a channel that the bot may not view comes without its name and with an overwrite that it does not have", async () => {
  const hiding = discord.gateway.nextEvent("CHANNEL_UPDATE");
  discord.setPermissions({ channel: "random", who: "@everyone", deny: ["ViewChannel"] });
  expect(await hiding).toMatchObject({
    id: idOf("random"),
    type: 0,
    name: "___hidden___",
    flags: 1 << 17,
    last_message_id: null,
    permission_overwrites: [{ id: discord.guildId, type: 0, allow: "0", deny: VIEW }],
  });
  const listed = await ask("GET", `/guilds/${discord.guildId}/channels`);
  expect(JSON.stringify(listed.body)).not.toContain(idOf("random"));
  const asked = await ask("GET", `/channels/${idOf("random")}`);
  expect([asked.status, asked.body.code]).toEqual([403, 50_001]);
});

test("what people see is their own affair, and the whole channel comes once the bot may view it", async () => {
  expect(
    discord
      .person("Alice")
      .places()
      .map(({ name }) => name),
  ).toContain("random");
  expect(
    discord
      .person("Bob")
      .places()
      .map(({ name }) => name),
  ).not.toContain("random");
  await expect(discord.person("Bob").say(idOf("random"), "hi")).rejects.toThrow("cannot see");
  const showing = discord.gateway.nextEvent("CHANNEL_UPDATE");
  discord.setOverwrites("random", []);
  expect(await showing).toMatchObject({ name: "random", flags: 0, permission_overwrites: [] });
  await discord.person("Bob").say(idOf("random"), "hi");
});

test("who loses sight of channels by a role is told of each, and again when it is back", async () => {
  const told: unknown[] = [];
  const stopListening = discord.gateway.onEvent((name, data) => {
    if (name === "CHANNEL_UPDATE") told.push(data.name);
  });
  discord.createRole("Member", ["ViewChannel"]);
  discord.setRole("Rapport", []);
  discord.setRole("@everyone", []);
  expect(told).toEqual(["___hidden___", "___hidden___", "___hidden___"]);
  expect(discord.person("Bob").places()).toEqual([]);
  discord.giveRole("Bob", "Member");
  expect(discord.person("Bob").places()).toHaveLength(3);
  expect(told).toHaveLength(3);
  discord.giveRole("Rapport", "Member");
  expect(told.slice(3)).toEqual(["general", "random", "support"]);
  discord.takeRole("Bob", "Member");
  expect(discord.person("Bob").places()).toEqual([]);
  discord.giveRole("Bob", "Member");
  discord.giveRole("Carol", "Member");
  stopListening();
});

test("in a private thread are its members and who manages threads; a mention or a member lets others in", async () => {
  const talk = ["ViewChannel", "SendMessages", "SendMessagesInThreads", "ReadMessageHistory"] as const;
  discord.setRole("Member", talk);
  const thread = await discord.person("Bob").startThread(idOf("general"), "corner", { isPrivate: true });
  const membersOf = () => discord.channel(thread.id).memberIds;
  expect(discord.messages(thread.id, "Carol")).toEqual([]);
  await expect(discord.person("Carol").letIn(thread.id, discord.person("Carol").id)).rejects.toThrow(
    "cannot",
  );
  discord.createRole("Mod", ["ManageThreads"]);
  discord.giveRole("Carol", "Mod");
  await discord.person("Bob").say(thread.id, "hello");
  expect(discord.messages(thread.id, "Carol").map(({ content }) => content)).toEqual(["hello"]);
  discord.takeRole("Carol", "Mod");
  expect(discord.messages(thread.id, "Carol")).toEqual([]);

  const coming = discord.gateway.nextEvent("THREAD_CREATE");
  await discord.person("Bob").say(thread.id, "@Rapport and @Carol, come in");
  expect(await coming).toMatchObject({ id: thread.id, member: { user_id: discord.botUserId } });
  expect(membersOf()).toContain(discord.person("Carol").id);
  await discord.person("Carol").leaveThread(thread.id);
  expect(membersOf()).not.toContain(discord.person("Carol").id);
  expect(discord.messages(thread.id, "Carol")).toEqual([]);
  await discord.person("Bob").letIn(thread.id, discord.person("Carol").id);
  expect(discord.messages(thread.id, "Carol")).toHaveLength(2);
});
