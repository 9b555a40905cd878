import { createServer } from "node:http";
import type { SlackEmulator } from "@rapport/slack-emulator";
import { eventually, ManualClock } from "@rapport/testing";
import { App, HTTPReceiver } from "@slack/bolt";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Heard, silent, startQuickSlack, stopAndCheck } from "./bolt.ts";

let slack: SlackEmulator;
let stop: () => Promise<void> = async () => undefined;

beforeEach(async () => {
  slack = await startQuickSlack();
});
afterEach(async () => {
  await stop();
  await stopAndCheck(slack);
});

/** A real bolt app behind a request URL. */
async function startHttpBolt(signingSecret: string, listen: (app: App) => void): Promise<string> {
  const receiver = new HTTPReceiver({ signingSecret, logger: silent, port: 0 });
  const app = new App({
    token: slack.botToken,
    receiver,
    logger: silent,
    clientOptions: { slackApiUrl: slack.url },
    convoStore: false,
  });
  listen(app);
  const server = await app.start(0);
  const address = "address" in server ? server.address() : null;
  stop = async () => void (await app.stop());
  return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/slack/events`;
}

test("events, commands and interactions arrive signed at the request URL", async () => {
  const heard = new Heard<string>();
  const url = await startHttpBolt(slack.signingSecret, (app) => {
    app.event("app_mention", async ({ event }) => heard.hear(event.text));
    app.command("/chat", async ({ ack, command }) => ack(`You said ${command.text}`));
    app.shortcut("start", async ({ ack, body }) => {
      await ack();
      heard.hear(body.type);
    });
  });
  slack.deliverTo({ mode: "http", url });
  expect(await slack.verifyRequestUrl()).toEqual({ challenge: true, ssl: true });
  const alice = slack.person("Alice");
  const channel = slack.channel("general").id;
  await alice.say(channel, "@Rapport hello");
  await heard.first((text) => text.endsWith("hello"));
  const interaction = await alice.slash(channel, "/chat", "a & b, é");
  expect(interaction.response?.text).toBe("You said a & b, é");
  await alice.globalShortcut("start");
  await heard.first((text) => text === "shortcut");
});

test("an app with another signing secret takes nothing", async () => {
  const url = await startHttpBolt("another secret", () => undefined);
  slack.deliverTo({ mode: "http", url });
  const failing = slack.person("Alice").slash(slack.channel("general").id, "/chat");
  await expect(failing).rejects.toThrow("dispatch_failed");
});

test("an event that is not answered with 200 is sent again, with its number and reason", async () => {
  await slack.stop();
  const clock = new ManualClock();
  slack = await startQuickSlack({ clock });
  const heard = new Heard<readonly [string, string]>();
  const statuses = [500, 404, 200];
  const server = createServer((request, response) => {
    heard.hear([
      String(request.headers["x-slack-retry-num"] ?? ""),
      String(request.headers["x-slack-retry-reason"] ?? ""),
    ]);
    request.resume();
    response.writeHead(statuses[heard.items.length - 1] ?? 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  stop = () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  slack.deliverTo({ mode: "http", url: `http://127.0.0.1:${port}/slack/events` });
  const first = slack.nextDelivery("message");
  await slack.person("Alice").say(slack.channel("general").id, "hello");
  await first;
  await slack.nextDelivery("message");
  await eventually("the next try waits", () => clock.sleeping === 1);
  const third = slack.nextDelivery("message");
  await clock.advance(60_000);
  expect((await third).outcome?.acknowledged).toBe(true);
  expect(heard.items).toEqual([
    ["", ""],
    ["1", "http_error"],
    ["2", "http_error"],
  ]);
});
