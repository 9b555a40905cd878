import type { SlackEmulator } from "@rapport/slack-emulator";
import { eventually, ManualClock } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AnswerRenderer } from "../../../../src/core/delivery/answer-renderer.ts";
import type { Clock } from "../../../../src/core/ports/clock.ts";
import { slackManifest } from "../../../../src/platforms/slack/manifest.ts";
import { SlackClients } from "../../../../src/platforms/slack/web-api/clients.ts";
import { GuardedFetch } from "../../../../src/platforms/slack/web-api/guarded-fetch.ts";
import { systemClock } from "../../../../src/process/clock.ts";
import { recordingLog, testCommands } from "../../../contracts/platform/platform-fixtures.ts";
import { createWebClient } from "../../../emulators/slack/bolt.ts";
import { botMessages, type Connected, connect, startSlack, textOf } from "../connected.ts";

let slacksClock: ManualClock;
let slack: SlackEmulator;
let bot: Connected | undefined;
beforeEach(async () => {
  slacksClock = new ManualClock();
  slack = await startSlack({ clock: slacksClock });
});
afterEach(async () => {
  await bot?.stop();
  bot = undefined;
  await slack.stop();
  expect(slack.crashes).toEqual([]);
});

const bob = () => slack.person("Bob");
const general = () => slack.channel("general").id;
const saying = (text: string) => ({ text, visibility: "public" }) as const;
const calls = (method: string) =>
  slack.journal.entries.filter(({ path, status }) => path === `/api/${method}` && status !== undefined)
    .length;

/** A mention, heard by a bot that goes by this clock. */
async function mentioned(clock: Clock) {
  const connected = await connect(slack, { clock });
  bot = connected;
  const said = await bob().say(general(), "@Rapport hello");
  const taken = await connected.inbox.message("hello");
  const thread = () =>
    slack.messages(general(), { threadTs: said.ts }).find(({ ts }) => ts === said.ts)?.thread;
  const shown = () => botMessages(slack, taken.event.place, "Bob");
  return { ...connected, sink: connected.platform.replyChannel(taken.target), thread, shown };
}

test("an answer that takes minutes never looks as if nobody were thinking, and ends so when it is there", async () => {
  const { sink: replyChannel, platform, thread, shown, log } = await mentioned(slacksClock);
  const paintersClock = new ManualClock();
  const renderer = new AnswerRenderer({
    replyChannel,
    limits: platform.limits,
    clock: paintersClock,
    log,
    author: { name: "Mira", avatar: undefined },
    key: "k",
    deliveries: [],
    isRetry: false,
    onPosted: async () => undefined,
  });
  const until = new AbortController();
  const silent = { text: "", nextChange: () => new Promise<void>(() => undefined) };
  const following = renderer.renderStream(silent, [], until.signal);
  for (const [index, seconds] of [1, 90, 90, 90].entries()) {
    await eventually("it sleeps", () => paintersClock.sleeping === 1);
    await slacksClock.advance(seconds * 1_000);
    await paintersClock.advance(seconds * 1_000);
    await eventually("it is said again", () => calls("assistant.threads.setStatus") === index + 1);
    expect(thread()?.status?.text).toBe("is thinking…");
  }
  expect(thread()?.session?.status).toBe("processing");
  until.abort();
  await following;
  await renderer.render({ text: "Here I am.", buttons: [] });
  await eventually("it rests", () => thread()?.session?.status === "active");
  expect(thread()?.status).toBeUndefined();
  expect(shown().map(textOf)).toEqual(["Here I am."]);
});

test("a stream is ended by us before Slack would end it, and one message goes on to grow", async () => {
  const { sink: replyChannel, shown } = await mentioned(slacksClock);
  const id = await replyChannel.post({ ...saying("One"), isStreaming: true }, { key: "a", isRetry: false });
  await slacksClock.advance(4 * 60_000);
  await replyChannel.edit?.(id, { ...saying("One two"), isStreaming: true });
  expect(shown()[0]?.stream?.state).toBe("completed");
  await slacksClock.advance(3 * 60_000);
  await replyChannel.edit?.(id, { ...saying("One two three"), isStreaming: true });
  await replyChannel.edit?.(id, saying("One two three four."));
  expect(shown().map(textOf)).toEqual(["One two three four."]);
});

test("a stream that Slack ended is noticed, and its message shows the whole answer", async () => {
  const { sink: replyChannel, shown } = await mentioned(systemClock);
  const id = await replyChannel.post({ ...saying("One"), isStreaming: true }, { key: "a", isRetry: false });
  await slacksClock.advance(5 * 60_000);
  expect(shown()[0]?.stream?.state).toBe("errored");
  await replyChannel.edit?.(id, { ...saying("One two"), isStreaming: true });
  await replyChannel.edit?.(id, { ...saying("One two three"), isStreaming: true });
  expect(shown().map(textOf)).toEqual(["One two three"]);
  await replyChannel.edit?.(id, saying("One two three four."));
  expect(shown().map(textOf)).toEqual(["One two three four."]);
});

