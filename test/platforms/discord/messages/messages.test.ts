import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from "undici";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { OutgoingMessage, ReplyChannel } from "../../../../src/core/ports/platform.ts";
import { asked, type Connected, connect, createPlatform, stopSandbox } from "../connected.ts";

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

const MIRA = { name: "Mira", avatar: "https://example.org/mira.png" };
const saying = (text: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  text,
  visibility: "public",
  ...more,
});
const once = (key: string, again = false) => ({ key, isRetry: again });
const general = () => discord.channel("general").id;
const STOP = {
  label: "Stop answering",
  style: "plain",
  command: { name: "memory", action: "stop" },
} as const;

async function mention(text = "hello") {
  const { id } = await discord.person("Alice").say(general(), `@Rapport ${text}`);
  return { id, ...(await bot.inbox.message(text)) };
}

async function thread(platform = bot.platform): Promise<{ id: string; sink: ReplyChannel }> {
  const { id, target } = await mention();
  const draft = { title: "hello", opening: "", private: false, idempotencyKey: once("t") };
  const opened = await platform.replyChannel(target).openThread?.(draft);
  return { id, sink: platform.replyChannel(opened?.target ?? {}) };
}

const contents = (channel: string) =>
  discord
    .messages(channel)
    .filter(({ isSystem, author }) => author.bot && !isSystem)
    .map(({ content }) => content);

/** As if Slack's SDK, whose undici is a newer one, had been loaded first. */
async function withNewerUndici(work: () => Promise<unknown>): Promise<void> {
  const before = getGlobalDispatcher();
  setGlobalDispatcher(new Agent());
  await work().finally(() => setGlobalDispatcher(before));
}

test("a mention opens a thread from its message, and the answer is posted and edited there", async () => {
  const { id, event, target } = await mention();
  const draft = { title: "hello", opening: "", private: false, idempotencyKey: once("t") };
  const opened = await bot.platform.replyChannel(target).openThread?.(draft);
  expect(opened?.place).toEqual({ ...event.thread, name: "hello" });
  const replyChannel = bot.platform.replyChannel(opened?.target ?? {});
  const posted = await replyChannel.post(saying("Hi", { author: MIRA }), once("a"));
  await replyChannel.edit?.(posted, saying("Hi Alice", { author: MIRA }));
  const [answer] = discord.messages(id).slice(-1);
  expect(answer).toMatchObject({ content: "Hi Alice", author: { name: "Mira", isWebhook: true } });
});

test("opening a thread twice, or when it was opened behind our back, gives the same thread", async () => {
  const { id, target } = await mention();
  await discord.person("Bob").startThread(general(), "mine", { messageId: id });
  const draft = { title: "hello", opening: "", private: false, idempotencyKey: once("t", true) };
  const first = await bot.platform.replyChannel(target).openThread?.(draft);
  const second = await bot.platform.replyChannel(target).openThread?.(draft);
  expect(first?.place.id).toBe(second?.place.id);
  expect(discord.threads(general())).toHaveLength(1);
});

test("what a message says now can be asked until it is deleted", async () => {
  const { id, event } = await mention("to <@&1>");
  const alice = discord.person("Alice");
  const textNow = async () => bot.platform.currentText?.(event);
  expect(await textNow()).toEqual({ text: event.text });
  await alice.edit(id, "@Rapport bye");
  expect(await textNow()).toEqual({ text: "bye" });
  await alice.delete(id);
  expect(await textNow()).toBe("gone");
});

test("a person's words become an event with names for mentions", async () => {
  await discord.person("Alice").say(general(), "@Rapport ask @Bob about <#1>");
  const { event } = await bot.inbox.nth(0);
  expect(event).toMatchObject({
    type: "message",
    text: "ask @Bob about <#1>",
    addressed: "mention",
    author: { name: "Alice", manages: true },
    place: { platform: "discord", tenant: discord.guildId, kind: "channel", name: "general" },
  });
});

