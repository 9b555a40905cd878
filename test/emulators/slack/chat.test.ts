import { type SlackEmulator, startSlackEmulator } from "@rapport/slack-emulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWebClient, refusal, refusalDetails, startQuickSlack, stopAndCheck } from "./bolt.ts";

let slack: SlackEmulator;
let web: ReturnType<typeof createWebClient>;
let general: string;

beforeAll(async () => {
  slack = await startQuickSlack();
  web = createWebClient(slack);
  general = slack.channel("general").id;
});
afterAll(() => stopAndCheck(slack));

const last = () => slack.messages(general).at(-1);

test("an app posts where it is, and nowhere else", async () => {
  slack.addChannel("elsewhere", { withBot: false });
  slack.addChannel("secret", { withBot: false, isPrivate: true });
  slack.addChannel("old");
  slack.archive("old");
  const post = (channel: string) => web.chat.postMessage({ channel, text: "hi" });
  expect(await refusal(post("C404"))).toBe("channel_not_found");
  expect(await refusal(post(slack.channel("secret").id))).toBe("channel_not_found");
  expect(await refusal(post(slack.channel("old").id))).toBe("is_archived");
  // With chat:write.public it may.
  expect((await post(slack.channel("elsewhere").id)).ok).toBe(true);
  slack.install(slack.config.scopes.filter((scope) => scope !== "chat:write.public"));
  expect(await refusal(post(slack.channel("elsewhere").id))).toBe("not_in_channel");
  slack.install();
});

test("a scope that is missing is named", async () => {
  slack.install(["chat:write", "channels:read"]);
  const posting = web.chat.postMessage({ channel: general, text: "hi", username: "Mira" });
  expect(await refusalDetails(posting)).toMatchObject({
    error: "missing_scope",
    data: { needed: "chat:write.customize", provided: "chat:write,channels:read" },
  });
  expect(await refusal(web.users.list({}))).toBe("missing_scope");
  expect(await refusal(web.conversations.history({ channel: general }))).toBe("missing_scope");
  slack.install();
});

test("a message has something in it, and not too much", async () => {
  const post = (content: object) => web.apiCall("chat.postMessage", { channel: general, ...content });
  expect(await refusal(post({}))).toBe("no_text");
  expect(await refusal(post({ markdown_text: "a".repeat(12_001) }))).toBe("msg_too_long");
  expect(await refusal(post({ markdown_text: "a", text: "b" }))).toBe("markdown_text_conflict");
  expect(await refusal(post({ text: "a", metadata: { event_type: "x" } }))).toBe("invalid_metadata_format");
  expect(await refusal(post({ text: "a", blocks: "not blocks" }))).toBe("invalid_blocks_format");
  const long = await post({ text: "a".repeat(40_001) });
  expect(long).toMatchObject({ warning: "message_truncated", message: { text: "a".repeat(40_000) } });
});

test("blocks have limits, and Slack says which was passed", async () => {
  const post = (blocks: unknown) => web.apiCall("chat.postMessage", { channel: general, text: "a", blocks });
  const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
  const reasons = async (blocks: unknown) => (await refusalDetails(post(blocks))).messages;
  expect(await reasons(Array.from({ length: 51 }, () => ({ type: "divider" })))).toEqual([
    "[ERROR] no more than 50 items allowed [json-pointer:/blocks]",
  ]);
  expect(await reasons([section("a".repeat(3001))])).toEqual([
    "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
  ]);
  expect(await reasons([{ type: "section" }])).toEqual([
    "[ERROR] missing required field: text [json-pointer:/blocks/0]",
  ]);
  expect(await reasons([{ type: "sidebar" }])).toEqual([
    "[ERROR] unsupported type: sidebar [json-pointer:/blocks/0]",
  ]);
  expect(await reasons([{ type: "divider", colour: "red" }])).toEqual([
    "[ERROR] invalid additional property: colour [json-pointer:/blocks/0]",
  ]);
  const button = { type: "button", action_id: "a", text: { type: "plain_text", text: "a".repeat(76) } };
  expect(await reasons([{ type: "actions", elements: [button] }])).toEqual([
    "[ERROR] must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
  ]);
  expect(
    await reasons([
      { ...section("a"), block_id: "x" },
      { ...section("b"), block_id: "x" },
    ]),
  ).toEqual(["[ERROR] block_id already exists [json-pointer:/blocks/1/block_id]"]);
  const many = Array.from({ length: 5 }, () => section("a".repeat(2_700)));
  expect(await refusal(post(many))).toBe("msg_blocks_too_long");
  const fine = await post([
    { type: "header", text: { type: "plain_text", text: "Hello" } },
    { type: "context", elements: [{ type: "mrkdwn", text: "small" }] },
    { type: "markdown", text: "**bold**" },
    {
      type: "context_actions",
      elements: [
        {
          type: "feedback_buttons",
          action_id: "feedback",
          positive_button: { text: { type: "plain_text", text: "Good" }, value: "good" },
          negative_button: { text: { type: "plain_text", text: "Bad" }, value: "bad" },
        },
      ],
    },
  ]);
  expect(fine.ok).toBe(true);
});

