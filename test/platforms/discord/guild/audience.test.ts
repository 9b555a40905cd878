import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { eventually } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Place } from "../../../../src/core/domain/model.ts";
import { type Connected, connect, createPlatform, stopSandbox } from "../connected.ts";

/*
 * Who the adapter says can read a place, and what it does not read itself.
 */

let discord: DiscordEmulator;
let bot: Connected;

beforeEach(async () => {
  discord = await startDiscordEmulator();
  bot = await connect(discord);
  await discord.gateway.whenConnected();
});
afterEach(async () => {
  await bot.stop();
  await stopSandbox(discord);
});

const alice = () => discord.person("Alice");
const bob = () => discord.person("Bob");
const channel = (name: string, more: Partial<Place> = {}): Place =>
  ({
    id: `discord.${discord.channel(name).id}`,
    platform: "discord",
    tenant: discord.guildId,
    kind: "channel",
    ...more,
  }) as Place;
const readers = (place: Place, platform = bot.platform) => platform.readers?.(place);
const becomes = (name: string, expected: object) =>
  eventually(`#${name} is read by ${JSON.stringify(expected)}`, async () => {
    const found = await readers(channel(name));
    return expect.objectContaining(expected).asymmetricMatch(found);
  });
const setOf = async (name: string) => {
  const found = await readers(channel(name));
  return found?.who === "some" ? found.set : found?.who;
};

test("a channel is everyone's until it is closed, and again once it is opened", async () => {
  discord.createRole("Staff");
  await becomes("general", { who: "everyone" });
  discord.setOverwrites("general", [
    { who: "@everyone", deny: ["ViewChannel"] },
    { who: "Staff", allow: ["ViewChannel"] },
    { who: "Rapport", allow: ["ViewChannel"] },
  ]);
  await becomes("general", { who: "some", named: "@Staff" });
  discord.setOverwrites("general", []);
  await becomes("general", { who: "everyone" });
});

test("in a gated server the channels that one role opens are one, by whatever overwrites", async () => {
  discord.createRole("Member", ["ViewChannel", "ReadMessageHistory"]);
  discord.setRole("@everyone", ["SendMessages"]);
  await becomes("general", { who: "some", named: "@Member" });
  discord.setOverwrites("random", [
    { who: "@everyone", deny: ["ViewChannel"] },
    { who: "Member", allow: ["ViewChannel"] },
    { who: "Rapport", allow: ["ViewChannel"] },
  ]);
  await eventually("both are one", async () => (await setOf("random")) === (await setOf("general")));
  discord.setRole("Member", ["ViewChannel"]);
  await eventually("who reads no history is another set", async () => {
    const [general, random] = [await setOf("general"), await setOf("random")];
    return general === random && general !== undefined;
  });
});

test("a process that hears nothing asks Discord, and says the same", async () => {
  discord.createRole("Staff");
  discord.setOverwrites("support", [
    { who: "@everyone", deny: ["ViewChannel"] },
    { who: "Staff", allow: ["ViewChannel"] },
    { who: "Rapport", allow: ["ViewChannel"] },
  ]);
  await becomes("support", { who: "some", named: "@Staff" });
  const other = createPlatform(discord);
  for (const name of ["general", "support"])
    expect(await readers(channel(name), other)).toEqual(await readers(channel(name)));
  const thread = await alice().startThread(discord.channel("support").id, "talk");
  const place = channel(thread.id, { kind: "thread", parent: channel("support").id });
  expect(await readers(place, other)).toEqual(await readers(channel("support")));
  expect(await readers({ ...place, private: true }, other)).toMatchObject({ who: "members", of: place.id });
  await other.close();
});

test("what changed while the connection was gone is known as soon as it is back", async () => {
  await becomes("general", { who: "everyone" });
  discord.gateway.forgetSessions();
  discord.gateway.drop();
  discord.setPermissions({ channel: "general", who: "@everyone", deny: ["ViewChannel"] });
  discord.setPermissions({ channel: "general", who: "Rapport", allow: ["ViewChannel"] });
  await becomes("general", { who: "some", named: "the administrators" });
  await discord.gateway.whenConnected();
  await becomes("general", { who: "some", named: "the administrators" });
});

test("nothing is concluded from a channel that is hidden from us, and all is known once it is not", async () => {
  await becomes("general", { who: "everyone" });
  discord.setPermissions({ channel: "general", who: "@everyone", deny: ["ViewChannel"] });
  await becomes("general", { who: "unknown" });
  const place = channel("general");
  const other = createPlatform(discord);
  expect(await readers(place, other)).toEqual({ who: "unknown" });
  await other.close();
  discord.setPermissions({ channel: "general", who: "@everyone" });
  await becomes("general", { who: "everyone" });
});

test("an announcement channel is read by servers that nobody can list", async () => {
  discord.addChannel("news", { type: 5 });
  await becomes("news", { who: "members", of: channel("news").id, outsiders: true });
});

test("a private thread that we were not let into is not read, though managing threads shows it", async () => {
  const thread = await bob().startThread(discord.channel("general").id, "quiet", { isPrivate: true });
  await bob().say(thread.id, "nobody asked you");
  await bob().say(discord.channel("general").id, "heard");
  await bot.inbox.message("heard");
  expect(bot.inbox.texts()).toEqual(["heard"]);
});

test("who mentions us in a private thread lets us in, and from then on it is read", async () => {
  const thread = await bob().startThread(discord.channel("general").id, "quiet", { isPrivate: true });
  await bob().say(thread.id, "before");
  await bob().say(thread.id, "@Rapport come in");
  const { event } = await bot.inbox.message("come in");
  expect(event.place).toMatchObject({ kind: "thread", private: true });
  await bob().say(thread.id, "after");
  await bot.inbox.message("after");
  expect(bot.inbox.texts()).toEqual(["come in", "after"]);
});

test("who was let in is heard after a restart too, and who was let out is not", async () => {
  const ours = await bob().startThread(discord.channel("general").id, "ours", { isPrivate: true });
  const theirs = await bob().startThread(discord.channel("general").id, "theirs", { isPrivate: true });
  await bob().letIn(ours.id, discord.botUserId);
  await bot.stop();
  bot = await connect(discord);
  await discord.gateway.whenConnected();
  await bob().say(theirs.id, "not for you");
  await bob().say(ours.id, "for you");
  await bot.inbox.message("for you");
  expect(bot.inbox.texts()).toEqual(["for you"]);
});

test("no mention in what a persona says lets anybody into a private thread", async () => {
  const thread = await bob().startThread(discord.channel("general").id, "quiet", { isPrivate: true });
  await bob().say(thread.id, "@Rapport call Carol");
  const { target } = await bot.inbox.message("call Carol");
  const text = `Come here <@${discord.person("Carol").id}> and <@&${discord.guildId}>!`;
  const replyChannel = bot.platform.replyChannel(target);
  const id = await replyChannel.post(
    { text, visibility: "public", author: { name: "Ada", avatar: undefined } },
    {
      key: "a",
      isRetry: false,
    },
  );
  await replyChannel.edit?.(id, { text, visibility: "public", author: { name: "Ada", avatar: undefined } });
  await replyChannel.post({ text, visibility: "public" }, { key: "b", isRetry: false });
  const said = discord.messages(thread.id, "Bob").filter(({ author }) => author.bot);
  expect(said).toHaveLength(2);
  for (const { content } of said) expect(content).not.toMatch(/<@[!&]?\d/);
  expect(discord.channel(thread.id).memberIds).not.toContain(discord.person("Carol").id);
});
