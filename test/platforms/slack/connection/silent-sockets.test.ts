import type { SlackEmulator } from "@rapport/slack-emulator";
import { eventually } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Connected, connect, startSlack } from "../connected.ts";

/* Sockets that are open as far as anybody can tell, and bring nothing. */

let slack: SlackEmulator;
let bot: Connected;
beforeEach(async () => {
  slack = await startSlack();
});
afterEach(async () => {
  await bot.stop();
  await slack.stop();
  expect(slack.crashes).toEqual([]);
});

const start = () =>
  connect(slack, {
    transport: {
      by: "sockets",
      appToken: slack.appToken,
      patience: { pingWithinMs: 300, helloWithinMs: 300 },
    },
  });

const says = (text: string) => slack.person("Bob").say(slack.channel("general").id, `@Rapport ${text}`);

async function heard(): Promise<void> {
  await slack.sockets.whenConnected(2);
  await says("before");
  await bot.inbox.message("before");
}

const once = (text: string) =>
  expect(bot.inbox.taken.filter(({ event }) => event.type === "message" && event.text === text)).toHaveLength(
    1,
  );

test("sockets on which nothing is answered are opened anew, and what was said meanwhile is taken, once", async () => {
  bot = await start();
  await heard();
  slack.sockets.silence();
  await says("into the void");
  await bot.inbox.message("into the void");
  once("into the void");
});

test("sockets that nobody greets are opened anew, and what was said meanwhile is taken, once", async () => {
  bot = await start();
  await heard();
  slack.sockets.greetNone(4);
  slack.sockets.cut();
  await slack.sockets.whenDisconnected();
  await says("into the void");
  await bot.inbox.message("into the void");
  once("into the void");
  expect(bot.log.lines.map(({ message }) => message)).toContain(
    "Slack did not greet a socket, which is opened anew",
  );
});

test("a start whose sockets nobody greets goes on until one is", async () => {
  slack.sockets.greetNone(3);
  bot = await start();
  await heard();
});

test("a bot is stopped in peace while its sockets connect anew and nobody greets them", async () => {
  bot = await start();
  await heard();
  slack.sockets.greetNone(Number.POSITIVE_INFINITY);
  slack.sockets.cut();
  await eventually("they are opened anew", () => slack.sockets.ungreeted >= 2);
});
