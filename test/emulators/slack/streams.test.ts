import type { SlackEmulator } from "@rapport/slack-emulator";
import { ManualClock } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createWebClient, refusal, startQuickSlack, stopAndCheck } from "./bolt.ts";

let clock: ManualClock;
let slack: SlackEmulator;
let web: ReturnType<typeof createWebClient>;
let general: string;
let root: string;

beforeEach(async () => {
  clock = new ManualClock();
  slack = await startQuickSlack({ clock });
  web = createWebClient(slack);
  general = slack.channel("general").id;
  root = (await slack.person("Alice").say(general, "tell me")).ts;
});
afterEach(() => stopAndCheck(slack));

const recipient = () => ({ recipient_team_id: slack.teamId, recipient_user_id: slack.person("Alice").id });
const start = (more: object = {}) =>
  web.chat.startStream({ channel: general, thread_ts: root, ...recipient(), ...more });
const answer = () => slack.messages(general, { threadTs: root }).at(-1);

test("the client's own streamer shows text and tasks as they come", async () => {
  const streamer = web.chatStream({ channel: general, thread_ts: root, ...recipient(), buffer_size: 1 });
  await streamer.append({ markdown_text: "Let me **look**. " });
  expect(answer()).toMatchObject({ text: "Let me **look**. ", stream: { state: "in_progress" } });
  const task = { type: "task_update" as const, id: "t1", title: "Searching" };
  await streamer.append({ chunks: [{ ...task, status: "in_progress" }] });
  await streamer.append({ chunks: [{ ...task, status: "complete", output: "2 found" }] });
  await streamer.append({ markdown_text: "Two." });
  await streamer.stop({
    blocks: [{ type: "divider" }],
    metadata: { event_type: "a", event_payload: { id: "1" } },
  });
  const shown = answer();
  expect(shown?.text).toBe("Let me **look**. Two.");
  expect(shown?.stream?.state).toBe("completed");
  expect(shown?.blocks.map(({ type }) => type)).toEqual(["markdown", "task_card", "markdown", "divider"]);
  expect(shown?.blocks[1]).toMatchObject({ task_id: "t1", status: "complete" });
  expect(shown?.metadata).toMatchObject({ event_type: "a" });
});

test("tasks are shown together when a plan is asked for", async () => {
  const { ts = "" } = await start({ task_display_mode: "plan" });
  const chunks = [
    { type: "plan_update" as const, title: "How I go about it" },
    { type: "task_update" as const, id: "t1", title: "One", status: "pending" as const },
  ];
  await web.chat.appendStream({ channel: general, ts, chunks });
  expect(answer()?.blocks).toMatchObject([
    { type: "plan", title: "How I go about it", tasks: [{ task_id: "t1" }] },
  ]);
});

test("outside DMs a stream is for somebody", async () => {
  const { recipient_team_id, recipient_user_id } = recipient();
  const bare = { channel: general, thread_ts: root };
  expect(await refusal(web.chat.startStream({ ...bare, recipient_team_id }))).toBe(
    "missing_recipient_user_id",
  );
  expect(await refusal(web.chat.startStream({ ...bare, recipient_user_id }))).toBe(
    "missing_recipient_team_id",
  );
  const dm = await slack.person("Bob").openDm();
  const said = await slack.person("Bob").say(dm.id, "hello");
  expect((await web.chat.startStream({ channel: dm.id, thread_ts: said.ts })).ok).toBe(true);
});

test("a stream takes what it understands", async () => {
  const { ts = "" } = await start();
  const append = (args: object) => web.apiCall("chat.appendStream", { channel: general, ts, ...args });
  expect(await refusal(append({}))).toBe("no_text");
  expect(await refusal(append({ chunks: [{ type: "song" }] }))).toBe("invalid_chunks");
  expect(await refusal(append({ markdown_text: "a".repeat(12_001) }))).toBe("msg_too_long");
  const theirs = { channel: general, ts: root, markdown_text: "x" };
  expect(await refusal(web.chat.appendStream(theirs))).toBe("message_not_owned_by_app");
  const update = web.chat.update({ channel: general, ts, text: "x" });
  expect(await refusal(update)).toBe("streaming_state_conflict");
});

test("a stream dies after five minutes, and its message can be edited then", async () => {
  const { ts = "" } = await start({ markdown_text: "Half" });
  await clock.advance(299_000);
  await web.chat.appendStream({ channel: general, ts, markdown_text: " of" });
  await clock.advance(1_000);
  expect(answer()?.stream?.state).toBe("errored");
  const append = web.chat.appendStream({ channel: general, ts, markdown_text: " it" });
  expect(await refusal(append)).toBe("message_not_in_streaming_state");
  expect(await refusal(web.chat.stopStream({ channel: general, ts }))).toBe("message_not_in_streaming_state");
  await web.chat.update({ channel: general, ts, markdown_text: "Half of it, and the rest" });
  expect(answer()).toMatchObject({ text: "Half of it, and the rest", stream: undefined });
});

