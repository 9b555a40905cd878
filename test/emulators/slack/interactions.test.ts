import { NotPossible, type SlackEmulator } from "@rapport/slack-emulator";
import { ManualClock } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  Heard,
  type RunningBolt,
  refusal,
  refusalDetails,
  startBolt,
  startQuickSlack,
  stopAndCheck,
} from "./bolt.ts";

type Body = Record<string, unknown>;

let clock: ManualClock;
let slack: SlackEmulator;
let bolt: RunningBolt;
let heard: Heard<Body>;
let general: string;
/** What the app acknowledges with. */
let answer: (body: Body) => unknown;

beforeEach(async () => {
  clock = new ManualClock();
  slack = await startQuickSlack({ clock });
  general = slack.channel("general").id;
  heard = new Heard();
  answer = () => undefined;
  bolt = await startBolt(slack, (app) => {
    // Each kind of ack takes something else; what it is given here is the test's affair.
    const take = async (body: unknown, ack: () => Promise<void>) => {
      const plain: Body = JSON.parse(JSON.stringify(body));
      await Reflect.apply(ack, undefined, [answer(plain)]);
      heard.hear(plain);
    };
    app.command(/.*/, ({ ack, body }) => take(body, ack));
    app.action(/.*/, ({ ack, body }) => take(body, ack));
    app.shortcut(/.*/, ({ ack, body }) => take(body, ack));
    app.view(/.*/, ({ ack, body }) => take(body, ack));
    app.view({ type: "view_closed" }, ({ ack, body }) => take(body, ack));
    app.options(/.*/, ({ ack, body }) => take(body, ack));
  });
});
afterEach(async () => {
  await bolt.stop();
  await stopAndCheck(slack);
});

const plain = (text: string) => ({ type: "plain_text" as const, text });
const modal = (title: string, more: object = {}) => ({
  type: "modal" as const,
  callback_id: title,
  title: plain(title),
  blocks: [{ type: "section" as const, text: plain("text") }],
  ...more,
});
const input = (name: string, element: object) => ({
  type: "input",
  block_id: `${name}-block`,
  label: plain(name),
  element,
});
const post = (url: unknown, body: object) =>
  fetch(String(url), { method: "POST", body: JSON.stringify(body) }).then((response) => response.json());

async function trigger(): Promise<string> {
  const count = heard.items.length;
  await slack.person("Alice").globalShortcut("open");
  const bodies = await heard.some(count + 1, () => true);
  return String(bodies[count]?.trigger_id);
}

test("a command says who, where and what", async () => {
  const alice = slack.person("Alice");
  await alice.slash(general, "/persona", " use mira ");
  const body = await heard.first(() => true);
  expect(body).toMatchObject({
    command: "/persona",
    text: "use mira",
    channel_id: general,
    channel_name: "general",
    user_id: alice.id,
    user_name: "alice",
    team_id: slack.teamId,
    team_domain: "rapport-house",
    is_enterprise_install: "false",
    api_app_id: slack.appId,
  });
  const dm = await alice.openDm();
  await alice.slash(dm.id, "/persona");
  expect(heard.items.at(-1)).toMatchObject({ channel_name: "directmessage", text: "" });
});

test("a response_url works five times, for half an hour", async () => {
  await slack.person("Alice").slash(general, "/chat");
  const { response_url: url } = await heard.first(() => true);
  for (let count = 1; count <= 5; count += 1)
    expect(await post(url, { text: `${count}` })).toEqual({ ok: true });
  expect(await post(url, { text: "6" })).toEqual({ ok: false, error: "used_url" });
  await slack.person("Alice").slash(general, "/chat");
  const late = heard.items.at(-1)?.response_url;
  await clock.advance(30 * 60_000 + 1);
  expect(await post(late, { text: "late" })).toEqual({ ok: false, error: "expired_url" });
  expect(slack.messages(general, { viewer: "Alice" }).map(({ text }) => text)).toEqual([
    "1",
    "2",
    "3",
    "4",
    "5",
  ]);
});

test("a response is public when it says so, and can take its message away", async () => {
  const sent = await bolt.web.chat.postMessage({
    channel: general,
    text: "choose",
    blocks: [
      { type: "actions", elements: [{ type: "button", action_id: "go", text: plain("Go"), value: "v" }] },
    ],
  });
  const interaction = await slack.person("Bob").click({ channelId: general, ts: sent.ts ?? "" }, "go");
  const { response_url: url } = await heard.first(() => true);
  await post(url, { text: "everybody", response_type: "in_channel" });
  expect(interaction.response).toMatchObject({ text: "everybody", ephemeral: false });
  await post(url, { delete_original: true });
  expect(slack.messages(general).map(({ text }) => text)).toEqual(["everybody"]);
  expect(await post(url, { text: "", blocks: [] })).toEqual({ ok: false, error: "no_text" });
});

