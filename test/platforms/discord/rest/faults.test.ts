import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { ManualClock } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AnswerRenderer } from "../../../../src/core/delivery/answer-renderer.ts";
import type { MessageId } from "../../../../src/core/domain/model.ts";
import type { OutgoingMessage, ReplyChannel } from "../../../../src/core/ports/platform.ts";
import { type Connected, connect, createPlatform, stopSandbox } from "../connected.ts";

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

const MIRA = { name: "Mira", avatar: "https://example.org/mira.png" };
const STOP = { label: "Stop", style: "plain", command: { name: "memory", action: "stop" } } as const;
const general = () => discord.channel("general").id;
const once = (key: string, again = false) => ({ key, isRetry: again });

const WAYS = [
  { way: "the bot", speaker: undefined, path: "/channels/*/messages" },
  { way: "a persona", speaker: MIRA, path: "/webhooks/*/*" },
] as const;
const FAULTS = [
  { what: "the answer is reset", fault: { type: "cut-after-commit", by: "rst" } },
  { what: "the answer is closed", fault: { type: "cut-after-commit", by: "fin" } },
  { what: "the request is reset", fault: { type: "cut-before-headers", by: "rst" } },
  { what: "the request is closed", fault: { type: "cut-before-headers", by: "fin" } },
  { what: "a 502 comes", fault: { type: "status", status: 502 } },
] as const;

async function thread(): Promise<{
  channel: string;
  sink: ReplyChannel;
  open: (other: Connected["platform"]) => ReplyChannel;
}> {
  const { id } = await discord.person("Alice").say(general(), "@Rapport hello");
  const { target } = await bot.inbox.message("hello");
  const draft = { title: "hello", opening: "", private: false, idempotencyKey: once("t") };
  const opened = await bot.platform.replyChannel(target).openThread?.(draft);
  const open = (platform: Connected["platform"]) => platform.replyChannel(opened?.target ?? {});
  // The webhook is there already: the faults are for the message.
  await open(bot.platform).post({ text: "first", visibility: "public", author: MIRA }, once("first"));
  return { channel: id, sink: open(bot.platform), open };
}

const answers = (channel: string) =>
  discord
    .messages(channel)
    .filter(({ author, isSystem, content }) => author.bot && !isSystem && content !== "first")
    .map(({ content }) => content);

for (const { way, speaker, path } of WAYS) {
  const outgoing = (text: string): OutgoingMessage => ({ text, visibility: "public", author: speaker });

  test.each(FAULTS)(`a message of ${way} is posted exactly once when $what`, async ({ fault }) => {
    const { channel, sink: replyChannel } = await thread();
    discord.faults.next({ method: "POST", path, fault });
    const posted = await replyChannel.post(outgoing("hello"), once("k"));
    expect(answers(channel)).toEqual(["hello"]);
    await replyChannel.edit?.(posted, outgoing("hello!"));
    expect(answers(channel)).toEqual(["hello!"]);
  });

  test(`a message of ${way} that an earlier process posted is found by its button, whatever it says now`, async () => {
    const { channel, sink: replyChannel, open } = await thread();
    const posted = await replyChannel.post({ ...outgoing("Hel"), buttons: [STOP] }, once("k"));
    const other = createPlatform(discord, { clock });
    const found = await open(other).post({ ...outgoing("Hello world"), buttons: [STOP] }, once("k", true));
    expect(found).toBe(posted);
    await open(other).edit?.(found, outgoing("Hello world"));
    await other.close();
    expect(answers(channel)).toEqual(["Hello world"]);
  });

  test(`a message of ${way} is posted again when the earlier try did not land`, async () => {
    const { channel, open } = await thread();
    const other = createPlatform(discord, { clock });
    await open(other).post(outgoing("hello"), once("k", true));
    await open(other).post(outgoing("hello"), once("k", true));
    await other.close();
    expect(answers(channel)).toEqual(["hello"]);
  });

  test(`an edit of ${way} survives a lost answer`, async () => {
    const { channel, sink: replyChannel } = await thread();
    const posted = await replyChannel.post(outgoing("hello"), once("k"));
    discord.faults.next({ method: "PATCH", path: "/**", fault: { type: "cut-after-commit", by: "rst" } });
    await replyChannel.edit?.(posted, outgoing("hello!"));
    expect(answers(channel)).toEqual(["hello!"]);
  });
}

