import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { eventually } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hasCode } from "../../../../src/core/domain/errors.ts";
import type { ReplyChannel } from "../../../../src/core/ports/platform.ts";
import { type Connected, connect, stopSandbox } from "../connected.ts";

/* Places that take nothing are known by what the gateway tells, before an answer is made for them. */

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

async function inThread(): Promise<{ thread: string; sink: ReplyChannel }> {
  const alice = discord.person("Alice");
  const { id: thread } = await alice.startThread(general(), "tea");
  await alice.say(thread, "@Rapport hello");
  return { thread, sink: bot.platform.replyChannel((await bot.inbox.message("hello")).target) };
}

/** Why nothing can be posted; "open" when something can. */
async function stateOf(replyChannel: ReplyChannel): Promise<string> {
  try {
    await replyChannel.throwIfClosed?.();
    return "open";
  } catch (error) {
    if (hasCode(error, "platform_rejected")) return error.userMessage;
    throw error;
  }
}

const becomes = (replyChannel: ReplyChannel, words: string) =>
  eventually(`the place is ${words}`, async () => (await stateOf(replyChannel)).includes(words));
const except = (...deny: ("ManageThreads" | "ManageWebhooks" | "SendMessages" | "SendMessagesInThreads")[]) =>
  discord.setOverwrites("general", [{ who: discord.botName, deny }]);

test("a thread is open until it is locked and archived for those who do not manage threads", async () => {
  const { thread, sink: replyChannel } = await inThread();
  expect(await stateOf(replyChannel)).toBe("open");
  await discord.person("Alice").changeThread(thread, { locked: true, archived: true });
  except("ManageThreads");
  await becomes(replyChannel, "locked");
  await discord.person("Alice").changeThread(thread, { locked: false, archived: false });
  await becomes(replyChannel, "open");
});

test("in a thread it is Send Messages in Threads that counts", async () => {
  const { sink: replyChannel } = await inThread();
  except("SendMessages", "ManageWebhooks");
  await becomes(replyChannel, "open");
  except("SendMessagesInThreads", "ManageWebhooks");
  await becomes(replyChannel, "*Send Messages in Threads*");
});

test("a webhook that is there posts in threads where the bot may not write", async () => {
  const { thread, sink: replyChannel } = await inThread();
  const says = (text: string) =>
    replyChannel.post(
      { text, visibility: "public", author: { name: "Mira", avatar: undefined } },
      { key: text, isRetry: false },
    );
  await says("before");
  except("SendMessagesInThreads", "ManageWebhooks");
  await discord.person("Alice").say(thread, "@Rapport heard after that");
  await bot.inbox.message("heard after that");
  expect(await stateOf(replyChannel)).toBe("open");
  await says("all the same");
  expect(discord.messages(thread).at(-1)?.content).toBe("all the same");
});

test("in a channel it is Send Messages that counts, and direct messages are never closed by it", async () => {
  const alice = discord.person("Alice");
  await alice.say(general(), "@Rapport in the channel");
  const replyChannel = bot.platform.replyChannel((await bot.inbox.message("in the channel")).target);
  except("SendMessages", "ManageWebhooks");
  await becomes(replyChannel, "*Send Messages*");
  await alice.say((await alice.openDm()).id, "directly");
  const direct = bot.platform.replyChannel((await bot.inbox.message("directly")).target);
  expect(await stateOf(direct)).toBe("open");
});