test("an app edits and deletes its own messages only", async () => {
  const theirs = await slack.person("Alice").say(general, "mine");
  const update = (ts: string, text = "x") => web.chat.update({ channel: general, ts, text });
  expect(await refusal(update(theirs.ts))).toBe("cant_update_message");
  expect(await refusal(update("1.000001"))).toBe("message_not_found");
  expect(await refusal(web.chat.delete({ channel: general, ts: theirs.ts }))).toBe("cant_delete_message");
  const own = (await web.chat.postMessage({ channel: general, text: "own" })).ts ?? "";
  expect(await refusal(update(own, "a".repeat(4_001)))).toBe("msg_too_long");
  await update(own, "edited");
  expect(last()).toMatchObject({ text: "edited", edited: true });
  await web.chat.delete({ channel: general, ts: own });
  expect(last()?.ts).not.toBe(own);
});

test("an update keeps the blocks that it does not mention", async () => {
  const blocks = [{ type: "section" as const, text: { type: "plain_text" as const, text: "in a block" } }];
  const ts = (await web.chat.postMessage({ channel: general, text: "a", blocks })).ts ?? "";
  await web.chat.update({ channel: general, ts, text: "b" });
  expect(last()).toMatchObject({ text: "b", blocks: [{ type: "section" }] });
  await web.chat.update({ channel: general, ts, text: "c", blocks: [] });
  expect(last()).toMatchObject({ text: "c", blocks: [{ type: "rich_text" }] });
});

test("a name and a face of its own stand on the message, which then has no user", async () => {
  const posted = await web.chat.postMessage({
    channel: general,
    text: "arr",
    username: "Pirate",
    icon_emoji: ":skull:",
  });
  expect(last()?.author).toMatchObject({ name: "Pirate", iconEmoji: ":skull:", isApp: true });
  expect(posted.message).toMatchObject({
    subtype: "bot_message",
    username: "Pirate",
    icons: { emoji: ":skull:" },
  });
  expect(posted.message?.user).toBeUndefined();
  expect(await refusal(web.chat.delete({ channel: general, ts: posted.ts ?? "" }))).toBe(
    "cant_delete_message",
  );
});

test("metadata is there for who asks for it", async () => {
  const root = await slack.person("Bob").say(general, "root");
  const metadata = { event_type: "answer", event_payload: { outbox_id: "o-1" } };
  await web.chat.postMessage({ channel: general, thread_ts: root.ts, text: "answer", metadata });
  const plain = await web.conversations.replies({ channel: general, ts: root.ts });
  expect(plain.messages?.map((message) => message.metadata)).toEqual([undefined, undefined]);
  const full = await web.conversations.replies({ channel: general, ts: root.ts, include_all_metadata: true });
  expect(full.messages?.at(-1)?.metadata).toEqual(metadata);
});

