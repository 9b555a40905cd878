import { NotPossible, type SlackEmulator } from "@rapport/slack-emulator";
import { ManualClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWebClient, refusal, startQuickSlack, stopAndCheck } from "./bolt.ts";

const clock = new ManualClock();
let slack: SlackEmulator;
let web: ReturnType<typeof createWebClient>;
let general: string;

beforeAll(async () => {
  slack = await startQuickSlack({ clock });
  web = createWebClient(slack);
  general = slack.channel("general").id;
});
afterAll(() => stopAndCheck(slack));

const alice = () => slack.person("Alice");
const last = () => slack.messages(general).at(-1);

test("what begins with a slash is a command to a person's client, and never posted", async () => {
  const other = await startQuickSlack({
    manifest: {
      display_information: { name: "Rapport" },
      features: { slash_commands: [{ command: "/chat", description: "Talks." }] },
      oauth_config: { scopes: { bot: ["chat:write", "commands"] } },
    },
  });
  const person = other.person("Alice");
  const { channelId, ts } = await person.say(other.channel("general").id, "not /chat, a message");
  const before = other.messages(channelId).length;
  const saying = (text: string, threadTs?: string) =>
    person.say(channelId, text, threadTs === undefined ? {} : { threadTs });
  await expect(saying("/chat hello", ts)).rejects.toThrow("/chat is not supported in threads. Sorry!");
  await expect(saying("/chatt hello")).rejects.toThrow("/chatt is not a valid command.");
  await expect(saying("/chatt hello", ts)).rejects.toThrow(NotPossible);
  await expect(saying("/chat hello")).rejects.toThrow("/chat is a command, and no message.");
  expect(other.messages(channelId)).toHaveLength(before);
  await saying("/ is a slash");
  await stopAndCheck(other);
});

test("a post may name its channel, and nothing else may", async () => {
  slack.addChannel("quiet", { withBot: false, isPrivate: true });
  for (const channel of ["#general", "general"])
    expect((await web.chat.postMessage({ channel, text: "by name" })).channel).toBe(general);
  expect(await refusal(web.chat.postMessage({ channel: "#nowhere", text: "x" }))).toBe("channel_not_found");
  expect(await refusal(web.chat.postMessage({ channel: "#quiet", text: "x" }))).toBe("channel_not_found");
  for (const asking of [
    web.conversations.info({ channel: "#general" }),
    web.conversations.history({ channel: "general" }),
    web.chat.update({ channel: "#general", ts: "1.000000", text: "x" }),
  ])
    expect(await refusal(asking)).toBe("channel_not_found");
});

test("a video block has a title, a picture and a text for who cannot see it, over HTTPS", async () => {
  const video = {
    type: "video",
    title: { type: "plain_text", text: "A talk" },
    video_url: "https://video.example/1",
    thumbnail_url: "https://video.example/1.png",
    alt_text: "A talk",
  };
  const post = (block: object) =>
    web.apiCall("chat.postMessage", { channel: general, text: "a", blocks: [block] });
  expect((await post({ ...video, author_name: "Ada" })).ok).toBe(true);
  expect(await refusal(post({ ...video, alt_text: undefined }))).toBe("invalid_blocks");
  expect(await refusal(post({ ...video, video_url: "http://video.example/1" }))).toBe("invalid_blocks");
});

test("an emoji is one that Slack knows, with a skin tone or without", async () => {
  const { ts } = await alice().say(general, "at 12:30:45 :wave: and :no_such_emoji:");
  const react = (name: string) => web.reactions.add({ channel: general, timestamp: ts, name });
  expect(await refusal(react("no_such_emoji"))).toBe("invalid_name");
  await react("wave::skin-tone-3");
  expect(last()?.blocks).toMatchObject([
    {
      elements: [
        {
          elements: [
            { type: "text", text: "at 12" },
            { type: "text", text: ":30:" },
            { type: "text", text: "45 " },
            { type: "emoji", name: "wave" },
            { type: "text", text: " and " },
            { type: "text", text: ":no_such_emoji:" },
          ],
        },
      ],
    },
  ]);
  const { items } = await web.reactions.list({});
  expect(items).toMatchObject([{ type: "message", channel: general, message: { ts } }]);
  expect(await refusal(web.reactions.list({ user: "U404" }))).toBe("user_not_found");
});