test("what nobody addressed to the bot, everyone included, is not a mention", async () => {
  await discord.person("Bob").say(general(), "@everyone hello");
  expect((await bot.inbox.nth(0)).event).toMatchObject({
    addressed: "none",
    text: "@everyone hello",
    author: { manages: false },
  });
});

test("the first direct message of a person is taken, with and without its channel's type", async () => {
  for (const [index, name] of ["Bob", "Carol"].entries()) {
    discord.gateway.sendChannelType(index === 0);
    const { id } = await discord.person(name).openDm();
    await discord.person(name).say(id, `from ${name}`);
    const { event, target } = await bot.inbox.message(`from ${name}`);
    expect(event).toMatchObject({ addressed: "direct", place: { kind: "direct", tenant: "direct" } });
    expect(event.thread).toBeUndefined();
    const replyChannel = bot.platform.replyChannel(target);
    expect(replyChannel.openThread).toBeUndefined();
    await replyChannel.post(saying("Hi", { author: { name: "Mira", avatar: "🦉" } }), once(`dm${index}`));
    expect(contents(id)).toEqual(["**🦉 Mira**\nHi"]);
  }
});

test("a reply to what a persona said is known as one, and to which message", async () => {
  const { id, sink: replyChannel } = await thread();
  const posted = await replyChannel.post(saying("Hi", { author: MIRA }), once("a"));
  const [answer] = discord.messages(id).slice(-1);
  await discord.person("Bob").say(id, "why?", { replyTo: answer?.id ?? "" });
  const { event } = await bot.inbox.message("why?");
  expect(event).toMatchObject({ addressed: "reply", repliesTo: posted, place: { kind: "thread" } });
});

test("what the bot, its personas and Discord itself say starts nothing", async () => {
  const { id, sink: replyChannel } = await thread();
  await replyChannel.post(saying("as persona", { author: MIRA }), once("a"));
  await replyChannel.post(saying("as bot"), once("b"));
  await discord.person("Alice").changeThread(id, { name: "renamed" });
  await discord.person("Alice").say(id, "the last");
  await bot.inbox.message("the last");
  expect(bot.inbox.texts()).toEqual(["hello", "the last"]);
});

test("a message that is delivered twice has one id, and edits and deletions follow it", async () => {
  discord.gateway.duplicateNext("MESSAGE_CREATE");
  const { id, event } = await mention();
  const alice = discord.person("Alice");
  // Discord tells of pictures for links as if the message had been edited, but without a time.
  const author = { id: alice.id, username: "alice" };
  const preview = {
    id,
    channel_id: general(),
    guild_id: discord.guildId,
    type: 0,
    content: "preview",
    author,
  };
  discord.gateway.sendRaw("MESSAGE_UPDATE", { ...preview, edited_timestamp: null, embeds: [{}] });
  await alice.edit(id, "@Rapport hello, Bob");
  await alice.delete(id);
  await alice.say(general(), "next");
  await bot.inbox.message("next");
  expect(bot.inbox.texts()).toEqual(["hello", "next"]);
  expect(bot.inbox.revised).toEqual([
    { event: event.id, text: "hello, Bob" },
    { event: event.id, text: undefined },
  ]);
});

test("messages of one channel arrive in the order they were said", async () => {
  discord.gateway.reorderNext("MESSAGE_CREATE");
  await Promise.all(["1", "2", "3"].map((text) => discord.person("Alice").say(general(), text)));
  await bot.inbox.message("3");
  expect(bot.inbox.texts()).toEqual(["1", "2", "3"]);
});

test("a message in a thread that was archived before the start is taken with its parent", async () => {
  const { id } = await thread();
  await bot.stop();
  await discord.person("Alice").changeThread(id, { archived: true });
  bot = await connect(discord);
  discord.gateway.loseNext("THREAD_UPDATE");
  await discord.person("Bob").say(id, "anybody?");
  const { event } = await bot.inbox.message("anybody?");
  expect(event.place).toMatchObject({ kind: "thread", name: "hello", parent: `discord.${general()}` });
});