test("an address for answers that is dead is noticed, and the answer comes another way", async () => {
  bot = await connect(slack);
  const asked = await bob().slash(general(), "memory", "show");
  const { target } = await bot.inbox.nth(0);
  await slacksClock.advance(31 * 60_000);
  await bot.platform
    .replyChannel(target)
    .post({ text: "only you", visibility: "private" }, { key: "a", isRetry: false });
  expect(slack.interaction(asked.id)?.responses).toEqual([]);
  const [answer] = slack.messages(general(), { viewer: "Bob" }).filter(({ ephemeral }) => ephemeral);
  expect(textOf(answer!)).toBe("only you");
});

test.each([
  ["half an hour later", 31, 0],
  ["after five answers", 0, 5],
])(
  "%s, where the bot is no member, what is private and may be kept is told to be late",
  async (_when, minutes, answers) => {
    bot = await connect(slack, { clock: slacksClock });
    const quiet = slack.addChannel("quiet", { withBot: false });
    await bob().slash(quiet.id, "memory", "show");
    const { target } = await bot.inbox.nth(0);
    const replyChannel = bot.platform.replyChannel(target);
    const post = (text: string, mayBeKept: boolean) =>
      replyChannel.post({ text, visibility: "private", mayBeKept }, { key: text, isRetry: false });
    for (let count = 0; count < answers; count += 1) await post(`answer ${count}`, true);
    await slacksClock.advance(minutes * 60_000);
    await expect(post("only you", true)).rejects.toMatchObject({ code: "answer_late" });
    const dm = (await bob().openDm()).id;
    expect(slack.messages(dm, { viewer: "Bob" })).toEqual([]);
    await post("to you directly", false);
    expect(slack.messages(dm, { viewer: "Bob" }).map(textOf)).toEqual(["to you directly"]);
    expect(slack.messages(quiet.id, { viewer: "Alice" })).toEqual([]);
  },
);

test.each(["chat.startStream", "chat.appendStream", "chat.stopStream", "chat.update"])(
  "a lost receipt of %s leaves one message with the whole answer",
  async (method) => {
    const { sink: replyChannel, shown } = await mentioned(systemClock);
    slack.faults.next({
      method: "POST",
      path: `/api/${method}`,
      fault: { type: "cut-after-commit", by: "fin" },
    });
    const id = await replyChannel.post({ ...saying("One"), isStreaming: true }, { key: "a", isRetry: false });
    await replyChannel.edit?.(id, { ...saying("One two"), isStreaming: true });
    await replyChannel.edit?.(id, saying("One two three."));
    await replyChannel.edit?.(id, saying("One two three four."));
    expect(slack.faults.planned).toEqual([]);
    expect(shown().map(textOf)).toEqual(["One two three four."]);
  },
);

test("a Slack that hangs is given up within the deadline", async () => {
  const log = recordingLog();
  const guarded = new GuardedFetch({ clock: systemClock, log });
  const { call } = new SlackClients({ apiUrl: slack.url, timeoutMs: 200, guarded, log });
  slack.faults.next({ path: "/api/auth.test", fault: { type: "silence" } });
  const asked = call("auth.test", {}, { token: slack.botToken, repeatable: false });
  await expect(asked).rejects.toMatchObject({ name: "PlatformUnavailable", mayHaveSucceeded: true });
  await expect(call("auth.test", {}, { token: slack.botToken, repeatable: false })).resolves.toBeDefined();
});

test("an answer that took no thought is one request; after a retry what another process showed is ended", async () => {
  const { sink: replies } = await mentioned(systemClock);
  await replies.post(saying("Hello."), { key: "a", isRetry: false });
  await replies.stopTyping?.({ isRetry: false });
  const ends = () => calls("agents.sessions.setStatus");
  expect([calls("chat.postMessage"), ends()]).toEqual([1, 0]);
  await replies.stopTyping?.({ isRetry: true });
  await eventually("it is ended", () => ends() === 1);
});

test("a session that began before anybody had said a word is called by the first words", async () => {
  bot = await connect(slack);
  const root = await bob().say(general(), "@Rapport");
  const taken = await bot.inbox.nth(0);
  const title = () =>
    slack.messages(general(), { threadTs: root.ts }).find(({ ts }) => ts === root.ts)?.thread?.session?.title;
  const first = bot.platform.replyChannel(taken.target);
  await first.typing?.();
  expect(title()).toBeUndefined();
  await first.stopTyping?.({ isRetry: false });
  await bob().say(general(), "@Rapport how do bees sleep?", { threadTs: root.ts });
  const words = await bot.inbox.message("how do bees sleep?");
  const second = bot.platform.replyChannel(words.target);
  await second.typing?.();
  expect(title()).toBe("how do bees sleep?");
  // What somebody calls it stays, whatever is said later.
  await bob().renameSession(general(), root.ts, "Bees");
  await second.stopTyping?.({ isRetry: false });
  await bob().say(general(), "@Rapport and wasps?", { threadTs: root.ts });
  await bot.platform.replyChannel((await bot.inbox.message("and wasps?")).target).typing?.();
  expect(title()).toBe("Bees");
});