test("the same words said before the question are not taken for the answer to it", async () => {
  const { channel, sink: replyChannel } = await thread();
  await replyChannel.post({ text: "Yes.", visibility: "public", author: MIRA }, once("k1"));
  await discord.person("Alice").say(channel, "sure?");
  const { target } = await bot.inbox.message("sure?");
  await bot.platform
    .replyChannel(target)
    .post({ text: "Yes.", visibility: "public", author: MIRA }, once("k2", true));
  expect(answers(channel)).toEqual(["Yes.", "Yes."]);
});

test("a thread whose receipt is lost is opened once", async () => {
  await discord.person("Alice").say(general(), "@Rapport hello");
  const { event, target } = await bot.inbox.message("hello");
  discord.faults.next({
    path: "/channels/*/messages/*/threads",
    fault: { type: "cut-after-commit", by: "rst" },
  });
  const draft = { title: "hello", opening: "", private: false, idempotencyKey: once("t") };
  const opened = await bot.platform.replyChannel(target).openThread?.(draft);
  expect(opened?.place.id).toBe(event.thread?.id);
  expect(discord.threads(general())).toHaveLength(1);
});

test("a webhook whose receipt is lost is made once", async () => {
  await discord.person("Alice").say(general(), "@Rapport hello");
  const { target } = await bot.inbox.message("hello");
  discord.faults.next({ method: "POST", path: "/channels/*/webhooks", fault: { type: "cut-after-commit" } });
  await bot.platform.replyChannel(target).post({ text: "Hi", visibility: "public", author: MIRA }, once("a"));
  expect(discord.journal.of("POST", "/channels/{channel_id}/webhooks")).toHaveLength(1);
  expect(discord.messages(general()).at(-1)?.author.isWebhook).toBe(true);
});

test("a follow-up whose receipt is lost is posted once", async () => {
  const view = await discord.person("Alice").slash(general(), "chat", { message: "hello" });
  const { target } = await bot.inbox.nth(0);
  const replyChannel = bot.platform.replyChannel(target);
  await replyChannel.post({ text: "one", visibility: "public" }, once("a"));
  discord.faults.next({
    method: "POST",
    path: "/webhooks/*/*",
    fault: { type: "cut-after-commit", by: "rst" },
  });
  await replyChannel.post({ text: "two", visibility: "public" }, once("b"));
  expect(view.response?.content).toBe("one");
  expect(discord.messages(general()).map(({ content }) => content)).toEqual(["one", "two"]);
});

test("an answer that stalls is given up after fifteen seconds, as an outage", async () => {
  const { sink: replyChannel } = await thread();
  discord.faults.next({ method: "POST", path: "/channels/*/messages", fault: { type: "silence" } });
  discord.faults.next({ method: "GET", path: "/channels/*/messages", times: 2, fault: { type: "silence" } });
  const posting = replyChannel.post({ text: "hello", visibility: "public" }, once("k"));
  const failed = expect(posting).rejects.toMatchObject({ code: "platform_unavailable" });
  await stalled("POST");
  await clock.advance(15_000);
  await stalled("GET");
  await clock.advance(15_000);
  await failed;
});

/** Resolves when the message was asked for and a deadline runs. */
async function stalled(method: string): Promise<void> {
  await expect.poll(() => discord.journal.of(method, "/channels/{channel_id}/messages").length).toBe(1);
  await expect.poll(() => clock.sleeping).toBeGreaterThan(1);
}

const painterOn = (replyChannel: ReplyChannel) =>
  new AnswerRenderer({
    ...{ replyChannel, limits: bot.platform.limits, clock, log: bot.log, author: MIRA, key: "k" },
    ...{ deliveries: [], isRetry: false, onPosted: async () => undefined },
  });