test("a click says on what, in which message and thread", async () => {
  const root = await slack.person("Alice").say(general, "root");
  const sent = await bolt.web.chat.postMessage({
    channel: general,
    thread_ts: root.ts,
    text: "choose",
    blocks: [
      {
        type: "actions",
        block_id: "choices",
        elements: [
          {
            type: "static_select",
            action_id: "pick",
            placeholder: plain("Pick"),
            options: [
              { text: plain("One"), value: "1" },
              { text: plain("Two"), value: "2" },
            ],
          },
          { type: "overflow", action_id: "more", options: [{ text: plain("Delete"), value: "d" }] },
        ],
      },
    ],
  });
  const place = { channelId: general, ts: sent.ts ?? "" };
  await slack.person("Bob").click(place, "pick", "2");
  expect(await heard.first(() => true)).toMatchObject({
    type: "block_actions",
    user: { id: slack.person("Bob").id, username: "bob", team_id: slack.teamId },
    team: { id: slack.teamId, domain: "rapport-house" },
    container: {
      type: "message",
      message_ts: sent.ts,
      channel_id: general,
      is_ephemeral: false,
      thread_ts: root.ts,
    },
    channel: { id: general, name: "general" },
    message: { ts: sent.ts, text: "choose" },
    actions: [
      {
        type: "static_select",
        action_id: "pick",
        block_id: "choices",
        selected_option: { text: plain("Two"), value: "2" },
      },
    ],
  });
  await slack.person("Bob").click(place, "more", "d");
  expect(heard.items.at(-1)).toMatchObject({ actions: [{ selected_option: { value: "d" } }] });
  await expect(slack.person("Bob").click(place, "pick", "3")).rejects.toThrow('There is no choice "3".');
  await expect(slack.person("Bob").click(place, "nothing")).rejects.toThrow('There is no element "nothing".');
});

test("a menu asks the app what to offer", async () => {
  answer = ({ value }) => ({ options: [{ text: plain(`Mira ${value}`), value: "mira" }] });
  const sent = await bolt.web.chat.postMessage({
    channel: general,
    text: "who",
    blocks: [
      { type: "actions", elements: [{ type: "external_select", action_id: "who", min_query_length: 0 }] },
    ],
  });
  const place = { channelId: general, ts: sent.ts ?? "" };
  const bob = slack.person("Bob");
  expect(await bob.options(place, "who", "mi")).toEqual([{ text: "Mira mi", value: "mira" }]);
  expect(heard.items[0]).toMatchObject({ type: "block_suggestion", action_id: "who", value: "mi" });
  await slack.person("Bob").click(place, "who", "mira");
  expect(heard.items.at(-1)).toMatchObject({ actions: [{ selected_option: { value: "mira" } }] });
});

test("a message shortcut brings the message, a global one nothing but a trigger", async () => {
  const root = await slack.person("Alice").say(general, "root");
  const said = await slack.person("Bob").say(general, "remember this", { threadTs: root.ts });
  await slack.person("Carol").messageShortcut(said, "remember");
  expect(await heard.first(() => true)).toMatchObject({
    type: "message_action",
    callback_id: "remember",
    message_ts: said.ts,
    channel: { id: general },
    message: { ts: said.ts, thread_ts: root.ts, user: slack.person("Bob").id, text: "remember this" },
    response_url: expect.any(String),
    trigger_id: expect.any(String),
  });
  await slack.person("Carol").globalShortcut("start");
  const body = heard.items.at(-1);
  expect(body).toMatchObject({ type: "shortcut", callback_id: "start", trigger_id: expect.any(String) });
  expect([body?.channel, body?.response_url]).toEqual([undefined, undefined]);
});

test("a trigger opens one modal, within three seconds", async () => {
  const open = (trigger_id: string) => bolt.web.views.open({ trigger_id, view: modal("One") });
  expect(await refusal(open("made-up"))).toBe("invalid_trigger_id");
  const first = await trigger();
  await open(first);
  expect(await refusal(open(first))).toBe("exchanged_trigger_id");
  const second = await trigger();
  await clock.advance(3_000);
  expect(await refusal(open(second))).toBe("expired_trigger_id");
});

test("a view that Slack would refuse is refused, with reasons", async () => {
  const view = {
    ...modal("A title of more than 24 letters"),
    blocks: [input("name", { type: "plain_text_input" })],
  };
  const opening = bolt.web.apiCall("views.open", { trigger_id: await trigger(), view });
  expect(await refusalDetails(opening)).toMatchObject({
    error: "invalid_arguments",
    messages: [
      "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]",
      "[ERROR] `submit` is required when there is an input block [json-pointer:/view/submit]",
    ],
  });
});