test("a thread hangs on a root", async () => {
  const root = await slack.person("Bob").say(general, "root");
  const reply = await web.chat.postMessage({ channel: general, thread_ts: root.ts, text: "one" });
  const answer = (ts: string) => web.chat.postMessage({ channel: general, thread_ts: ts, text: "two" });
  expect(await refusal(answer("1.000001"))).toBe("thread_not_found");
  expect(await refusal(answer(reply.ts ?? ""))).toBe("cannot_reply_to_message");
  // In the channel stands the root alone, unless an answer is broadcast.
  expect(last()?.ts).toBe(root.ts);
  await web.chat.postMessage({ channel: general, thread_ts: root.ts, text: "all", reply_broadcast: true });
  expect(last()).toMatchObject({ text: "all", isBroadcast: true });
  expect(slack.messages(general, { threadTs: root.ts }).map(({ text }) => text)).toEqual([
    "root",
    "one",
    "all",
  ]);
});

test("who is pinged can be seen", async () => {
  await web.chat.postMessage({ channel: general, text: `<!channel> <@${slack.person("Bob").id}>` });
  expect(last()?.pings).toEqual({ userIds: [slack.person("Bob").id], broadcast: true });
  await web.chat.postMessage({ channel: general, text: "&lt;!channel&gt;" });
  expect(last()?.pings).toEqual({ userIds: [], broadcast: false });
});

test("an ephemeral message is one person's", async () => {
  const user = slack.person("Carol").id;
  const posted = await web.chat.postEphemeral({ channel: general, user, text: "psst" });
  expect(slack.messages(general, { viewer: "Carol" }).at(-1)).toMatchObject({
    text: "psst",
    ephemeral: true,
  });
  expect(slack.messages(general, { viewer: "Bob" }).at(-1)?.text).not.toBe("psst");
  const update = web.chat.update({ channel: general, ts: posted.message_ts ?? "", text: "x" });
  expect(await refusal(update)).toBe("message_not_found");
});

test("too many calls of a method are told when to come back; others go on", async () => {
  const fresh = await startSlackEmulator();
  const posting = createWebClient(fresh);
  const other = fresh.channel("random").id;
  const post = (to: string) => posting.chat.postMessage({ channel: to, text: "hi" });
  const target = fresh.channel("general").id;
  for (let count = 0; count < 5; count += 1) await post(target);
  await expect(post(target)).rejects.toMatchObject({ retryAfter: expect.any(Number) });
  expect((await post(other)).ok).toBe(true);
  expect((await posting.auth.test()).ok).toBe(true);
  await stopAndCheck(fresh);
});

test("who may post in a channel, and answer in its threads, is said for the app as for people", async () => {
  const { id } = slack.addChannel("rules");
  const [alice, bob] = [slack.person("Alice"), slack.person("Bob")];
  const { ts } = await alice.say(id, "Be kind.");
  const post = (more: object = {}) => refusal(web.chat.postMessage({ channel: id, text: "hi", ...more }));
  const reply = () => post({ thread_ts: ts });
  slack.restrictPosting("rules", { posters: ["Alice"] });
  expect(await post()).toBe("restricted_action_thread_only_channel");
  expect((await web.chat.postMessage({ channel: id, text: "hi", thread_ts: ts })).ok).toBe(true);
  await expect(async () => bob.say(id, "me too")).rejects.toThrow("Only some people");
  await expect(async () => bob.slash(id, "memory", "show")).rejects.toThrow("nowhere to type");
  slack.restrictPosting("rules", { repliers: ["Alice"] });
  expect(await reply()).toBe("restricted_action_non_threadable_channel");
  slack.restrictPosting("rules", { posters: ["Alice"], repliers: ["Alice"] });
  expect(await post()).toBe("restricted_action_read_only_channel");
  const { id: user } = bob;
  expect(await refusal(web.chat.postEphemeral({ channel: id, user, text: "hi" }))).toBe(
    "restricted_action_read_only_channel",
  );
  const { channel } = await web.conversations.info({ channel: id });
  expect(channel).toMatchObject({ properties: { posting_restricted_to: { user: [alice.id] } } });
  slack.restrictPosting("rules", {});
  slack.lockThread("rules", ts);
  expect(await reply()).toBe("restricted_action_thread_locked");
  expect((await web.chat.postMessage({ channel: id, text: "hi" })).ok).toBe(true);
});
