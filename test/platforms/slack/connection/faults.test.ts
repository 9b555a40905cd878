import type { SlackEmulator } from "@rapport/slack-emulator";
import { eventually } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  botMessages,
  buttonsOf,
  type Connected,
  connect,
  createPlatform,
  startSlack,
  textOf,
} from "../connected.ts";

let slack: SlackEmulator;
let bot: Connected;
let general: string;
beforeEach(async () => {
  slack = await startSlack();
  bot = await connect(slack);
  general = slack.channel("general").id;
});
afterEach(async () => {
  await bot.stop();
  await slack.stop();
  expect(slack.crashes).toEqual([]);
});

const bob = () => slack.person("Bob");
const saying = (text: string) => ({ text, visibility: "public" }) as const;

async function mentioned(text = "hello") {
  await bob().say(general, `@Rapport ${text}`);
  return bot.inbox.message(text);
}

test("an envelope without an event is outlived, and the next command is acknowledged", async () => {
  slack.sockets.sendRaw({ envelope_id: "1", type: "events_api", payload: { type: "something_new" } });
  slack.sockets.sendRaw({ envelope_id: "2", type: "events_api" });
  await eventually(
    "it is noted",
    () => bot.log.said("Slack sent something that its SDK cannot read").length > 0,
  );
  expect(await bob().slash(general, "memory", "show")).toMatchObject({ state: "acknowledged" });
});

test("what Slack says by itself is heard as nobody", async () => {
  const dm = (await bob().openDm()).id;
  for (const as of ["USLACK", "USLACKBOT"] as const) {
    slack.slackSays(dm, "You are no longer on the free plan.", { as });
    slack.slackSays(general, `<@${slack.botUserId}> was mentioned by Slack`, { as });
  }
  await mentioned("at last");
  expect(bot.inbox.texts()).toEqual(["at last"]);
});

test("while one socket is refreshed the other takes a command at once", async () => {
  expect(slack.sockets.connected).toBe(2);
  slack.sockets.refresh("one");
  await eventually("it is closed", () => slack.sockets.connected === 1);
  expect(await bob().slash(general, "memory", "show")).toMatchObject({ state: "acknowledged" });
  expect(bot.platform.connected).toBe(true);
});

test.each(["message", "app_mention"])("a mention is one event, also when its %s comes late", async (late) => {
  slack.sockets.reorderNext(late);
  await mentioned();
  await mentioned("later");
  expect(bot.inbox.texts()).toEqual(["hello", "later"]);
  expect(
    bot.inbox.taken.every(({ event }) => event.type === "message" && event.addressed === "mention"),
  ).toBe(true);
});

test("a mention that came as one of the two alone is heard", async () => {
  slack.sockets.loseNext("message");
  await mentioned();
});

test("an edit or a deletion that overtakes its message is obeyed", async () => {
  const dm = (await bob().openDm()).id;
  // One socket, so that nothing else changes the order.
  slack.sockets.chooseBy(() => 0);
  slack.sockets.reorderNext("message");
  await bob().delete(await bob().say(dm, "a secret"));
  slack.sockets.reorderNext("message");
  await bob().edit(await bob().say(dm, "an apel"), "an apple");
  await bob().say(dm, "at last");
  await bot.inbox.message("at last");
  expect(bot.inbox.texts()).toEqual(["an apple", "at last"]);
});

test("what a message says now can be asked, in a thread and above it, until it is deleted", async () => {
  const { event } = await mentioned();
  const root = await bob().say(general, "@Rapport a root");
  const answer = await bob().say(general, "@Rapport below it", { threadTs: root.ts });
  const below = (await bot.inbox.message("below it")).event;
  const textNow = async (of: typeof event) => bot.platform.currentText?.(of);
  expect(await textNow(event)).toEqual({ text: "hello" });
  expect(await textNow(below)).toEqual({ text: "below it" });
  await bob().edit(answer, "in this thread");
  expect(await textNow(below)).toEqual({ text: "in this thread" });
  await bob().delete(answer);
  expect(await textNow(below)).toBe("gone");
});

