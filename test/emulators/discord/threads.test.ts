import type { DiscordEmulator } from "@rapport/discord-emulator";
import { ManualClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Ask, asker, NOBODY, startQuickDiscord, stopAndCheck } from "./clients/quick-discord.ts";

const clock = new ManualClock();
let discord: DiscordEmulator;
let ask: Ask;
let general: string;

beforeAll(async () => {
  discord = await startQuickDiscord({ clock });
  ask = asker(discord);
  general = discord.channel("#general").id;
});

afterAll(() => stopAndCheck(discord));

const codes = async (...request: Parameters<Ask>) => {
  const answer = await ask(...request);
  return [answer.status, answer.body.code];
};
const post = (channelId: string, content = "x") =>
  codes("POST", `/channels/${channelId}/messages`, { content });
const threadOn = async (messageId: unknown, body: object = { name: "t", type: 11 }) =>
  await ask("POST", `/channels/${general}/messages/${messageId}/threads`, body);

async function thread(extra: object = {}): Promise<string> {
  const answer = await ask("POST", `/channels/${general}/threads`, { name: "t", type: 11, ...extra });
  expect(answer.status).toBe(201);
  return String(answer.body.id);
}

test("a thread from a message has its id, its flag and its pointer, and there is one", async () => {
  const root = await discord.person("Alice").say(general, "root");
  expect((await threadOn(root.id)).body.id).toBe(root.id);
  expect(discord.messages(general).find(({ id }) => id === root.id)?.threadId).toBe(root.id);
  expect(discord.messages(root.id).map(({ type }) => type)).toEqual([21]);
  const again = await threadOn(root.id);
  expect([again.status, again.body.code]).toEqual([400, 160_004]);
  expect((await threadOn(NOBODY)).body.code).toBe(10_008);
});

test("a thread without a type is private, a public one is announced in its channel", async () => {
  const hidden = await ask("POST", `/channels/${general}/threads`, { name: "hidden" });
  expect(hidden.body.type).toBe(12);
  await thread({ name: "open" });
  expect(discord.messages(general).at(-1)).toMatchObject({ type: 18, content: "open", isSystem: true });
  expect(discord.messages(String(hidden.body.id), "Bob")).toEqual([]);
  await expect(discord.person("Bob").say(String(hidden.body.id), "hi")).rejects.toThrow("cannot see");
  await ask("PUT", `/channels/${hidden.body.id}/thread-members/${discord.person("Bob").id}`);
  await discord.person("Bob").say(String(hidden.body.id), "hi");
});

test.each([
  ["no name", { type: 11 }],
  ["a name of 101 characters", { name: "n".repeat(101), type: 11 }],
  ["another duration", { name: "n", type: 11, auto_archive_duration: 120 }],
  ["an announcement thread in a text channel", { name: "n", type: 10 }],
])("a thread with %s is refused", async (_what, body) => {
  expect(await codes("POST", `/channels/${general}/threads`, body)).toEqual([400, 50_035]);
});

test("a quiet thread archives itself, takes no edits, and a message opens it again", async () => {
  const id = await thread({ auto_archive_duration: 60 });
  const sent = await ask("POST", `/channels/${id}/messages`, { content: "first" });
  await clock.advance(59 * 60_000);
  expect(discord.channel(id).archived).toBe(false);
  await clock.advance(60_000);
  expect(discord.channel(id).archived).toBe(true);
  const message = `/channels/${id}/messages/${sent.body.id}`;
  expect(await codes("PATCH", message, { content: "y" })).toEqual([400, 50_083]);
  expect(await codes("PUT", `${message}/reactions/%F0%9F%91%8D/@me`)).toEqual([400, 50_083]);
  expect(await codes("PATCH", `/channels/${id}`, { name: "new" })).toEqual([400, 50_083]);
  expect((await ask("PATCH", `/channels/${id}`, { name: "new", archived: false })).status).toBe(200);
  await ask("PATCH", `/channels/${id}`, { archived: true });
  expect(await post(id)).toEqual([200, undefined]);
  expect(discord.channel(id).archived).toBe(false);
});

test("a locked and archived thread takes nothing", async () => {
  const id = await thread();
  await discord.person("Alice").changeThread(id, { archived: true, locked: true });
  expect(await post(id)).toEqual([403, 160_005]);
  const webhook = await ask("POST", `/channels/${general}/webhooks`, { name: "Personas" });
  const execute = `/webhooks/${webhook.body.id}/${webhook.body.token}?wait=true&thread_id=${id}`;
  expect(await codes("POST", execute, { content: "x" })).toEqual([403, 160_005]);
});

