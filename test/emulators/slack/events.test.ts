import type { SlackEmulator } from "@rapport/slack-emulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWebClient, refusal, startQuickSlack, stopAndCheck } from "./bolt.ts";

let slack: SlackEmulator;
let general: string;

beforeAll(async () => {
  slack = await startQuickSlack();
  general = slack.channel("general").id;
});
afterAll(() => stopAndCheck(slack));

/** The events that the app is sent while something happens, whether or not anybody is there to take them. */
async function eventsOf(act: () => Promise<unknown>): Promise<readonly Record<string, unknown>[]> {
  const before = new Set(slack.deliveries);
  await act();
  const sent = slack.deliveries.filter((one) => !before.has(one) && one.attempt === 0);
  return sent.map(({ payload }) => Object(payload.event));
}

test("an edit and a deletion of a person come as changes of the message", async () => {
  const alice = slack.person("Alice");
  const said = await alice.say(general, "first");
  const [edited] = await eventsOf(() => alice.edit(said, "second"));
  expect(edited).toMatchObject({
    subtype: "message_changed",
    hidden: true,
    channel: general,
    message: { ts: said.ts, user: alice.id, text: "second", edited: { user: alice.id } },
    previous_message: { ts: said.ts, text: "first" },
  });
  const [deleted] = await eventsOf(() => alice.delete(said));
  expect(deleted).toMatchObject({
    subtype: "message_deleted",
    deleted_ts: said.ts,
    previous_message: { text: "second" },
  });
});

test("an answer that is shown in the channel too is a thread_broadcast with its root", async () => {
  const root = await slack.person("Alice").say(general, "root");
  const [event] = await eventsOf(() =>
    slack.person("Bob").say(general, "look", { threadTs: root.ts, broadcast: true }),
  );
  expect(event).toMatchObject({
    subtype: "thread_broadcast",
    thread_ts: root.ts,
    root: { ts: root.ts, reply_count: 1, reply_users: [slack.person("Bob").id] },
  });
});

test("a message with a file is a file_share, and the mention in it still a mention", async () => {
  const data = new TextEncoder().encode("a note");
  const events = await eventsOf(() =>
    slack.person("Bob").say(general, "@Rapport read", { files: [{ name: "note.txt", data }] }),
  );
  const files = [{ name: "note.txt", mimetype: "text/plain", size: 6, mode: "hosted" }];
  expect(events).toMatchObject([
    { type: "message", subtype: "file_share", files },
    { type: "app_mention", files },
  ]);
  expect(events[1]?.subtype).toBeUndefined();
});

test("a file is read with the token, and without it there is a page to sign in", async () => {
  const data = new TextEncoder().encode("a note");
  const said = await slack.person("Bob").say(general, "", { files: [{ name: "note.txt", data }] });
  const url = said.files[0]?.privateUrl ?? "";
  const read = (token: string) => fetch(url, { headers: { authorization: `Bearer ${token}` } });
  expect(await (await read(slack.botToken)).text()).toBe("a note");
  const page = await read("xoxb-wrong");
  expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
});

test("the client uploads a file into a thread", async () => {
  const root = await slack.person("Bob").say(general, "root");
  const web = createWebClient(slack);
  const [event] = await eventsOf(() =>
    web.filesUploadV2({
      channel_id: general,
      thread_ts: root.ts,
      filename: "memory.json",
      content: '{"a":1}',
      initial_comment: "Here it is",
    }),
  );
  expect(event).toMatchObject({
    subtype: "file_share",
    text: "Here it is",
    thread_ts: root.ts,
    bot_id: slack.botId,
  });
  const shown = slack.messages(general, { threadTs: root.ts }).at(-1);
  expect(shown?.files).toMatchObject([{ name: "memory.json", size: 7 }]);
  const download = await fetch(shown?.files[0]?.privateUrl ?? "", {
    headers: { authorization: `Bearer ${slack.botToken}` },
  });
  expect(await download.json()).toEqual({ a: 1 });
  const upload = await web.files.getUploadURLExternal({ filename: "x.txt", length: 3 });
  const completing = web.files.completeUploadExternal({ files: [{ id: upload.file_id ?? "", title: "x" }] });
  expect(await refusal(completing)).toBe("file_not_found");
});

test("reactions come with the message's author, and count on the message", async () => {
  const said = await slack.person("Alice").say(general, "funny");
  const [event] = await eventsOf(() => slack.person("Bob").react(said, "joy"));
  expect(event).toMatchObject({
    type: "reaction_added",
    reaction: "joy",
    user: slack.person("Bob").id,
    item_user: slack.person("Alice").id,
    item: { type: "message", channel: general, ts: said.ts },
  });
  const web = createWebClient(slack);
  await web.reactions.add({ channel: general, timestamp: said.ts, name: "joy" });
  const again = web.reactions.add({ channel: general, timestamp: said.ts, name: "joy" });
  expect(await refusal(again)).toBe("already_reacted");
  const shown = slack.messages(general).find(({ ts }) => ts === said.ts);
  expect(shown?.reactions).toEqual([{ name: "joy", userIds: [slack.person("Bob").id, slack.botUserId] }]);
});