test("modals are stacked, three at most, and updated by their hash", async () => {
  const alice = slack.person("Alice");
  const blocks = [
    { type: "actions", elements: [{ type: "button", action_id: "next", text: plain("Next") }] },
  ];
  const { view: first } = await bolt.web.views.open({
    trigger_id: await trigger(),
    view: modal("One", { blocks }),
  });
  const push = async (title: string) => {
    const count = heard.items.length;
    const open = alice.view();
    if (!open) throw new Error("No modal is open.");
    await alice.click(open, "next");
    const body = (await heard.some(count + 1, () => true))[count];
    const pushed = { trigger_id: String(body?.trigger_id), view: modal(title, { blocks }) };
    return await bolt.web.views.push(pushed);
  };
  const { view: second } = await push("Two");
  expect(second).toMatchObject({ previous_view_id: first?.id, root_view_id: first?.id });
  await push("Three");
  expect(await refusal(push("Four"))).toBe("push_limit_reached");
  const update = (hash: string) =>
    bolt.web.views.update({ view_id: first?.id ?? "", hash, view: modal("Uno", { blocks }) });
  expect((await update(first?.hash ?? "")).view?.title?.text).toBe("Uno");
  expect(await refusal(update(first?.hash ?? ""))).toBe("hash_conflict");
  const top = alice.view();
  if (top) await alice.closeView(top);
  expect(alice.view()?.title).toBe("Two");
  const below = alice.view();
  if (below) await alice.closeView(below, "cross");
  expect(alice.view()).toBeUndefined();
});

test("a submission holds what was entered, by block and action", async () => {
  const alice = slack.person("Alice");
  const options = [
    { text: plain("Everyone"), value: "all" },
    { text: plain("Me"), value: "me" },
  ];
  const view = modal("Edit", {
    submit: plain("Save"),
    private_metadata: "p1",
    notify_on_close: true,
    blocks: [
      input("name", { type: "plain_text_input", action_id: "name", initial_value: "Mira", max_length: 10 }),
      input("scope", { type: "radio_buttons", action_id: "scope", options }),
      { ...input("tags", { type: "checkboxes", action_id: "tags", options }), optional: true },
    ],
  });
  await bolt.web.apiCall("views.open", { trigger_id: await trigger(), view });
  const open = alice.view();
  if (!open) throw new Error("No modal is open.");
  await expect(alice.submitView(open, { scope: "all", name: "a name too long" })).rejects.toThrow(
    "10 characters",
  );
  await expect(alice.submitView(open, { scope: "all", colour: "red" })).rejects.toThrow('no field "colour"');
  answer = () => ({ response_action: "update", view: modal("Saved") });
  const updated = await alice.submitView(open, { scope: "me", tags: ["all", "me"] });
  expect(heard.items.at(-1)).toMatchObject({
    type: "view_submission",
    user: { id: alice.id, name: "alice" },
    view: {
      id: open.id,
      callback_id: "Edit",
      private_metadata: "p1",
      app_installed_team_id: slack.teamId,
      state: {
        values: {
          "name-block": { name: { type: "plain_text_input", value: "Mira" } },
          "scope-block": { scope: { type: "radio_buttons", selected_option: { value: "me" } } },
          "tags-block": { tags: { selected_options: [{ value: "all" }, { value: "me" }] } },
        },
      },
    },
  });
  expect(updated.view?.title).toBe("Saved");
});