test("a channel is made, joined, given a topic and filled with people", async () => {
  const make = (name: string, options: object = {}) => web.conversations.create({ name, ...options });
  const { channel } = await make("plans");
  const id = channel?.id ?? "";
  expect(channel).toMatchObject({ name: "plans", is_member: true, is_private: false });
  expect(await refusal(make("plans"))).toBe("name_taken");
  expect(await refusal(make(""))).toBe("invalid_name_required");
  expect(await refusal(make("Big Plans"))).toBe("invalid_name_specials");
  expect(await refusal(make("--"))).toBe("invalid_name_punctuation");
  expect(await refusal(make("a".repeat(81)))).toBe("invalid_name_maxlength");

  await web.conversations.setTopic({ channel: id, topic: "What comes" });
  expect((await web.conversations.info({ channel: id })).channel?.topic?.value).toBe("What comes");
  expect(await refusal(web.conversations.setTopic({ channel: id, topic: "a".repeat(251) }))).toBe("too_long");

  const invite = (users: string) => web.conversations.invite({ channel: id, users });
  await invite(alice().id);
  expect(await refusal(invite(alice().id))).toBe("already_in_channel");
  expect(await refusal(invite(slack.botUserId))).toBe("cant_invite_self");
  expect(await refusal(invite("U404"))).toBe("user_not_found");
  expect(await refusal(web.apiCall("conversations.invite", { channel: id }))).toBe("no_user");
  await web.conversations.mark({ channel: id, ts: "1.000000" });
  expect(await refusal(web.conversations.mark({ channel: id, ts: "now" }))).toBe("invalid_timestamp");

  slack.addChannel("open", { withBot: false });
  const open = slack.channel("open").id;
  expect(await refusal(web.conversations.setTopic({ channel: open, topic: "x" }))).toBe("not_in_channel");
  expect((await web.conversations.join({ channel: open })).channel?.is_member).toBe(true);
  expect(await web.conversations.join({ channel: open })).toMatchObject({ warning: "already_in_channel" });
});

test("people are found by their address, and groups and emoji of the workspace's own are none", async () => {
  const { user } = await web.users.lookupByEmail({ email: "alice@rapport-house.example" });
  expect(user).toMatchObject({ id: alice().id, profile: { email: "alice@rapport-house.example" } });
  expect(await refusal(web.users.lookupByEmail({ email: "who@else.example" }))).toBe("users_not_found");
  expect((await web.users.profile.get({ user: alice().id })).profile).toMatchObject({ first_name: "Alice" });
  expect(await refusal(web.users.profile.get({ user: "U404" }))).toBe("user_not_found");
  expect((await web.usergroups.list()).usergroups).toEqual([]);
  expect((await web.emoji.list()).emoji).toEqual({});
});

test("an app says what it does, and schedules what it will say", async () => {
  const { ts } = await web.chat.meMessage({ channel: general, text: "waves" });
  const { messages = [] } = await web.conversations.history({ channel: general, limit: 1 });
  expect(messages).toMatchObject([{ ts, subtype: "me_message", text: "waves" }]);
  const seconds = Math.floor(clock.now() / 1000);
  const schedule = (post_at: number) =>
    web.chat.scheduleMessage({ channel: general, text: "good morning", post_at });
  expect(await refusal(schedule(seconds - 60))).toBe("time_in_past");
  expect(await refusal(schedule(seconds + 121 * 86_400))).toBe("time_too_far");
  expect(await schedule(seconds + 60)).toMatchObject({ post_at: seconds + 60 });
  expect(last()?.text).toBe("waves");
  await clock.advance(60_000);
  expect(last()?.text).toBe("good morning");
});

test("messages are pinned once, channels are given bookmarks, and files are listed and deleted", async () => {
  const { ts } = await alice().say(general, "to be kept");
  await web.pins.add({ channel: general, timestamp: ts });
  expect(await refusal(web.pins.add({ channel: general, timestamp: ts }))).toBe("already_pinned");
  expect(await refusal(web.apiCall("pins.add", { channel: general }))).toBe("no_item_specified");
  const history = await web.conversations.history({ channel: general });
  expect([history.pin_count, history.messages?.[0]]).toMatchObject([1, { pinned_to: [general] }]);

  const mark = { channel_id: general, title: "Docs", type: "link", link: "https://docs.example" } as const;
  expect((await web.bookmarks.add(mark)).bookmark).toMatchObject({ title: "Docs" });
  expect(await refusal(web.apiCall("bookmarks.add", { ...mark, type: "page" }))).toBe(
    "invalid_bookmark_type",
  );
  expect(await refusal(web.bookmarks.add({ ...mark, link: "nowhere" }))).toBe("invalid_link");

  const { files: uploads } = await web.filesUploadV2({
    channel_id: general,
    filename: "a.txt",
    content: "a",
  });
  const mine = uploads[0]?.files?.[0]?.id ?? "";
  await alice().say(general, "", { files: [{ name: "b.txt", data: Buffer.from("b") }] });
  const { files = [], paging } = await web.files.list({ channel: general });
  expect([files.map(({ name }) => name), paging?.total]).toEqual([["a.txt", "b.txt"], 2]);
  const theirs = files[1]?.id ?? "";
  expect(await refusal(web.files.delete({ file: theirs }))).toBe("cant_delete_file");
  await web.files.delete({ file: mine });
  expect(await refusal(web.files.delete({ file: mine }))).toBe("file_not_found");
});
