import { eventually } from "@rapport/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { TestServer } from "../../../storage/servers/databases.ts";
import { buttonsOf, textOf } from "../connected.ts";
import { DirectedModel } from "../directed-model.ts";
import { type SlackBot, startSlackBot, storyServer } from "../slack-bot.ts";

/* Slack refuses an answer: who asked is told, and nothing looks as if an answer were still being made. */

let server: TestServer;
let bot: SlackBot;
let model: DirectedModel;
beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  model = new DirectedModel();
  bot = await startSlackBot(server, { model });
});
afterEach(() => bot.stop());

const general = () => bot.slack.channel("general").id;
const refuses = (method: string, times: number) =>
  bot.slack.faults.next({
    path: `/api/${method}`,
    times,
    fault: { type: "refusal", error: "invalid_blocks" },
  });
const answers = (thread: string) =>
  bot.slack.messages(general(), { threadTs: thread }).filter(({ author }) => author.isApp);
const sessionOf = (thread: string) =>
  bot.slack.messages(general(), { threadTs: thread }).find(({ ts }) => ts === thread)?.thread?.session;

async function endsInASentence(thread: string): Promise<void> {
  const sentence = await bot.readAnswer(general(), thread, /Slack does not take this message as it is/);
  expect(buttonsOf(sentence).map(({ label }) => label)).toContain("Try again");
  await bot.idle();
  expect(answers(thread).map(({ stream }) => stream?.state)).not.toContain("in_progress");
  expect(
    answers(thread)
      .flatMap(buttonsOf)
      .map(({ label }) => label),
  ).not.toContain("Stop answering");
  await eventually("the session rests", () => sessionOf(thread)?.status === "active");
}

test("an answer that Slack takes in no way ends in one sentence with a way to try again", async () => {
  const { ts } = await bot.slack.person("Alice").say(general(), "@Rapport hello");
  const led = await model.next();
  refuses("chat.startStream", 1);
  refuses("chat.postMessage", 3);
  led.says("Hello!");
  await eventually("its first words are refused", () => bot.slack.faults.planned.length === 0);
  refuses("chat.postMessage", 3);
  led.ends();
  await endsInASentence(ts);
});

test("an answer whose end is refused after it grew is ended by that sentence", async () => {
  const { ts } = await bot.slack.person("Alice").say(general(), "@Rapport hello");
  const led = await model.next();
  led.says("Hello ");
  await eventually("it grows", () => answers(ts).some((each) => textOf(each).includes("Hello")));
  for (const method of ["chat.appendStream", "chat.stopStream"]) refuses(method, 1);
  refuses("chat.update", 2);
  led.says("there!");
  led.ends();
  await endsInASentence(ts);
});
