import type { SlackEmulator } from "@rapport/slack-emulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Heard, type RunningBolt, startBolt, startQuickSlack, stopAndCheck } from "../bolt.ts";

type Body = Record<string, unknown> & { event: Record<string, unknown> };

let slack: SlackEmulator;
let bolt: RunningBolt;
const heard = new Heard<Body>();
let general: string;

beforeAll(async () => {
  slack = await startQuickSlack();
  general = slack.channel("#general").id;
  bolt = await startBolt(slack, (app) => {
    app.event(/.*/, async ({ body }) => {
      heard.hear(JSON.parse(JSON.stringify(body)));
    });
    app.command("/chat", async ({ ack, command, client }) => {
      await ack({ response_type: "ephemeral", text: `You said ${command.text}` });
      await client.chat.postMessage({ channel: command.channel_id, text: "and I answer" });
    });
    app.command("/modal", async ({ ack, command, client }) => {
      await ack();
      await client.views.open({
        trigger_id: command.trigger_id,
        view: {
          type: "modal",
          callback_id: "name",
          title: { type: "plain_text", text: "Who?" },
          submit: { type: "plain_text", text: "Save" },
          blocks: [
            {
              type: "input",
              block_id: "who",
              label: { type: "plain_text", text: "Name" },
              element: { type: "plain_text_input", action_id: "name" },
            },
          ],
        },
      });
    });
    app.view("name", async ({ ack, view }) => {
      const name = view.state.values.who?.name?.value;
      if (name === "nobody") await ack({ response_action: "errors", errors: { who: "Somebody, please." } });
      else await ack();
    });
    app.action("ping", async ({ ack, respond }) => {
      await ack();
      await respond({ replace_original: true, text: "pong" });
    });
  });
});

afterAll(async () => {
  await bolt.stop();
  await stopAndCheck(slack);
});

test("a mention in a channel comes as message and as app_mention, each with its own event_id", async () => {
  const said = await slack.person("Alice").say(general, "@Rapport hello *there*");
  const bodies = await heard.some(2, ({ event }) => event.ts === said.ts);
  expect(bodies.map(({ event }) => event.type).toSorted()).toEqual(["app_mention", "message"]);
  expect(new Set(bodies.map(({ event_id }) => event_id)).size).toBe(2);
  expect(bodies.map(({ event }) => event.ts)).toEqual([said.ts, said.ts]);
  const message = bodies.find(({ event }) => event.type === "message");
  expect(message).toMatchObject({
    team_id: slack.teamId,
    context_team_id: slack.teamId,
    api_app_id: slack.appId,
    authorizations: [{ team_id: slack.teamId, user_id: slack.botUserId, is_bot: true }],
    event: {
      user: slack.person("Alice").id,
      text: `<@${slack.botUserId}> hello *there*`,
      channel: general,
      channel_type: "channel",
      team: slack.teamId,
      event_ts: said.ts,
      blocks: [
        {
          type: "rich_text",
          elements: [
            {
              type: "rich_text_section",
              elements: [
                { type: "user", user_id: slack.botUserId },
                { type: "text", text: " hello " },
                { type: "text", text: "there", style: { bold: true } },
              ],
            },
          ],
        },
      ],
    },
  });
  const mention = bodies.find(({ event }) => event.type === "app_mention");
  expect(mention?.event.channel_type).toBeUndefined();
  expect(mention?.context_team_id).toBeUndefined();
});

test("an answer in a thread names its root, and the root counts it", async () => {
  const root = await slack.person("Bob").say(general, "anybody?");
  const said = await slack.person("Carol").say(general, "me", { threadTs: root.ts });
  const { event } = await heard.first((body) => body.event.ts === said.ts);
  expect(event).toMatchObject({ thread_ts: root.ts, parent_user_id: slack.person("Bob").id });
  const [shown] = slack.messages(general, { threadTs: root.ts });
  expect(shown?.thread).toMatchObject({ replyCount: 1, replyUserIds: [slack.person("Carol").id] });
});

test("the app's own message comes back with its bot", async () => {
  const posted = await bolt.web.chat.postMessage({ channel: general, text: "hello" });
  const { event } = await heard.first((body) => body.event.ts === posted.ts);
  expect(event).toMatchObject({
    type: "message",
    ts: posted.ts,
    user: slack.botUserId,
    bot_id: slack.botId,
    app_id: slack.appId,
    bot_profile: { name: "Rapport" },
  });
  expect(event.subtype).toBeUndefined();
});

test("an edit of its own comes back as message_changed without a user", async () => {
  const posted = await bolt.web.chat.postMessage({ channel: general, text: "first" });
  await bolt.web.chat.update({ channel: general, ts: posted.ts ?? "", text: "second" });
  const { event } = await heard.first((body) => body.event.subtype === "message_changed");
  expect(event).toMatchObject({
    subtype: "message_changed",
    hidden: true,
    message: { text: "second" },
  });
  expect(event.user).toBeUndefined();
  expect(event.ts).not.toBe(posted.ts);
  expect(slack.messages(general).at(-1)).toMatchObject({ text: "second", edited: true });
});

test("a slash command is answered in private, and the app posts beside it", async () => {
  const created = new Promise<void>((resolve) => {
    const stop = slack.onEvent((event) => {
      if (event.type !== "message-created" || event.visibleTo !== undefined) return;
      stop();
      resolve();
    });
  });
  const interaction = await slack.person("Alice").slash(general, "/chat", "hi");
  expect(interaction.response).toMatchObject({ text: "You said hi", ephemeral: true });
  await created;
  expect(
    slack
      .messages(general, { viewer: "Alice" })
      .slice(-2)
      .map(({ text }) => text),
  ).toEqual(["You said hi", "and I answer"]);
  expect(slack.messages(general, { viewer: "Bob" }).some(({ text }) => text === "You said hi")).toBe(false);
});

test("a command opens a modal, which is submitted, refused and submitted again", async () => {
  const alice = slack.person("Alice");
  const interaction = await alice.slash(general, "/modal");
  await interaction.done();
  const view = alice.view();
  if (!view) throw new Error("No modal is open.");
  expect(interaction.view?.id).toBe(view.id);
  expect(view).toMatchObject({ title: "Who?", submit: "Save", callbackId: "name" });
  await expect(alice.submitView(view)).rejects.toThrow('"Name" must be filled in.');
  const refused = await alice.submitView(view, { name: "nobody" });
  expect(refused.errors).toEqual({ who: "Somebody, please." });
  expect(alice.view()?.id).toBe(view.id);
  await alice.submitView(view, { who: "Mira" });
  expect(alice.view()).toBeUndefined();
});

test("a button's answer replaces its message", async () => {
  const posted = await bolt.web.chat.postMessage({
    channel: general,
    text: "press",
    blocks: [
      {
        type: "actions",
        elements: [
          { type: "button", action_id: "ping", text: { type: "plain_text", text: "Ping" }, value: "1" },
        ],
      },
    ],
  });
  const place = { channelId: general, ts: posted.ts ?? "" };
  const interaction = await slack.person("Bob").click(place, "ping");
  await interaction.done();
  expect(slack.messages(general).find(({ ts }) => ts === posted.ts)).toMatchObject({ text: "pong" });
});
