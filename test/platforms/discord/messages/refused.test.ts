import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { OutgoingMessage, ReplyChannel } from "../../../../src/core/ports/platform.ts";
import { authorFields } from "../../../../src/platforms/discord/messages/author.ts";
import { type Connected, connect, stopSandbox } from "../connected.ts";

/* Discord does not take a message as it is. */

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

const general = () => discord.channel("general").id;
const MIRA = { name: "Mira", avatar: "https://example.org/mira.png" };
const STOP = { label: "Stop", style: "plain", command: { name: "memory", action: "stop" } } as const;
const ANSWER: OutgoingMessage = { text: "Hello!", visibility: "public", author: MIRA, buttons: [STOP] };
const FORM = {
  type: "status",
  status: 400,
  body: { code: 50_035, message: "Invalid Form Body", errors: {} },
} as const;
const once = (key: string) => ({ key, isRetry: false });
const last = () => discord.messages(general()).at(-1);

async function sink(): Promise<ReplyChannel> {
  await discord.person("Alice").say(general(), "@Rapport hello");
  return bot.platform.replyChannel((await bot.inbox.message("hello")).target);
}

test("a name or face that Discord refuses does not cost the words: the bot says whose they are", async () => {
  const way = await sink();
  discord.faults.next({ method: "POST", path: "/webhooks/*/*", fault: FORM });
  const posted = await way.post(ANSWER, once("a"));
  expect(last()).toMatchObject({ content: expect.stringMatching(/^\*\*Mira\*\*[\s\S]*Hello!$/) });
  expect(last()?.author.isWebhook).toBe(false);
  await way.edit?.(posted, { ...ANSWER, text: "Hello you!" });
  expect(last()?.content).toMatch(/Mira[\s\S]*Hello you!$/);
});

test("buttons that Discord refuses do not cost the words either, in a post or an edit", async () => {
  const way = await sink();
  discord.faults.next({ method: "POST", path: "/webhooks/*/*", fault: FORM });
  discord.faults.next({ method: "POST", path: "/channels/*/messages", fault: FORM });
  const posted = await way.post(ANSWER, once("a"));
  expect(last()).toMatchObject({ content: expect.stringContaining("Hello!"), components: [] });
  discord.faults.next({ method: "PATCH", path: "/**", fault: FORM });
  await way.edit?.(posted, { ...ANSWER, text: "Hello you!" });
  expect(last()).toMatchObject({ content: expect.stringContaining("Hello you!"), components: [] });
  expect(bot.log.said("Discord refused a message, which is sent again as plain text")).toHaveLength(2);
});

test("what AutoMod blocks is not said in another way, and the sentence says who blocked it", async () => {
  const way = await sink();
  discord.blockWords("Hello");
  await expect(way.post(ANSWER, once("a"))).rejects.toMatchObject({
    code: "platform_rejected",
    userMessage: expect.stringContaining("AutoMod"),
  });
  expect(discord.journal.of("POST", "/webhooks/{webhook_id}/{webhook_token}")).toHaveLength(1);
  expect(discord.journal.of("POST", "/channels/{channel_id}/messages")).toHaveLength(0);
});

test.each(["disCLYDEcord", "disdiscordcord", "clyclydede", "Clyde", "dis```cord"])(
  "nobody is shown as %s",
  (name) => {
    expect(authorFields({ name, avatar: undefined }).username).not.toMatch(/clyde|discord|```/i);
  },
);

test("whatever a persona is called, its name is one that Discord takes", () => {
  const syllable = fc.constantFrom(
    "dis",
    "cord",
    "discord",
    "DISCORD",
    "cly",
    "de",
    "Clyde",
    "```",
    "`",
    "a",
    " ",
  );
  fc.assert(
    fc.property(fc.array(syllable, { maxLength: 30 }), (syllables) => {
      const { username } = authorFields({ name: syllables.join(""), avatar: undefined });
      expect(username).not.toMatch(/clyde|discord|```/i);
      expect(username.trim().length).toBeGreaterThan(0);
    }),
  );
});
