import type { SlackEmulator } from "@rapport/slack-emulator";
import { eventually, ManualClock } from "@rapport/testing";
import { SocketModeClient } from "@slack/socket-mode";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { Heard, silent, startQuickSlack, stopAndCheck } from "../bolt.ts";

interface Received {
  readonly name: string;
  readonly socket: number;
  readonly retry: number | undefined;
  readonly reason: string | undefined;
  readonly body: Record<string, unknown>;
  readonly ack: (response?: unknown) => Promise<void>;
}

let clock: ManualClock;
let slack: SlackEmulator;
let heard: Heard<Received>;
let clients: SocketModeClient[];
let answers: (received: Received) => boolean;

beforeEach(async () => {
  clock = new ManualClock();
  slack = await startQuickSlack({ clock });
  heard = new Heard();
  clients = [];
  answers = () => true;
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.disconnect()));
  await stopAndCheck(slack);
});

/** The SDK comes back after as long as it waits for a pong: so short, a busy machine makes it come back by itself. */
const BACK_SOON = { clientPingTimeout: 300 };

/** A real socket client that acknowledges what `answers` says. */
async function connect(options: { readonly clientPingTimeout?: number } = {}): Promise<SocketModeClient> {
  const socket = clients.length;
  const client = new SocketModeClient({
    appToken: slack.appToken,
    logger: silent,
    ...options,
    clientOptions: { slackApiUrl: slack.url },
  });
  client.on("slack_event", async ({ type, body, ack, retry_num, retry_reason }) => {
    const name = type === "events_api" ? body.event.type : (body.command ?? body.type);
    const received = { name, socket, retry: retry_num, reason: retry_reason, body, ack };
    if (answers(received)) await ack();
    heard.hear(received);
  });
  await client.start();
  clients.push(client);
  return client;
}

test("a ticket opens one socket, once", async () => {
  const opened = await fetch(`${slack.url}apps.connections.open`, {
    method: "POST",
    headers: { authorization: `Bearer ${slack.appToken}` },
  });
  const { url } = JSON.parse(await opened.text());
  const open = () =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket(url);
      socket.onmessage = ({ data }) => {
        resolve(JSON.parse(String(data)).type);
        socket.close();
      };
      socket.onerror = () => resolve("refused");
    });
  expect(await open()).toBe("hello");
  expect(await open()).toBe("refused");
});

test("which minute lost events is told in an envelope without an event", async () => {
  const opened = await fetch(`${slack.url}apps.connections.open`, {
    method: "POST",
    headers: { authorization: `Bearer ${slack.appToken}` },
  });
  const socket = new WebSocket(JSON.parse(await opened.text()).url);
  const frame = new Promise<unknown>((resolve) => {
    socket.on("message", (data) => {
      const parsed: { type: string } = JSON.parse(String(data));
      if (parsed.type === "hello") void slack.sockets.tellRateLimited();
      else resolve(parsed);
    });
  });
  expect(await frame).toMatchObject({
    envelope_id: expect.any(String),
    type: "events_api",
    payload: { type: "app_rate_limited", team_id: slack.teamId, minute_rate_limited: clock.now() / 1000 },
  });
  socket.close();
});

test("each event goes to one of the sockets", async () => {
  await connect();
  await connect();
  let turn = 0;
  slack.sockets.chooseBy((count) => turn++ % count);
  const channel = slack.channel("general").id;
  for (const text of ["one", "two", "three", "four"]) await slack.person("Alice").say(channel, text);
  const received = await heard.some(4, ({ name }) => name === "message");
  expect(received.map(({ socket }) => socket).toSorted()).toEqual([0, 0, 1, 1]);
});

test("the eleventh socket is sent away", async () => {
  for (let count = 0; count < 10; count += 1) await connect();
  expect(slack.sockets.connected).toBe(10);
  const opened = await fetch(`${slack.url}apps.connections.open`, {
    method: "POST",
    headers: { authorization: `Bearer ${slack.appToken}` },
  });
  const { url } = JSON.parse(await opened.text());
  const frame = await new Promise<unknown>((resolve) => {
    const socket = new WebSocket(url);
    socket.onmessage = ({ data }) => resolve(JSON.parse(String(data)));
  });
  expect(frame).toMatchObject({ type: "disconnect", reason: "too_many_websockets" });
});

