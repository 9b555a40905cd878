import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { OutgoingMessage, ReplyChannel, ReplyTarget } from "../../../../src/core/ports/platform.ts";
import { asked, type Connected, connect, stopSandbox } from "../connected.ts";

let discord: DiscordEmulator;
let bot: Connected;

beforeEach(async () => {
  discord = await startDiscordEmulator();
  bot = await connect(discord);
});
afterEach(async () => {
  await bot.stop();
  const { entries } = discord.journal;
  await stopSandbox(discord);
  expect(entries.filter(({ status }) => status === 429)).toEqual([]);
});

const MIRA = { name: "Mira", avatar: "https://example.org/mira.png" };
const saying = (text: string, isStreaming = false): OutgoingMessage => ({
  text,
  visibility: "public",
  author: MIRA,
  ...(isStreaming && { isStreaming }),
});
const once = (key: string) => ({ key, isRetry: false });

/** A thread of #general, in which the persona may answer. */
async function thread(number: number): Promise<{ id: string; target: ReplyTarget; replies: ReplyChannel }> {
  const { id } = await discord.person("Alice").say(discord.channel("general").id, `@Rapport hello ${number}`);
  const { target } = await bot.inbox.message(`hello ${number}`);
  const draft = { title: "hello", opening: "", private: false, idempotencyKey: once(`t${number}`) };
  const opened = await bot.platform.replyChannel(target).openThread?.(draft);
  const there = opened?.target ?? {};
  return { id, target: there, replies: bot.platform.replyChannel(there) };
}

async function threads(count: number) {
  const opened: Awaited<ReturnType<typeof thread>>[] = [];
  for (let number = 0; number < count; number += 1) opened.push(await thread(number));
  return opened;
}

const answerIn = (id: string) => discord.messages(id).findLast(({ author }) => author.bot);
const webhooksMade = () => asked(discord, "POST", "/channels/{channel_id}/webhooks").length;

test("ten answers that begin at once in threads of one channel are all begun at once", async () => {
  const opened = await threads(10);
  const startedAt = performance.now();
  await Promise.all(
    opened.map(({ replies }, number) => replies.post(saying("I am", true), once(`a${number}`))),
  );
  // Discord takes five messages of a webhook in two seconds.
  expect(performance.now() - startedAt).toBeLessThan(1_500);
  const shown = opened.map(({ id }) => answerIn(id)?.content ?? "");
  expect(shown.filter((text) => text === "I am")).toHaveLength(3);
  expect(shown.filter((text) => /Mira[\s\S]*I am/.test(text))).toHaveLength(7);
});

test("where answers come thick a channel gets a second webhook, and never a third", async () => {
  const opened = await threads(8);
  const begin = (key: string) =>
    Promise.all(
      opened.map(async ({ replies }, number) => {
        const message = await replies.post(saying("One", true), once(`${key}${number}`));
        await replies.edit?.(message, saying("One two"));
      }),
    );
  await begin("a");
  await expect.poll(webhooksMade).toBe(2);
  await begin("b");
  await begin("c");
  expect(webhooksMade()).toBe(2);
});

test("an answer that ends is shown at once, however many others grow", async () => {
  const opened = await threads(3);
  const messages = await Promise.all(
    opened.map(({ replies }, number) => replies.post(saying("One", true), once(`a${number}`))),
  );
  const edit = (number: number, text: string, grows: boolean) => {
    const message = messages[number];
    return message && opened[number]?.replies.edit?.(message, saying(text, grows));
  };
  // Each asks for more than there is room for.
  for (let picture = 0; picture < 4; picture += 1)
    await Promise.all(opened.map((_, number) => edit(number, `One ${picture}`, true)));
  const startedAt = performance.now();
  await Promise.all(opened.map((_, number) => edit(number, "One and all.", false)));
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  expect(opened.map(({ id }) => answerIn(id)?.content)).toEqual(Array(3).fill("One and all."));
  const pictures = asked(discord, "PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}");
  expect(pictures).toHaveLength(5);
});

test("beyond what webhooks may post in a minute the bot speaks itself, under the persona's name", async () => {
  discord.limits.set("POST /webhooks/{webhook_id}/{webhook_token}", { limit: 50, windowMs: 1_000 });
  const opened = await threads(8);
  for (let round = 0; round < 5; round += 1) {
    for (const [number, { replies }] of opened.entries())
      await replies.post(saying("Said."), once(`a${round}.${number}`));
  }
  const posted = asked(discord, "POST", "/webhooks/{webhook_id}/{webhook_token}");
  expect(posted.length).toBe(27);
  const said = opened
    .flatMap(({ id }) => discord.messages(id))
    .filter(({ content }) => /Said\.$/.test(content));
  expect(said).toHaveLength(40);
  expect(
    said.filter(({ content }) => content !== "Said.").every(({ content }) => content.includes("Mira")),
  ).toBe(true);
});

test("what was posted through the second webhook can be changed after a restart", async () => {
  const opened = await threads(8);
  const begin = (key: string) =>
    Promise.all(
      opened.map(({ replies }, number) => replies.post(saying("One", true), once(`${key}${number}`))),
    );
  const before = await begin("a");
  await expect.poll(webhooksMade).toBe(2);
  for (const [number, message] of before.entries())
    await opened[number]?.replies.edit?.(message, saying("Two"));
  const messages = await begin("b");
  await bot.stop();
  bot = await connect(discord);
  for (const [number, message] of messages.entries())
    await bot.platform.replyChannel(opened[number]?.target ?? {}).edit?.(message, saying("Three"));
  for (const { id } of opened) expect(answerIn(id)?.content).toContain("Three");
});
