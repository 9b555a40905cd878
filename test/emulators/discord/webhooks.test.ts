import type { DiscordEmulator } from "@rapport/discord-emulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Ask, asker, NOBODY, startQuickDiscord, stopAndCheck } from "./clients/quick-discord.ts";

let discord: DiscordEmulator;
let ask: Ask;
let general: string;
let random: string;

beforeAll(async () => {
  discord = await startQuickDiscord();
  ask = asker(discord);
  general = discord.channel("#general").id;
  random = discord.channel("#random").id;
});

afterAll(() => stopAndCheck(discord));

const codes = async (...request: Parameters<Ask>) => {
  const answer = await ask(...request);
  return [answer.status, answer.body.code];
};
const create = async (channelId: string) =>
  (await ask("POST", `/channels/${channelId}/webhooks`, { name: "Personas" })).body;
const NO_AUTH = { authorization: "" };

test("a webhook speaks under any name and face, without the bot's token", async () => {
  const { id, token } = await create(general);
  const sent = await ask(
    "POST",
    `/webhooks/${id}/${token}?wait=true`,
    { content: "hi", username: "Mira", avatar_url: "https://example.org/m.png" },
    NO_AUTH,
  );
  expect(sent.body).toMatchObject({
    webhook_id: id,
    application_id: discord.applicationId,
    author: { username: "Mira", bot: true, id },
  });
  expect(discord.messages(general).at(-1)?.author).toMatchObject({
    name: "Mira",
    avatarUrl: "https://example.org/m.png",
    isWebhook: true,
  });
  const silent = await ask("POST", `/webhooks/${id}/${token}`, { content: "hi" }, NO_AUTH);
  expect([silent.status, silent.headers.get("content-type")]).toEqual([204, null]);
});

test("its messages are changed through it, in the thread where they are, and not by the bot", async () => {
  const { id, token } = await create(general);
  const thread = await ask("POST", `/channels/${general}/threads`, { name: "t", type: 11 });
  const inThread = `?thread_id=${thread.body.id}`;
  const sent = await ask("POST", `/webhooks/${id}/${token}${inThread}&wait=true`, { content: "hi" });
  const message = `/webhooks/${id}/${token}/messages/${sent.body.id}`;
  expect(sent.body.channel_id).toBe(thread.body.id);
  expect(await codes("PATCH", message, { content: "x" })).toEqual([404, 10_008]);
  expect(
    await codes("PATCH", message + inThread, {
      content: "x",
      username: "Mira",
      tts: false,
      enforce_nonce: false,
    }),
  ).toEqual([200, undefined]);
  expect(
    await codes("PATCH", `/channels/${thread.body.id}/messages/${sent.body.id}`, { content: "x" }),
  ).toEqual([403, 50_005]);
  expect(await codes("GET", message + inThread)).toEqual([200, undefined]);
  expect(await codes("DELETE", message + inThread)).toEqual([204, undefined]);
  const elsewhere = await ask("POST", `/channels/${random}/threads`, { name: "t", type: 11 });
  expect(
    await codes("POST", `/webhooks/${id}/${token}?thread_id=${elsewhere.body.id}`, { content: "x" }),
  ).toEqual([404, 10_003]);
});

test("a deleted webhook is unknown, a wrong token is invalid", async () => {
  const { id, token } = await create(general);
  expect(await codes("POST", `/webhooks/${id}/wrong`, { content: "x" })).toEqual([401, 50_027]);
  discord.deleteWebhooks(general);
  expect(await codes("POST", `/webhooks/${id}/${token}`, { content: "x" })).toEqual([404, 10_015]);
  expect(await codes("POST", `/webhooks/${NOBODY}/${token}`, { content: "x" })).toEqual([404, 10_015]);
});