test("an event that nobody acknowledges is sent again three times, with its event_id", async () => {
  await connect();
  answers = () => false;
  await slack.person("Alice").say(slack.channel("general").id, "hello");
  await heard.some(1, ({ name }) => name === "message");
  await clock.advance(3_000);
  await heard.some(2, ({ name }) => name === "message");
  await clock.advance(3_000 + 60_000);
  await heard.some(3, ({ name }) => name === "message");
  await clock.advance(3_000 + 300_000);
  const received = await heard.some(4, ({ name }) => name === "message");
  await clock.advance(600_000);
  expect(heard.items).toHaveLength(4);
  expect(received.map(({ retry, reason }) => [retry, reason])).toEqual([
    [0, ""],
    [1, "timeout"],
    [2, "timeout"],
    [3, "timeout"],
  ]);
  expect(new Set(received.map(({ body }) => body.event_id)).size).toBe(1);
});

test("what happens while no socket is open comes later", async () => {
  await slack.person("Alice").say(slack.channel("general").id, "anybody?");
  await connect();
  await clock.advance(60_000);
  const { retry } = await heard.first(({ name }) => name === "message");
  expect(retry).toBe(2);
});

test("a command that nobody acknowledges fails for the person after three seconds, and is not sent again", async () => {
  await connect();
  answers = () => false;
  const failing = slack.person("Alice").slash(slack.channel("general").id, "/chat", "hi");
  const failed = expect(failing).rejects.toThrow('/chat failed with the error "operation_timeout"');
  await heard.first(({ name }) => name === "/chat");
  await clock.advance(3_000);
  await failed;
  await clock.advance(600_000);
  expect(heard.items).toHaveLength(1);
});

test("a command with no socket open fails at once", async () => {
  const failing = slack.person("Alice").slash(slack.channel("general").id, "/chat", "hi");
  await expect(failing).rejects.toThrow('/chat failed with the error "dispatch_failed"');
});

test("a socket that is asked to refresh, or is cut, comes back", async () => {
  await connect(BACK_SOON);
  for (const end of [slack.sockets.refresh, slack.sockets.warn, slack.sockets.cut]) {
    end("all");
    await slack.sockets.whenDisconnected();
    await slack.sockets.whenConnected();
  }
  await slack.person("Alice").slash(slack.channel("general").id, "/chat", "hi");
});

test("a socket that is refreshed in the middle of a command leaves it to the other", async () => {
  await connect(BACK_SOON);
  await connect(BACK_SOON);
  slack.sockets.chooseBy(() => 0);
  answers = () => false;
  const asking = slack.person("Alice").slash(slack.channel("general").id, "/chat", "hi");
  const { ack } = await heard.first(({ name }) => name === "/chat");
  await ack({ text: "just in time" });
  slack.sockets.refresh("one");
  expect((await asking).response?.text).toBe("just in time");
  answers = () => true;
  await eventually("one socket is gone", () => slack.sockets.connected === 1);
  await slack.person("Alice").slash(slack.channel("general").id, "/chat", "again");
  await slack.sockets.whenConnected(2);
  slack.sockets.chooseBy((count) => count - 1);
  await slack.person("Alice").slash(slack.channel("general").id, "/chat", "over the new one");
});

test("events are doubled, lost and mixed up on demand", async () => {
  await connect();
  const channel = slack.channel("general").id;
  const alice = slack.person("Alice");
  slack.sockets.duplicateNext("message");
  const twice = await alice.say(channel, "twice");
  const events = await heard.some(2, ({ name }) => name === "message");
  expect(new Set(events.map(({ body }) => body.event_id)).size).toBe(1);
  slack.sockets.loseNext("message");
  await alice.say(channel, "lost");
  slack.sockets.reorderNext("message");
  const late = await alice.say(channel, "late");
  const early = await alice.say(channel, "early");
  const all = await heard.some(4, ({ name }) => name === "message");
  const order = all.map(({ body }) => Object(body.event).ts);
  expect(order).toEqual([twice.ts, twice.ts, early.ts, late.ts]);
});