test("nothing that is posted or edited pings anybody", async () => {
  const { sink: replyChannel } = await thread();
  const text = `@everyone <@${discord.person("Bob").id}>`;
  for (const speaker of [undefined, MIRA]) {
    const posted = await replyChannel.post(
      saying(text, { author: speaker }),
      once(`p${speaker?.name ?? ""}`),
    );
    await replyChannel.edit?.(posted, saying(`${text}!`, { author: speaker }));
  }
  const bodies = discord.journal.entries.flatMap(({ method, pattern, body }) =>
    method !== "GET" && pattern?.includes("messages") ? [body] : [],
  );
  expect(bodies).not.toEqual([]);
  for (const body of bodies)
    expect(body).toMatchObject(body && "name" in Object(body) ? {} : { allowed_mentions: { parse: [] } });
  expect(discord.messages(general()).some(({ mentionsEveryone }) => mentionsEveryone)).toBe(false);
});

test("one webhook a channel speaks for all personas and threads, found again after a restart", async () => {
  const first = await thread();
  await first.sink.post(saying("one", { author: MIRA }), once("a"));
  const other = createPlatform(discord);
  const { target } = await mention("again");
  const draft = { title: "again", opening: "", private: false, idempotencyKey: once("t") };
  const opened = await other.replyChannel(target).openThread?.(draft);
  const otto = { name: "Otto", avatar: "🐙" };
  await other.replyChannel(opened?.target ?? {}).post(saying("two", { author: otto }), once("b"));
  await other.close();
  expect(asked(discord, "POST", "/channels/{channel_id}/webhooks")).toHaveLength(1);
  expect(discord.messages(String(opened?.target.channel)).at(-1)?.author.name).toBe("🐙 Otto");
});

test("a name that Discord refuses is changed, not lost", async () => {
  const { id, sink: replyChannel } = await thread();
  await replyChannel.post(saying("x", { author: { name: "My Discord Pal", avatar: undefined } }), once("a"));
  await replyChannel.post(saying("y", { author: { name: "x".repeat(200), avatar: undefined } }), once("b"));
  expect(
    discord
      .messages(id)
      .slice(-2)
      .map(({ author }) => author.name),
  ).toEqual(["My Pal", "x".repeat(80)]);
});

test("a webhook that is deleted is made again once, then the persona speaks under a header line", async () => {
  const { id, sink: replyChannel } = await thread();
  for (const text of ["one", "two", "three", "four"]) {
    await replyChannel.post(saying(text, { author: MIRA }), once(text));
    discord.deleteWebhooks(general());
  }
  expect(contents(id)).toEqual(["one", "two", "**Mira**\nthree", "**Mira**\nfour"]);
  expect(asked(discord, "POST", "/channels/{channel_id}/webhooks")).toHaveLength(2);
});

test("without Manage Webhooks the persona speaks under a header line, and asks no more", async () => {
  discord.setPermissions({ channel: "general", who: discord.botName, deny: ["ManageWebhooks"] });
  const { id, sink: replyChannel } = await thread();
  const posted = await replyChannel.post(saying("one", { author: MIRA }), once("a"));
  await replyChannel.edit?.(posted, saying("uno", { author: MIRA }));
  await replyChannel.post(saying("two", { author: MIRA }), once("b"));
  expect(contents(id)).toEqual(["**Mira**\nuno", "**Mira**\ntwo"]);
  expect(asked(discord, "GET", "/channels/{channel_id}/webhooks")).toHaveLength(1);
});

test("an answer in an archived thread wakes it, an edit too; a locked one says so", async () => {
  const { id, sink: replyChannel } = await thread();
  const alice = discord.person("Alice");
  const posted = await replyChannel.post(saying("one"), once("a"));
  await alice.changeThread(id, { archived: true });
  await replyChannel.edit?.(posted, saying("uno"));
  await alice.changeThread(id, { archived: true });
  await replyChannel.post(saying("two"), once("b"));
  expect(contents(id)).toEqual(["uno", "two"]);
  discord.setRole(discord.botName, ["ViewChannel", "SendMessagesInThreads", "ReadMessageHistory"]);
  await alice.changeThread(id, { archived: true, locked: true });
  await expect(replyChannel.post(saying("three"), once("c"))).rejects.toMatchObject({
    code: "platform_rejected",
    userMessage: expect.stringMatching(/locked/),
  });
});