test("an answer whose webhook is deleted goes on in another message, and no webhook is called in vain again", async () => {
  const { channel, sink: replyChannel } = await thread();
  const renderer = painterOn(replyChannel);
  await renderer.render({ text: "one", buttons: [STOP] });
  for (const text of ["one two", "one two three"]) {
    discord.deleteWebhooks(general());
    await renderer.render({ text, buttons: [] });
    await renderer.render({ text: `${text}.`, buttons: [] });
  }
  expect(answers(channel)).toEqual(["one", "one two.", "**Mira**\none two three."]);
  expect(discord.journal.entries.filter(({ status }) => status === 404)).toHaveLength(2);
});

test("parts of a long answer keep their order however slow Discord is", async () => {
  const { channel, sink: replyChannel } = await thread();
  const parts = Array.from({ length: 3 }, (_, index) => `${index}`.repeat(bot.platform.limits.messageLength));
  discord.faults.next({ method: "POST", path: "/webhooks/*/*", fault: { type: "slow", ms: 5_000 } });
  const showing = painterOn(replyChannel).render({ text: parts.join("\n\n"), buttons: [] });
  await expect.poll(() => clock.left).toContain(5_000);
  await clock.advance(5_000);
  await showing;
  expect(answers(channel)).toEqual(parts);
});

test("a limit of ten minutes on a channel's state is an outage at once, and holds no turn", async () => {
  const { channel, sink: replyChannel } = await thread();
  const posted = await replyChannel.post({ text: "one", visibility: "public" }, once("a"));
  await discord.person("Alice").changeThread(channel, { archived: true });
  const headers = { "retry-after": "600", "x-ratelimit-scope": "shared" };
  const body = { message: "slow", retry_after: 600, global: false };
  discord.faults.next({
    method: "PATCH",
    path: `/channels/${channel}`,
    fault: { type: "status", status: 429, headers, body },
  });
  await expect(replyChannel.edit?.(posted, { text: "uno", visibility: "public" })).rejects.toMatchObject({
    code: "platform_unavailable",
  });
});

test("no token reaches a log, an error or what people see, whatever is refused", async () => {
  const { sink: replyChannel } = await thread();
  await discord.person("Alice").slash(general(), "chat", { message: "hello" });
  const { target } = await bot.inbox.nth(1);
  const failures: unknown[] = [];
  const note = (error: unknown) => failures.push(error);
  const missing = "discord.1.2.w" as MessageId;
  const body = { code: 50_035, message: "Invalid Form Body" };
  const fault = { type: "status", status: 400, body } as const;
  discord.faults.next({ path: "/webhooks/**", times: 3, fault });
  discord.faults.next({ method: "POST", path: "/channels/*/messages", fault });
  await replyChannel
    .post({ text: "secret words", visibility: "public", author: MIRA }, once("a"))
    .catch(note);
  await replyChannel.edit?.(missing, { text: "secret words", visibility: "public" }).catch(note);
  await bot.platform
    .replyChannel(target)
    .post({ text: "secret words", visibility: "public" }, once("b"))
    .catch(note);
  for (const error of failures) bot.log.error({ err: error }, "failed");
  expect(failures).toHaveLength(3);
  const tokens = [discord.token, String(target.token), ...webhookTokens()];
  for (const secret of [...tokens, "secret words"]) expect(bot.log.everything()).not.toContain(secret);
});

const webhookTokens = () =>
  discord.journal.entries.flatMap(({ path }) => /^\/webhooks\/\d+\/([^/]+)/.exec(path)?.[1] ?? []);

test("a channel that we may not see is asked about once, and says so", async () => {
  const { target } = await mentioned();
  discord.setPermissions({ channel: "general", who: discord.botName, deny: ["ViewChannel"] });
  const before = refusals();
  await expect(
    bot.platform.replyChannel(target).post({ text: "x", visibility: "public" }, once("a")),
  ).rejects.toMatchObject({ code: "platform_rejected", userMessage: expect.stringMatching(/View Channel/) });
  expect(refusals() - before).toBe(1);
});

const refusals = () => discord.journal.entries.filter(({ status }) => status === 403).length;

async function mentioned() {
  await discord.person("Alice").say(general(), "@Rapport hello");
  return bot.inbox.message("hello");
}