test("who somebody is now can be asked", async () => {
  const { event } = await mentioned();
  expect(event.author.standing).toBeUndefined();
  const now = async () => (await bot.platform.personNow?.(event.place, event.author))?.standing;
  expect(await now()).toBeUndefined();
  slack.setGuest("Bob", { channels: ["general"] });
  await eventually("Slack has told of it", async () => (await now()) === "guest");
});

test("what the bot edits, and what other bots say, starts nothing", async () => {
  const taken = await mentioned();
  const replyChannel = bot.platform.replyChannel(taken.target);
  const posted = await replyChannel.post(saying("one"), { key: "a", isRetry: false });
  await replyChannel.edit?.(posted, saying("two @Rapport"));
  await mentioned("later");
  expect(bot.inbox.texts()).toEqual(["hello", "later"]);
  expect(bot.inbox.revised).toEqual([]);
});

test("more private answers than an address takes all arrive", async () => {
  const asked = await bob().slash(general, "memory", "show");
  const { target } = await bot.inbox.nth(0);
  const replyChannel = bot.platform.replyChannel(target);
  for (const index of Array.from({ length: 7 }).keys())
    await replyChannel.post(
      { text: `answer ${index}`, visibility: "private" },
      { key: `k${index}`, isRetry: false },
    );
  const seen = slack.messages(general, { viewer: "Bob" }).filter(({ ephemeral }) => ephemeral);
  expect(seen.map(textOf)).toEqual(Array.from({ length: 7 }, (_, index) => `answer ${index}`));
  expect(slack.interaction(asked.id)?.responses.length).toBe(5);
});

test("without the scope for names a header line says who speaks, and edits keep it", async () => {
  slack.install(slack.config.scopes.filter((scope) => scope !== "chat:write.customize"));
  const taken = await mentioned();
  const replyChannel = bot.platform.replyChannel(taken.target);
  const speaker = { name: "Mira", avatar: undefined };
  const posted = await replyChannel.post({ ...saying("hi"), author: speaker }, { key: "a", isRetry: false });
  await replyChannel.edit?.(posted, { ...saying("ho"), author: speaker });
  expect(botMessages(slack, taken.event.place, "Bob").map(textOf)).toEqual(["**Mira**\nho"]);
});

test("an answer that another process was streaming is finished, once", async () => {
  const taken = await mentioned();
  const speaker = { name: "Mira", avatar: undefined };
  const first = bot.platform.replyChannel(taken.target);
  await first.post(
    { ...saying("One two"), author: speaker, isStreaming: true },
    { key: "a", isRetry: false },
  );
  const other = createPlatform(slack);
  const replyChannel = other.replyChannel(taken.target);
  // The key came with no stream: it is known by going on.
  const found = await replyChannel.post({ ...saying("One"), author: speaker }, { key: "a", isRetry: true });
  await replyChannel.edit?.(found, { ...saying("One two three."), author: speaker });
  await other.close();
  expect(botMessages(slack, taken.event.place, "Bob").map(textOf)).toEqual(["One two three."]);
});

test("an answer that this process was streaming is found when it is tried again, once, and ends", async () => {
  const taken = await mentioned();
  const speaker = { name: "Mira", avatar: undefined };
  const first = bot.platform.replyChannel(taken.target);
  const begun = await first.post(
    { ...saying("One two"), author: speaker, isStreaming: true },
    { key: "a", isRetry: false },
  );
  // That it was posted could not be noted.
  const again = bot.platform.replyChannel(taken.target);
  const found = await again.post({ ...saying("One"), author: speaker }, { key: "a", isRetry: true });
  expect(found).toBe(begun);
  await again.edit?.(found, { ...saying("One two three."), author: speaker });
  expect(botMessages(slack, taken.event.place, "Bob").map(textOf)).toEqual(["One two three."]);
  const [{ stream } = {}] = botMessages(slack, taken.event.place, "Bob");
  expect(stream?.state).not.toBe("in_progress");
});

test("a lost receipt of a stream's beginning makes no second message", async () => {
  const taken = await mentioned();
  slack.faults.next({
    method: "POST",
    path: "/api/chat.startStream",
    fault: { type: "cut-after-commit", by: "fin" },
  });
  const replyChannel = bot.platform.replyChannel(taken.target);
  const posted = await replyChannel.post(
    { ...saying("One"), isStreaming: true },
    { key: "a", isRetry: false },
  );
  await replyChannel.edit?.(posted, saying("One two"));
  expect(botMessages(slack, taken.event.place, "Bob").map(textOf)).toEqual(["One two"]);
});