test("a field holds what its client would let a person enter, and nothing else", async () => {
  const alice = slack.person("Alice");
  const fields = ["date", "time", "moment", "number", "mail", "site", "who", "picture"] as const;
  const elements = {
    date: { type: "datepicker" },
    time: { type: "timepicker" },
    moment: { type: "datetimepicker" },
    number: { type: "number_input", is_decimal_allowed: false, min_value: "1", max_value: "9" },
    mail: { type: "email_text_input" },
    site: { type: "url_text_input" },
    who: { type: "external_select" },
    picture: { type: "file_input", filetypes: ["png"], max_files: 1 },
  };
  const blocks = fields.map((name) => input(name, { ...elements[name], action_id: name }));
  const view = modal("All", { submit: plain("Save"), blocks });
  await bolt.web.apiCall("views.open", { trigger_id: await trigger(), view });
  const open = alice.view();
  if (!open) throw new Error("No modal is open.");
  answer = () => ({ options: [{ text: plain("Mira"), value: "mira" }] });
  expect(await alice.options(open, "who", "mi")).toEqual([{ text: "Mira", value: "mira" }]);
  const [png, txt] = ["a.png", "a.txt"].map((name) => alice.upload({ name, data: Buffer.from("x") }));
  const good = {
    date: "2026-02-28",
    time: "23:59",
    moment: "1795960000",
    number: "9",
    mail: "a@example.org",
    site: "https://example.org",
    who: "mira",
    picture: png!,
  };
  const wrong = {
    date: "2026-02-30",
    time: "24:00",
    moment: "soon",
    number: "1.5",
    mail: "nobody",
    site: "nowhere",
    who: "orin",
    picture: txt!,
  };
  for (const name of fields)
    await expect(alice.submitView(open, { ...good, [name]: wrong[name] }), name).rejects.toThrow(NotPossible);
  answer = () => ({ response_action: "clear" });
  await alice.submitView(open, good);
  const sent = JSON.parse(JSON.stringify(heard.items.at(-1))).view.state.values;
  expect(fields.map((name) => sent[`${name}-block`][name])).toMatchObject([
    { selected_date: "2026-02-28" },
    { selected_time: "23:59" },
    { selected_date_time: 1_795_960_000 },
    { value: "9" },
    { value: "a@example.org" },
    { value: "https://example.org" },
    { selected_option: { value: "mira" } },
    { files: [{ id: png, name: "a.png", url_private: expect.any(String) }] },
  ]);
  expect(alice.view()).toBeUndefined();
});

test("a submission can be answered with another modal on top, and both go when all is cleared", async () => {
  const alice = slack.person("Alice");
  await bolt.web.views.open({ trigger_id: await trigger(), view: modal("One", { submit: plain("Next") }) });
  const first = alice.view()!;
  answer = () => ({ response_action: "push", view: modal("Two", { submit: plain("Done") }) });
  expect((await alice.submitView(first)).view?.title).toBe("Two");
  expect(alice.views().map(({ title }) => title)).toEqual(["One", "Two"]);
  await expect(alice.submitView(first)).rejects.toThrow("not open");
  answer = () => ({ response_action: "clear" });
  await alice.submitView(alice.view()!);
  expect(heard.items.at(-1)).toMatchObject({ view: { previous_view_id: first.id, root_view_id: first.id } });
  expect(alice.views()).toEqual([]);
});

test("closing a modal is told to an app that wants to know", async () => {
  const alice = slack.person("Alice");
  await bolt.web.views.open({ trigger_id: await trigger(), view: modal("One", { notify_on_close: true }) });
  const view = alice.view();
  if (view) await alice.closeView(view);
  const body = await heard.first(({ type }) => type === "view_closed");
  expect(body).toMatchObject({ is_cleared: false, view: { id: view?.id } });
});

test("the Home tab is published for one person, and its buttons work", async () => {
  const bob = slack.person("Bob");
  const view = {
    type: "home" as const,
    blocks: [
      {
        type: "actions" as const,
        elements: [{ type: "button" as const, action_id: "talk", text: plain("Talk") }],
      },
    ],
  };
  const told = slack.nextDelivery("app_home_opened");
  await bob.openHome();
  expect((await told).payload).toMatchObject({ event: { tab: "home", user: bob.id } });
  expect((await told).payload.authorizations).toBeUndefined();
  await bolt.web.views.publish({ user_id: bob.id, view });
  const home = bob.home();
  if (!home) throw new Error("No Home is published.");
  expect(slack.person("Carol").home()).toBeUndefined();
  await bob.click(home, "talk");
  const body = await heard.first(({ type }) => type === "block_actions");
  expect(body).toMatchObject({ container: { type: "view", view_id: home.id }, view: { type: "home" } });
  expect([body.channel, body.response_url]).toEqual([undefined, undefined]);
});

test("with a manifest there are its commands and shortcuts, and no other", async () => {
  slack.configure({
    display_information: { name: "Rapport" },
    features: {
      slash_commands: [{ command: "/chat", description: "Talk", should_escape: true }],
      shortcuts: [{ name: "Start", type: "global", callback_id: "start", description: "Start a chat" }],
    },
    oauth_config: { scopes: { bot: ["commands", "chat:write"] } },
  });
  const alice = slack.person("Alice");
  await expect(alice.slash(general, "/persona")).rejects.toThrow("/persona is not a valid command.");
  await expect(alice.globalShortcut("other")).rejects.toThrow("There is no shortcut other.");
  await alice.slash(general, "/chat", "tell @Bob about #random");
  const { text } = await heard.first(() => true);
  expect(text).toBe(`tell <@${slack.person("Bob").id}|bob> about <#${slack.channel("random").id}|random>`);
});