test("buttons stand below the message and go when they are not given any more", async () => {
  const { id, sink: replyChannel } = await thread();
  const posted = await replyChannel.post(saying("one", { author: MIRA, buttons: [STOP] }), once("k1"));
  const shown = () => discord.messages(id).at(-1)?.components;
  expect(shown()).toMatchObject([
    { components: [{ label: "Stop answering", custom_id: "memory stop|k1", style: 2 }] },
  ]);
  await replyChannel.edit?.(posted, saying("one", { author: MIRA }));
  expect(shown()).toEqual([]);
});

test("in a channel the bot's own words are a reply, or stand by themselves where it may not look back", async () => {
  const { id, target } = await mention();
  const replyChannel = bot.platform.replyChannel(target);
  await replyChannel.post(saying("Hi"), once("a"));
  discord.setPermissions({ channel: "general", who: discord.botName, deny: ["ReadMessageHistory"] });
  await replyChannel.post(saying("Hi again"), once("b"));
  const answers = discord.messages(general()).filter(({ author }) => author.bot);
  expect(answers.map(({ content, repliesTo }) => [content, repliesTo?.id])).toEqual([
    ["Hi", id],
    ["Hi again", undefined],
  ]);
});

test("a text file goes with the message", async () => {
  const { id, sink: replyChannel } = await thread();
  const files = [{ name: "memory.md", contentType: "text/markdown", text: "# Memory" }];
  // Whichever undici sends for the process.
  await withNewerUndici(() => replyChannel.post(saying("here", { files }), once("a")));
  const [file] = discord.messages(id).at(-1)?.attachments ?? [];
  expect(file?.filename).toBe("memory.md");
  expect(await (await fetch(file?.url ?? "")).text()).toBe("# Memory");
});

test("an answer without words is never an empty message", async () => {
  const { id, sink: replyChannel } = await thread();
  await replyChannel.post(saying(" \n "), once("a"));
  expect(contents(id)).toEqual(["…"]);
});

test("a missing permission is named in words", async () => {
  discord.setPermissions({ channel: "general", who: discord.botName, deny: ["CreatePublicThreads"] });
  const { target } = await mention();
  const draft = { title: "hello", opening: "", private: false, idempotencyKey: once("t") };
  await expect(bot.platform.replyChannel(target).openThread?.(draft)).rejects.toMatchObject({
    code: "platform_rejected",
    userMessage: expect.stringMatching(/Create Public Threads/),
  });
});

test("closed direct messages are refused in words", async () => {
  const bob = discord.person("Bob");
  const { id } = await bob.openDm();
  await bob.say(id, "hi");
  const { target } = await bot.inbox.message("hi");
  bob.closeDms(true);
  await expect(bot.platform.replyChannel(target).post(saying("x"), once("a"))).rejects.toMatchObject({
    code: "platform_rejected",
    userMessage: expect.stringMatching(/closed/),
  });
});

test("places that are gone are told", async () => {
  const { id } = await thread();
  discord.gateway.sendRaw("THREAD_DELETE", { id, guild_id: discord.guildId, parent_id: general(), type: 11 });
  await discord.person("Alice").say(general(), "after");
  await bot.inbox.message("after");
  expect(bot.inbox.gone).toMatchObject([{ id: `discord.${id}`, kind: "thread" }]);
});

test("typing shows in the place that the answer goes to", async () => {
  const { id, sink: replyChannel } = await thread();
  await replyChannel.typing?.();
  expect(asked(discord, "POST", "/channels/{channel_id}/typing").map(({ path }) => path)).toEqual([
    `/channels/${id}/typing`,
  ]);
});
