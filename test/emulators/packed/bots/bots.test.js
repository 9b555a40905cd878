import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock, startBot, startDiscord, startSlack } from "@rapport/testing";
import { startHelloApp } from "./hello-app.js";
import { startPingBot } from "./ping-bot.js";

test("a discord.js bot answers a message, a button and a command", async (t) => {
  const bot = await startBot(await startDiscord({ botName: "Ping" }), startPingBot);
  t.after(() => bot.stop());
  await bot.alice.says("#general", "!ping");
  const pong = await bot.bob.sees("#general", "pong");
  assert.deepEqual([pong.author, pong.buttons], ["Ping", ["Again"]]);
  const { text } = await bot.bob.clicks(pong, "Again");
  assert.equal(text, "pong for Bob");
  const rolled = await bot.alice.uses("#general", "/roll");
  assert.deepEqual([rolled.text, rolled.isPrivate], ["It fell on 4.", true]);
});

test("it posts once though its connections break, by a clock that stands still", async (t) => {
  const clock = new ManualClock();
  const bot = await startBot(await startDiscord({ clock }), startPingBot);
  t.after(() => bot.stop());
  bot.chat.dropConnection();
  bot.chat.faults.next({
    method: "POST",
    path: "/channels/*/messages",
    fault: { type: "status", status: 502 },
  });
  await bot.alice.says("#general", "!ping");
  await bot.alice.sees("#general", "pong");
  assert.equal(bot.alice.view("#general").filter(({ text }) => text === "pong").length, 1);
  await clock.advance(60_000);
  await bot.restart();
  await bot.alice.says("#random", "!ping");
  await bot.alice.sees("#random", "pong");
});

test("a Bolt app answers a message in its thread, a button and a command", async (t) => {
  const bot = await startBot(await startSlack(), startHelloApp);
  t.after(() => bot.stop());
  const thread = await bot.alice.begins("#general", "hello");
  const hello = await bot.bob.sees(thread, "Hello!");
  assert.deepEqual(hello.buttons, ["Wave"]);
  const { text } = await bot.bob.clicks(hello, "Wave");
  assert.match(text, /waves/);
  const rolled = await bot.alice.uses("#general", "/roll");
  assert.deepEqual([rolled.text, rolled.isPrivate], ["It fell on 4.", true]);
});