test("Stop ends the streams of the thread and leaves the status to the app", async () => {
  const alice = slack.person("Alice");
  await expect(alice.stopAgent(general, root)).rejects.toThrow("There is no Stop button");
  const sessions = web.agents.sessions;
  const set = await sessions.setStatus({
    channel_id: general,
    thread_ts: root,
    status: "processing",
    title: "Talk",
  });
  expect(set).toMatchObject({ ok: true, status: "processing", title: "Talk" });
  expect(set.warning).toBeUndefined();
  const { ts = "" } = await start({ markdown_text: "and then" });
  const told = slack.nextDelivery("agent_session_stopped");
  await alice.stopAgent(general, root);
  expect((await told).payload).toMatchObject({
    team_id: slack.teamId,
    event: { channel: general, thread_ts: root, user: alice.id, streaming_message_ts: [ts] },
  });
  expect(answer()?.stream?.state).toBe("completed");
  const [shown] = slack.messages(general, { threadTs: root });
  expect(shown?.thread?.session).toMatchObject({ status: "processing", canBeStopped: true });
  await sessions.setStatus({ channel_id: general, thread_ts: root, status: "active" });
  await expect(alice.stopAgent(general, root)).rejects.toThrow("There is no Stop button");
});

test("an app that does not want to hear of Stop is warned, and has no button", async () => {
  const scopes = { bot: [...slack.config.scopes] };
  slack.configure({
    display_information: { name: "Rapport" },
    features: { agent_view: { agent_description: "Talks." } },
    oauth_config: { scopes },
    settings: { event_subscriptions: { bot_events: ["message.channels"] } },
  });
  const set = await web.agents.sessions.setStatus({
    channel_id: general,
    thread_ts: root,
    status: "processing",
  });
  expect(set.warning).toBe("missing_agent_session_stopped_event_subscription");
  await expect(slack.person("Alice").stopAgent(general, root)).rejects.toThrow("There is no Stop button");
});

test("a stream's end moves the session", async () => {
  const place = { channel_id: general, thread_ts: root };
  await web.agents.sessions.setStatus({ ...place, status: "processing" });
  const { ts = "" } = await start();
  await web.chat.stopStream({ channel: general, ts, session_status: "suspended" });
  const [shown] = slack.messages(general, { threadTs: root });
  expect(shown?.thread?.session?.status).toBe("suspended");
  await web.agents.sessions.rename({ ...place, title: "Pirates" });
  const told = slack.nextDelivery("agent_session_title_changed");
  await slack.person("Alice").renameSession(general, root, "Ships");
  expect((await told).payload.event).toMatchObject({ title: "Ships", previous_title: "Pirates" });
});

test("a status goes after two minutes, and with the app's next post", async () => {
  const place = { channel_id: general, thread_ts: root };
  const shown = () => slack.messages(general, { threadTs: root })[0]?.thread?.status;
  await web.assistant.threads.setStatus({ ...place, status: "is thinking", loading_messages: ["Hm", "Aha"] });
  expect(shown()).toMatchObject({ text: "is thinking", loadingMessages: ["Hm", "Aha"] });
  await clock.advance(119_000);
  expect(shown()?.text).toBe("is thinking");
  await clock.advance(1_000);
  expect(shown()).toBeUndefined();
  await web.assistant.threads.setStatus({ ...place, status: "is writing" });
  await web.chat.postMessage({ channel: general, thread_ts: root, text: "done" });
  expect(shown()).toBeUndefined();
  await web.assistant.threads.setStatus({ ...place, status: "is writing" });
  await web.assistant.threads.setStatus({ ...place, status: "" });
  expect(shown()).toBeUndefined();
});

test("prompts are kept without a thread, and fail in silence with one", async () => {
  const bob = slack.person("Bob");
  const dm = await bob.openDm();
  const said = await bob.say(dm.id, "hello");
  const prompts = [{ title: "Who is here?", message: "Which personas are here?" }];
  const shown = () => slack.channel(dm.id).prompts;
  const set = (more: object) =>
    web.assistant.threads.setSuggestedPrompts({ channel_id: dm.id, prompts, ...more });
  expect((await set({ thread_ts: said.ts })).ok).toBe(true);
  expect(shown()).toBeUndefined();
  await set({ title: "Ask" });
  expect(shown()).toEqual({ title: "Ask", prompts });
});