test.each([
  ["a name with Discord in it", { content: "x", username: "My Discord Pal" }],
  ["a name with Clyde in it", { content: "x", username: "clyde2" }],
  ["a name of 81 characters", { content: "x", username: "n".repeat(81) }],
  ["a blank name", { content: "x", username: "  " }],
  ["2,001 characters", { content: "x".repeat(2001) }],
  ["a face that is no link", { content: "x", avatar_url: "file:///etc/passwd" }],
])("a webhook's message with %s is refused", async (_what, body) => {
  const { id, token } = await create(random);
  expect(await codes("POST", `/webhooks/${id}/${token}`, body)).toEqual([400, 50_035]);
  await codes("DELETE", `/webhooks/${id}/${token}`);
});

test("a nonce does not keep a webhook from posting twice", async () => {
  const { id, token } = await create(general);
  const body = { content: "twice", nonce: "n1", enforce_nonce: true };
  const post = () => ask("POST", `/webhooks/${id}/${token}?wait=true`, body);
  expect((await post()).body.id).not.toBe((await post()).body.id);
});

test("a channel has fifteen webhooks, a thread and a DM have none", async () => {
  const full = discord.addChannel("full").id;
  for (let count = 0; count < 15; count += 1) await create(full);
  expect(await codes("POST", `/channels/${full}/webhooks`, { name: "Personas" })).toEqual([400, 30_007]);
  const thread = await ask("POST", `/channels/${general}/threads`, { name: "t", type: 11 });
  expect((await codes("POST", `/channels/${thread.body.id}/webhooks`, { name: "Personas" }))[0]).toBe(403);
  expect(await codes("POST", `/channels/${full}/webhooks`, { name: "discord" })).toEqual([400, 50_035]);
});

test("direct messages open once, and a person can close them", async () => {
  const bob = discord.person("Bob");
  const open = () => ask("POST", "/users/@me/channels", { recipient_id: bob.id });
  const dm = await open();
  expect([(await open()).body.id, (await bob.openDm()).id]).toEqual([dm.body.id, dm.body.id]);
  expect(await codes("POST", `/channels/${dm.body.id}/messages`, { content: "hi" })).toEqual([
    200,
    undefined,
  ]);
  expect(discord.messages(String(dm.body.id), "Alice")).toEqual([]);
  bob.closeDms(true);
  expect(await codes("POST", `/channels/${dm.body.id}/messages`, { content: "hi" })).toEqual([403, 50_007]);
  bob.closeDms(false);
  expect(await codes("POST", "/users/@me/channels", { recipient_id: discord.botUserId })).toEqual([
    403, 50_007,
  ]);
  expect(await codes("POST", "/users/@me/channels", { recipient_id: NOBODY })).toEqual([400, 50_033]);
  expect((await codes("POST", `/channels/${dm.body.id}/threads`, { name: "t", type: 11 }))[0]).toBe(403);
});

test("reactions count, have limits, and want a real emoji", async () => {
  const said = await discord.person("Bob").say(general, "nice");
  const reaction = (emoji: string) =>
    `/channels/${general}/messages/${said.id}/reactions/${encodeURIComponent(emoji)}`;
  expect(await codes("PUT", `${reaction("👍")}/@me`)).toEqual([204, undefined]);
  await discord.person("Alice").react(said.id, "👍");
  expect(discord.messages(general).at(-1)?.reactions).toEqual([
    { emoji: "👍", userIds: [discord.botUserId, discord.person("Alice").id] },
  ]);
  expect((await ask("GET", reaction("👍"))).body).toHaveLength(2);
  expect(await codes("PUT", `${reaction("nonsense")}/@me`)).toEqual([400, 10_014]);
  expect(await codes("DELETE", `${reaction("👍")}/@me`)).toEqual([204, undefined]);
  const faces = [..."😀😁😂😃😄😅😆😇😈😉😊😋😌😍😎😏😐😑😒😓"];
  for (const face of faces.slice(0, 19)) await discord.person("Alice").react(said.id, face);
  expect(await codes("PUT", `${reaction("🚀")}/@me`)).toEqual([400, 30_010]);
});
