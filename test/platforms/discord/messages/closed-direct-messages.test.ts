import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { ManualClock } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { asked, type Connected, connect, stopSandbox } from "../connected.ts";

/*
 * What is for one person alone, where that person takes no direct messages.
 */

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
const once = (key: string, again = false) => ({ key, isRetry: again });
const general = () => discord.channel("general").id;
const bob = () => discord.person("Bob");
const seenBy = (name: string) => discord.messages(general(), name).map(({ content }) => content);
const draft = { title: "a secret", opening: "You to **Romy**:\n> a secret", idempotencyKey: once("o") };
const stop = {
  label: "Stop answering",
  style: "plain",
  command: { name: "memory", action: "show", options: {} },
} as const;

async function opened() {
  bob().closeDms(true);
  const count = bot.inbox.taken.length;
  await bob().slash(general(), "memory", {}, "show");
  const { target } = await bot.inbox.nth(count);
  const open = await bot.platform.replyChannel(target).openDirectMessages?.(draft);
  if (!open) throw new Error("nothing was opened");
  return { ...open, sink: bot.platform.replyChannel(open.target) };
}

test("the question and the answer are shown where it was asked, to who asked and to nobody else", async () => {
  const { place, sink: replyChannel, isElsewhere } = await opened();
  expect(isElsewhere).toBe(true);
  expect(place).toMatchObject({ kind: "direct", tenant: "direct" });
  const id = await replyChannel.post(
    { text: "I rem", visibility: "public", buttons: [stop], isStreaming: true },
    once("a"),
  );
  await replyChannel.edit?.(id, { text: "I remember", visibility: "public" });
  expect(seenBy("Bob")).toEqual([draft.opening, "I remember"]);
  expect(seenBy("Alice")).toEqual([]);
  expect(discord.messages(general())).toEqual([]);
  expect(discord.threads(general())).toEqual([]);
});

test("nobody sees us type for it, and no thread is opened from it", async () => {
  const { sink: replyChannel } = await opened();
  expect(replyChannel.typing).toBeUndefined();
  expect(replyChannel.openThread).toBeUndefined();
});

test("a button there belongs to the direct messages, and its answer is as private", async () => {
  const { place, sink: replyChannel } = await opened();
  await replyChannel.post(
    { text: "long", visibility: "public", buttons: [stop], isStreaming: true },
    once("a"),
  );
  const shown = discord.messages(general(), "Bob").at(-1);
  const [row] = shown?.components ?? [];
  const [button] = (row?.components ?? []) as { custom_id: string }[];
  const count = bot.inbox.taken.length;
  await bob().click(shown?.id ?? "", button?.custom_id ?? "");
  const { event, target } = await bot.inbox.nth(count);
  expect(event.place).toEqual(place);
  await bot.platform.replyChannel(target).post({ text: "Stopped.", visibility: "public" }, once("s"));
  expect(seenBy("Bob")).toContain("Stopped.");
  expect(discord.messages(general())).toEqual([]);
});

test("after a quarter of an hour it goes on in direct messages that are open by then, else it is told to be late", async () => {
  const { sink: replyChannel } = await opened();
  const id = await replyChannel.post({ text: "one", visibility: "public" }, once("a"));
  await clock.advance(16 * MINUTE);
  await expect(replyChannel.edit?.(id, { text: "uno", visibility: "public" })).rejects.toMatchObject({
    code: "not_found",
  });
  await expect(replyChannel.post({ text: "two", visibility: "public" }, once("b"))).rejects.toMatchObject({
    code: "answer_late",
  });
  expect(discord.messages(general())).toEqual([]);

  bob().closeDms(false);
  await replyChannel.post({ text: "three", visibility: "public" }, once("c"));
  expect(discord.messages((await bob().openDm()).id).map(({ content }) => content)).toEqual(["three"]);
  expect(discord.messages(general())).toEqual([]);
});

test("another process goes on with it as privately", async () => {
  const { target } = await opened();
  const count = asked(discord, "POST", "/channels/{channel_id}/messages").length;
  const other = await connect(discord, { clock });
  await other.platform.replyChannel(target).post({ text: "later", visibility: "public" }, once("c"));
  expect(seenBy("Bob")).toEqual([draft.opening, "later"]);
  expect(discord.messages(general())).toEqual([]);
  expect(asked(discord, "POST", "/channels/{channel_id}/messages")).toHaveLength(count);
  await other.stop();
});

test("what was asked by a message has no such way: who asked is told what to do", async () => {
  bob().closeDms(true);
  await bob().say(general(), "@Rapport hello");
  const { target } = await bot.inbox.message("hello");
  await expect(bot.platform.replyChannel(target).openDirectMessages?.(draft)).rejects.toMatchObject({
    code: "platform_rejected",
    userMessage: expect.stringContaining("Use the slash command instead"),
  });
  expect(seenBy("Bob")).toEqual([`<@${discord.botUserId}> hello`]);
});

test("who takes direct messages gets the question there", async () => {
  const count = bot.inbox.taken.length;
  await bob().slash(general(), "memory", {}, "show");
  const { target } = await bot.inbox.nth(count);
  const open = await bot.platform.replyChannel(target).openDirectMessages?.(draft);
  expect(open?.isElsewhere).toBeUndefined();
  const dm = await bob().openDm();
  expect(open?.place.id).toBe(`discord.${dm.id}`);
  expect(discord.messages(dm.id).map(({ content }) => content)).toEqual([draft.opening]);
});