test("Slack's own Stop is the command, in its thread, by who pressed it", async () => {
  const taken = await mentioned();
  const replyChannel = bot.platform.replyChannel(taken.target);
  await replyChannel.typing?.();
  const root = slack.messages(general).find(({ text }) => text.includes("hello"))!;
  expect(root.thread).toMatchObject({
    status: { text: "is thinking…" },
    session: { status: "processing", canBeStopped: true, title: "hello" },
  });
  await slack.person("Carol").stopAgent(general, root.ts);
  const { event } = await bot.inbox.nth(1);
  expect(event).toMatchObject({
    type: "command",
    name: "conversation",
    action: "stop",
    author: { name: "Carol" },
    place: { kind: "thread", id: taken.event.thread?.id },
  });
  // Whatever becomes of the command, nothing looks as if an answer were being made.
  await eventually("the session rests", () => {
    const { thread } = slack.messages(general).find(({ ts }) => ts === root.ts)!;
    return thread?.session?.status === "active" && thread.status === undefined;
  });
});

test("an outage of Slack is outlived, and what is said after it is heard", async () => {
  await slack.faults.goDown();
  await slack.sockets.whenDisconnected();
  // Known at once, not when it is over: whoever comes back first then looks for what was missed.
  await eventually("the sockets are known to be gone", () => !bot.platform.connected, 3_000);
  await slack.faults.comeBack();
  await slack.sockets.whenConnected(1);
  await mentioned();
}, 30_000);

test("a menu of a message runs its command with what the message says and who said it", async () => {
  const said = await slack.person("Carol").say(general, "I keep bees");
  await bob().messageShortcut(said, "memory_remember");
  const { event } = await bot.inbox
    .nth(0)
    .then(async (taken) => (taken.event.type === "command" ? taken : bot.inbox.nth(1)));
  expect(event).toMatchObject({
    type: "command",
    name: "memory",
    action: "remember",
    options: {
      text: "I keep bees",
      author: "Carol",
      author_id: expect.stringMatching(/^slack\.T\w+\.U\w+$/),
    },
  });
  expect(buttonsOf(slack.messages(general).at(-1)!)).toEqual([]);
});

test("a menu of what a persona said names the persona, and not who pressed", async () => {
  const taken = await mentioned();
  const speaker = { name: "Mira", avatar: undefined };
  await bot.platform
    .replyChannel(taken.target)
    .post({ ...saying("I fly"), author: speaker }, { key: "a", isRetry: false });
  const [posted] = botMessages(slack, taken.event.place, "Bob");
  await bob().messageShortcut(posted!, "memory_remember");
  const event = await eventually("the command came", () =>
    bot.inbox.taken.map((each) => each.event).find(({ type }) => type === "command"),
  );
  expect(event).toMatchObject({ options: { text: expect.stringContaining("I fly"), author: "Mira" } });
  // A persona is nobody whose words they are.
  expect(event?.type === "command" && event.options).not.toHaveProperty("author_id");
});

test("files come as attachments, and a file in a private answer goes to the person alone", async () => {
  await bob().say(general, "@Rapport look", {
    files: [{ name: "cat.png", data: new Uint8Array([1, 2, 3]), mimetype: "image/png" }],
  });
  const { event, target } = await bot.inbox.message("look");
  expect(event.attachments).toMatchObject([{ name: "cat.png", contentType: "image/png", bytes: 3 }]);
  const files = [{ name: "answer.md", contentType: "text/markdown", text: "# secret" }];
  await bot.platform
    .replyChannel(target)
    .post({ text: "here", visibility: "private", files }, { key: "a", isRetry: false });
  const dm = (await bob().openDm()).id;
  expect(slack.messages(dm).flatMap((message) => message.files)).toMatchObject([{ name: "answer.md" }]);
  expect(
    slack
      .messages(general)
      .flatMap((message) => message.files)
      .map(({ name }) => name),
  ).toEqual(["cat.png"]);
});