test("active and archived threads are listed apart", async () => {
  const side = discord.addChannel("side").id;
  const make = async (name: string) =>
    String((await ask("POST", `/channels/${side}/threads`, { name, type: 11 })).body.id);
  const [open, closed] = [await make("open"), await make("closed")];
  await ask("PATCH", `/channels/${closed}`, { archived: true });
  const active = await ask("GET", `/guilds/${discord.guildId}/threads/active`);
  const ids = (list: unknown) => (Array.isArray(list) ? list.map(({ id }) => id) : []);
  expect(ids(active.body.threads)).toContain(open);
  expect(ids(active.body.threads)).not.toContain(closed);
  const archived = await ask("GET", `/channels/${side}/threads/archived/public`);
  expect([ids(archived.body.threads), archived.body.has_more]).toEqual([[closed], false]);
  expect(discord.threads(side).map(({ name }) => name)).toEqual(["open", "closed"]);
});

test("who writes in a thread joins it, and can be sent away", async () => {
  const id = await thread();
  await discord.person("Bob").say(id, "hi");
  const bob = discord.person("Bob").id;
  expect(discord.channel(id).memberIds).toEqual([discord.botUserId, bob]);
  expect((await ask("GET", `/channels/${id}/thread-members/${bob}`)).body.user_id).toBe(bob);
  expect(await codes("DELETE", `/channels/${id}/thread-members/${bob}`)).toEqual([204, undefined]);
  expect(await codes("GET", `/channels/${id}/thread-members/${bob}`)).toEqual([404, 10_007]);
});

test("in threads SendMessagesInThreads counts, and SendMessages does not", async () => {
  const id = await thread();
  discord.setPermissions({ channel: "general", who: "Rapport", deny: ["SendMessages"] });
  expect(await post(general)).toEqual([403, 50_013]);
  expect(await post(id)).toEqual([200, undefined]);
  discord.setPermissions({ channel: "general", who: "Rapport", deny: ["SendMessagesInThreads"] });
  expect(await post(general)).toEqual([200, undefined]);
  expect(await post(id)).toEqual([403, 50_013]);
  discord.setPermissions({ channel: "general", who: "Rapport" });
});

test("each permission that is missing is missed where it is needed", async () => {
  const sent = await ask("POST", `/channels/${general}/messages`, { content: "x" });
  const others = await discord.person("Bob").say(general, "his");
  const without = async (
    deny: Parameters<DiscordEmulator["setPermissions"]>[0]["deny"],
    ...request: Parameters<Ask>
  ) => {
    discord.setPermissions({ channel: "general", who: "Rapport", ...(deny && { deny }) });
    const code = await codes(...request);
    discord.setPermissions({ channel: "general", who: "Rapport" });
    return code;
  };
  const messages = `/channels/${general}/messages`;
  expect(await without(["ViewChannel"], "POST", messages, { content: "x" })).toEqual([403, 50_001]);
  expect(await without(["ViewChannel"], "GET", `/channels/${general}`)).toEqual([403, 50_001]);
  expect(
    await without(["CreatePublicThreads"], "POST", `/channels/${general}/threads`, { name: "t", type: 11 }),
  ).toEqual([403, 50_013]);
  expect(
    await without(["CreatePrivateThreads"], "POST", `/channels/${general}/threads`, { name: "t", type: 12 }),
  ).toEqual([403, 50_013]);
  expect(await without(["ManageWebhooks"], "POST", `/channels/${general}/webhooks`, { name: "w" })).toEqual([
    403, 50_013,
  ]);
  expect(
    await without(["ReadMessageHistory"], "POST", messages, {
      content: "x",
      message_reference: { message_id: sent.body.id },
    }),
  ).toEqual([400, 160_002]);
  expect(
    await without(["AddReactions"], "PUT", `${messages}/${sent.body.id}/reactions/%F0%9F%91%8D/@me`),
  ).toEqual([403, 50_013]);
  expect(await without([], "DELETE", `${messages}/${others.id}`)).toEqual([403, 50_013]);
  expect(await without([], "PATCH", `/channels/${general}`, { name: "x" })).toEqual([403, 50_013]);
  expect(await codes("GET", `/channels/${NOBODY}`)).toEqual([404, 10_003]);
});
