import { type DiscordEmulator, type InteractionView, startDiscordEmulator } from "@rapport/discord-emulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Form } from "../../../../src/core/domain/form.ts";
import { Place } from "../../../../src/core/domain/model.ts";
import { personIdOf, placeIdOf } from "../../../../src/platforms/discord/ids.ts";
import { type Connected, connect, stopSandbox } from "../connected.ts";

/* A form that was opened in a place is done for those alone who still read it. */

let discord: DiscordEmulator;
let bot: Connected;
beforeEach(async () => {
  discord = await startDiscordEmulator();
  bot = await connect(discord);
});
afterEach(async () => {
  await bot.stop();
  await stopSandbox(discord);
});

const FORM: Form = {
  title: "Edit a block",
  command: { name: "memory", action: "edit", options: { block: "human" } },
  fields: [{ name: "text", label: "Text", kind: "line", value: "likes tea", required: true }],
};
const general = () => discord.channel("general").id;
const bob = () => discord.person("Bob");

/** Bob opens a form in this place; gives the way to send it. */
async function opened(place: string): Promise<() => Promise<InteractionView>> {
  const asking = bob().slash(place, "memory", {}, "edit");
  const { target } = await bot.inbox.nth(0);
  await bot.platform.replyChannel(target).openForm?.(FORM);
  const { modal } = await asking;
  if (!modal) throw new Error("no form was opened");
  return () => bob().submit(modal, { text: "likes coffee" });
}

/** A private thread of Carol's with Bob and the bot in it. */
async function privateThread(): Promise<string> {
  const { id } = await discord.person("Carol").startThread(general(), "plans", { isPrivate: true });
  for (const user of [bob().id, discord.botUserId]) await discord.person("Carol").letIn(id, user);
  return id;
}

test("a form from a channel is not done for who may not see it any more", async () => {
  const send = await opened(general());
  discord.setOverwrites("general", [{ who: "Bob", deny: ["ViewChannel"] }]);
  const { response } = await send();
  expect(response).toMatchObject({
    ephemeral: true,
    content: expect.stringMatching(/can no longer read this conversation/),
  });
  expect(bot.inbox.taken).toHaveLength(1);
});

test("a form from a private thread is done for who is in it", async () => {
  const send = await opened(await privateThread());
  await send();
  expect((await bot.inbox.nth(1)).event).toMatchObject({ submitted: true });
});

test("a form from a private thread is not done for who has left it since", async () => {
  const thread = await privateThread();
  const send = await opened(thread);
  await bob().leaveThread(thread);
  const { response } = await send();
  expect(response?.content).toMatch(/can no longer read this conversation/);
  expect(bot.inbox.taken).toHaveLength(1);
});

test("while Discord does not say who is in a private thread nothing is done", async () => {
  const send = await opened(await privateThread());
  const refused = { type: "status", status: 403, body: { code: 50_001, message: "Missing Access" } } as const;
  discord.faults.next({ path: "/channels/*/thread-members/*", fault: refused });
  const { response } = await send();
  expect(response?.content).toMatch(/cannot find out right now/);
  expect(bot.inbox.taken).toHaveLength(1);
});

test("who is a member of a server is asked for, and who left it is none", async () => {
  const id = placeIdOf(general());
  const place = Place.parse({ id, platform: "discord", tenant: discord.guildId, kind: "channel" });
  const isMember = async (user: string) => bot.platform.isMember?.(place, personIdOf(user));
  expect(await isMember("123456789012345678")).toBe(false);
  expect(await isMember(bob().id)).toBe(true);
  const refused = { type: "status", status: 403, body: { code: 50_001, message: "Missing Access" } } as const;
  discord.faults.next({ path: "/guilds/*/members/*", fault: refused });
  await expect(isMember(discord.person("Carol").id)).rejects.toThrow();
});

test("whether somebody reads a place is told by their roles there, and in a private thread by who was let in", async () => {
  const reads = async (channel: string, name: string, more: object = {}) => {
    const at = { id: placeIdOf(channel), platform: "discord", tenant: discord.guildId, ...more };
    const { id } = discord.person(name);
    return bot.platform.stillReads?.(Place.parse({ kind: "channel", ...at }), {
      id: personIdOf(id),
      name,
      manages: false,
    });
  };
  const inGeneral = { kind: "thread", parent: placeIdOf(general()), private: true };
  const thread = await privateThread();
  expect(await reads(general(), "Bob")).toBe(true);
  expect(await reads(thread, "Bob", inGeneral)).toBe(true);
  await bob().leaveThread(thread);
  expect(await reads(thread, "Bob", inGeneral)).toBe(false);
  discord.createRole("Mods", ["ManageThreads"]);
  discord.giveRole("Bob", "Mods");
  expect(await reads(thread, "Bob", inGeneral)).toBe(true);
  discord.setOverwrites("general", [{ who: "Mods", deny: ["ViewChannel"] }]);
  await expect.poll(() => reads(general(), "Bob")).toBe(false);
  expect(await reads(thread, "Bob", inGeneral)).toBe(false);
  expect(await reads(general(), "Carol")).toBe(true);
});
