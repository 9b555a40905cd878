import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { ManualClock } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { MessageEvent } from "../../../../src/core/domain/model.ts";
import { asked, type Connected, connect, stopSandbox } from "../connected.ts";

const DAY_MS = 24 * 60 * 60_000;
const PNG = Buffer.from("89504e470d0a1a0a", "hex");

let discord: DiscordEmulator;
let bot: Connected;
let clock: ManualClock;

beforeEach(async () => {
  clock = new ManualClock();
  discord = await startDiscordEmulator({ clock });
  bot = await connect(discord);
});
afterEach(async () => {
  await bot.stop();
  await stopSandbox(discord);
});

async function shown(): Promise<MessageEvent> {
  const attachments = [{ name: "cat.png", data: PNG, contentType: "image/png" }];
  await discord.person("Alice").say(discord.channel("general").id, "@Rapport look", { attachments });
  const { event } = await bot.inbox.message("look");
  if (event.type !== "message") throw new Error("no message");
  return event;
}

const read = ({ attachments, message }: MessageEvent, change: object = {}, maxBytes = 1_000) => {
  const [first] = attachments;
  if (!first || !bot.platform.readAttachment) throw new Error("nothing to read");
  const { signal } = new AbortController();
  return bot.platform.readAttachment({ attachment: { ...first, ...change }, message, maxBytes, signal });
};
const refetches = () => asked(discord, "GET", "/channels/{channel_id}/messages/{message_id}").length;

test("a picture is read from its signed link, without asking Discord's API", async () => {
  const event = await shown();
  expect(event.attachments).toMatchObject([{ name: "cat.png", contentType: "image/png", bytes: 8 }]);
  expect(Buffer.from(await read(event))).toEqual(PNG);
  expect(refetches()).toBe(0);
});

test("a turn that is late finds the picture by its message, since the link has expired", async () => {
  const event = await shown();
  await clock.advance(DAY_MS + 60_000);
  expect(Buffer.from(await read(event))).toEqual(PNG);
  expect(refetches()).toBe(1);
});

test("a picture whose message was deleted meanwhile is gone", async () => {
  const event = await shown();
  await clock.advance(DAY_MS + 60_000);
  const { id } = discord.messages(discord.channel("general").id)[0]!;
  await discord.person("Alice").delete(id);
  await expect(read(event)).rejects.toMatchObject({ code: "platform_rejected" });
});

test("a picture that is longer than it was said to be is refused", async () => {
  await expect(read(await shown(), {}, 7)).rejects.toMatchObject({ code: "invalid_input" });
});

test("an address that is not Discord's is not asked, nor one that it leads to", async () => {
  const event = await shown();
  let visits = 0;
  const elsewhere = createServer((_request, response) => {
    visits += 1;
    response.end();
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/attachments/1/2/cat.png`;
  for (const bad of [url, "file:///etc/passwd", "nonsense", "https://cdn.discordapp.com.evil.example/x"]) {
    await expect(read(event, { url: bad })).rejects.toMatchObject({ code: "platform_rejected" });
  }
  expect(visits).toBe(0);
  elsewhere.close();
});