test("a Slack that fails at the start is asked three times, then again after waits that grow, until it answers", async () => {
  const fault = { type: "status", status: 500 } as const;
  slack.faults.next({ path: "/api/auth.test", times: 6, fault });
  const clock = new ManualClock();
  const connecting = connect(slack, { clock });
  for (const [times, waitMs] of [
    [3, 1_000],
    [6, 2_000],
  ] as const) {
    await eventually(`it waits ${waitMs} ms`, () => clock.left.includes(waitMs));
    expect(calls("auth.test")).toBe(times);
    await clock.advance(waitMs);
  }
  bot = await connecting;
  expect(calls("auth.test")).toBe(7);
});

test("a command is answered although its socket is refreshed in the middle of it", async () => {
  bot = await connect(slack);
  let release: (() => void) | undefined;
  bot.inbox.answer = () =>
    new Promise((resolve) => {
      release = () => resolve("accepted");
    });
  slack.sockets.chooseBy(() => 0);
  const asked = bob().slash(general(), "memory", "show");
  await eventually("it is being stored", () => release);
  slack.sockets.refresh("one");
  await eventually("it is closed", () => slack.sockets.connected === 1);
  release?.();
  expect(await asked).toMatchObject({ state: "acknowledged" });
});

test("what could not be stored is brought again", async () => {
  bot = await connect(slack);
  let tries = 0;
  bot.inbox.answer = async () => {
    tries += 1;
    if (tries <= 2) throw new Error("no database");
    return "accepted";
  };
  await bob().say(general(), "@Rapport hello");
  await eventually("both deliveries of the mention have failed", () => tries === 2);
  // Slack waits three seconds for an acknowledgement, then brings it again at once.
  await slacksClock.advance(3_000);
  await bot.inbox.message("hello");
});

test("one full lane holds back no other call", async () => {
  const botsClock = new ManualClock();
  const { sink: replyChannel, shown } = await mentioned(botsClock);
  const posted = await replyChannel.post(saying("one"), { key: "a", isRetry: false });
  slack.faults.next({
    method: "POST",
    path: "/api/chat.update",
    fault: { type: "status", status: 429, headers: { "retry-after": "30" } },
  });
  const edited = replyChannel.edit?.(posted, saying("two"));
  await eventually("it waits as long as Slack says", () => botsClock.left.includes(30_000));
  await replyChannel.post(saying("three"), { key: "b", isRetry: false });
  expect(shown().map(textOf)).toEqual(["one", "three"]);
  await botsClock.advance(30_000);
  await edited;
  expect(shown().map(textOf)).toEqual(["two", "three"]);
});

test("a command is acknowledged in time while storing hangs, and an unknown one gets a hint", async () => {
  const botsClock = new ManualClock();
  bot = await connect(slack, { clock: botsClock });
  let release: (() => void) | undefined;
  bot.inbox.answer = () =>
    new Promise((resolve) => {
      release = () => resolve("accepted");
    });
  const asked = bob().slash(general(), "memory", "show");
  await eventually("it is being stored", () => release);
  await botsClock.advance(2_000);
  expect(await asked).toMatchObject({ state: "acknowledged" });
  release?.();
  const wrong = await bob().slash(general(), "memory", "frobnicate");
  expect(textOf(wrong.response!)).toContain("`/memory` takes one of");
  expect(wrong.response).toMatchObject({ ephemeral: true });
});

test("a command and a button of an older version are answered with what to do instead", async () => {
  bot = await connect(slack);
  const [first] = testCommands;
  slack.configure(slackManifest({ commands: [...testCommands, { ...first!, name: "old" }], menus: [] }));
  const old = await bob().slash(general(), "old");
  expect(old.response).toMatchObject({ ephemeral: true });
  expect(textOf(old.response!)).toContain("/help");
  const button = { type: "button", action_id: "gone", text: { type: "plain_text", text: "Go" } } as const;
  const { ts = "" } = await createWebClient(slack).chat.postMessage({
    channel: general(),
    text: "choose",
    blocks: [{ type: "actions", elements: [button] }],
  });
  const pressed = await bob().click({ channelId: general(), ts }, "gone");
  const answer = await eventually("it is answered", () => slack.interaction(pressed.id)?.response);
  expect(answer).toMatchObject({ ephemeral: true, visibleTo: bob().id });
  expect(textOf(answer)).toContain("older version");
  expect(bot.inbox.taken).toEqual([]);
});