test("who comes and goes is told where the app is", async () => {
  const random = slack.channel("random").id;
  slack.setBotMembership("random", false);
  expect(await eventsOf(() => slack.person("Carol").leave(random))).toEqual([]);
  slack.setBotMembership("random", true);
  const events = await eventsOf(() => slack.person("Carol").join(random));
  expect(events).toMatchObject([
    { type: "message", subtype: "channel_join" },
    { type: "member_joined_channel", user: slack.person("Carol").id, channel: random, channel_type: "C" },
  ]);
  expect(
    await eventsOf(() => slack.person("Bob").say(slack.addChannel("quiet", { withBot: false }).id, "x")),
  ).toEqual([]);
});

test("an app that is put out of a channel hears that, and nothing of the channel afterwards", async () => {
  const left = slack.addChannel("left");
  const [alice] = slack.people;
  const events = await eventsOf(async () => slack.setBotMembership("left", false));
  expect(events).toMatchObject([{ type: "channel_left", channel: left.id, actor_id: alice?.id }]);
  expect(await eventsOf(async () => slack.archive("left"))).toEqual([]);
});

test("a channel that is archived or deleted is told to the app in it", async () => {
  const old = slack.addChannel("old-public");
  const secret = slack.addChannel("old-private", { isPrivate: true });
  expect(await eventsOf(async () => slack.archive("old-public"))).toMatchObject([
    { type: "channel_archive", channel: old.id },
  ]);
  expect(await eventsOf(async () => slack.archive("old-public", false))).toMatchObject([
    { type: "channel_unarchive", channel: old.id },
  ]);
  expect(await eventsOf(async () => slack.deleteChannel("old-public"))).toMatchObject([
    { type: "channel_deleted", channel: old.id },
  ]);
  expect(await eventsOf(async () => slack.deleteChannel("old-private"))).toMatchObject([
    { type: "group_deleted", channel: secret.id },
  ]);
  const asking = createWebClient(slack).conversations.info({ channel: old.id });
  expect(await refusal(asking)).toBe("channel_not_found");
});

test("a DM has one event, a channel type, and no mention", async () => {
  const bob = slack.person("Bob");
  const dm = await bob.openDm();
  const events = await eventsOf(() => bob.say(dm.id, "@Rapport hello"));
  expect(events).toMatchObject([{ type: "message", channel: dm.id, channel_type: "im", user: bob.id }]);
  expect((await bob.openDm()).id).toBe(dm.id);
  expect(slack.person("Carol").messages(dm.id)).toEqual([]);
  const web = createWebClient(slack);
  expect((await web.conversations.open({ users: bob.id })).channel?.id).toBe(dm.id);
  expect((await web.chat.postMessage({ channel: bob.id, text: "hi" })).channel).toBe(dm.id);
});

test("what a person looks at is told without authorizations", async () => {
  const told = slack.nextDelivery("app_context_changed");
  await slack.person("Bob").lookAt(general);
  const { payload } = await told;
  expect(payload.authorizations).toBeUndefined();
  expect(payload.event).toMatchObject({
    context: { entities: [{ type: "slack#/types/channel_id", value: general, team_id: slack.teamId }] },
  });
});

test("without its subscription or scope an event is not sent", async () => {
  slack.install(slack.config.scopes.filter((scope) => scope !== "channels:history"));
  const events = await eventsOf(() => slack.person("Alice").say(general, "@Rapport hello"));
  expect(events.map(({ type }) => type)).toEqual(["app_mention"]);
  slack.install();
});

test("history and replies come in pages, newest and oldest first", async () => {
  const web = createWebClient(slack);
  const channel = slack.addChannel("paged").id;
  const alice = slack.person("Alice");
  const root = await alice.say(channel, "0");
  for (const text of ["1", "2"]) await alice.say(channel, text);
  for (const text of ["a", "b", "c"]) await alice.say(channel, text, { threadTs: root.ts });
  const first = await web.conversations.history({ channel, limit: 2 });
  expect([first.messages?.map(({ text }) => text), first.has_more]).toEqual([["2", "1"], true]);
  const cursor = first.response_metadata?.next_cursor ?? "";
  const second = await web.conversations.history({ channel, limit: 2, cursor });
  expect([second.messages?.map(({ text }) => text), second.has_more]).toEqual([["0"], false]);
  const replies = await web.conversations.replies({ channel, ts: root.ts });
  expect(replies.messages?.map(({ text }) => text)).toEqual(["0", "a", "b", "c"]);
  const after = replies.messages?.[2]?.ts ?? "";
  const newer = await web.conversations.replies({ channel, ts: root.ts, oldest: after });
  expect(newer.messages?.map(({ text }) => text)).toEqual(["0", "c"]);
  expect(await refusal(web.conversations.replies({ channel, ts: "1.000001" }))).toBe("thread_not_found");
  expect(await refusal(web.conversations.history({ channel, cursor: "x" }))).toBe("invalid_cursor");
});
