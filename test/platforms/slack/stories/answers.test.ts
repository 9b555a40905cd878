import type { MessageView } from "@rapport/slack-emulator";
import { eventually } from "@rapport/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { TestServer } from "../../../storage/servers/databases.ts";
import { buttonsOf, textOf } from "../connected.ts";
import { DirectedModel } from "../directed-model.ts";
import { type SlackBot, startSlackBot, storyServer } from "../slack-bot.ts";

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

const alice = () => bot.slack.person("Alice");
const general = () => bot.slack.channel("general").id;

/** What the bot says in a thread, as everybody sees it. */
const answers = (channel: string, thread: string) =>
  bot.slack.messages(channel, { threadTs: thread }).filter(({ author }) => author.isApp);

const growing = (channel: string, thread: string, what: RegExp) =>
  eventually(`${what} is there`, () => answers(channel, thread).find((each) => what.test(textOf(each))));

const tasksOf = ({ stream }: MessageView) => stream?.tasks.map(({ title, status }) => `${title}: ${status}`);

const sessionOf = (channel: string, thread: string) =>
  bot.slack.messages(channel, { threadTs: thread }).find(({ ts }) => ts === thread)?.thread?.session;

/** What of the Web API was called, in order. */
const called = (...methods: readonly string[]) =>
  bot.slack.journal.entries
    .map(({ path }) => path.replace("/api/", ""))
    .filter((one) => methods.includes(one));

test("what the persona does on the way stands beside its answer, never what it was given", async () => {
  const { ts } = await alice().say(general(), "@Rapport I keep bees");
  const first = await model.next();
  first.calls("memory_insert", { label: "human", new_string: "keeps bees in secret", insert_line: 0 });
  const running = await eventually("the card is there", () => answers(general(), ts)[0]);
  expect(tasksOf(running)).toEqual(["Remembering something: in_progress"]);
  const second = await model.next();
  second.says("Bees! How lovely.");
  second.ends();
  const answer = await bot.readAnswer(general(), ts, /How lovely/);
  expect(tasksOf(answer)).toEqual(["Remembering something: complete"]);
  expect(JSON.stringify(answer)).not.toMatch(/secret|memory_insert|insert_line/);
  await bot.idle();
  expect(answers(general(), ts)).toHaveLength(1);
});

test("Slack's own Stop ends a stream in a direct message: nothing is said after it but that", async () => {
  const dm = (await alice().openDm()).id;
  const { ts } = await alice().say(dm, "tell me a long story");
  const led = await model.next();
  led.says("Once upon a time ");
  await growing(dm, ts, /Once upon/);
  expect(sessionOf(dm, ts)).toMatchObject({ canBeStopped: true, title: "tell me a long story" });
  await alice().stopAgent(dm, ts);
  const stopped = await bot.readAnswer(dm, ts, /\*Stopped\.\*/);
  expect(textOf(stopped)).toBe("Once upon a time\n\n*Stopped.*");
  await bot.idle();
  expect(answers(dm, ts)).toHaveLength(1);
  expect(called("chat.appendStream", "chat.stopStream")).toEqual([]);
  expect(sessionOf(dm, ts)).toMatchObject({ status: "active" });
});

test("an answer of any length is shown whole, in messages that Slack takes, its code in fences", async () => {
  const { ts } = await alice().say(general(), "@Rapport tell me everything");
  const led = await model.next();
  const story = "It was a dark and stormy night, and the rain fell in torrents. ".repeat(150).trim();
  const code = Array.from({ length: 200 }, (_, line) => `const line${line} = ${line};`).join("\n");
  const whole = `${story}\n\n\`\`\`ts\n${code}\n\`\`\`\n\nThe end.`;
  expect(whole.length).toBeGreaterThan(13_300);
  for (let from = 0; from < whole.length; from += 1_000) led.says(whole.slice(from, from + 1_000));
  led.ends();
  await bot.readAnswer(general(), ts, /The end\./);
  await bot.idle();
  const parts = answers(general(), ts).map(textOf);
  const shown = parts.join("\n");
  for (let line = 0; line < 200; line += 1)
    expect(shown.split(`const line${line} = ${line};`)).toHaveLength(2);
  expect(shown.match(/dark\s+and\s+stormy/g)).toHaveLength(150);
  for (const part of parts) expect((part.match(/^```/gm) ?? []).length % 2).toBe(0);
});

test("a typed stop ends the stream of a thread in a channel", async () => {
  const { ts } = await alice().say(general(), "@Rapport tell me a story");
  const led = await model.next();
  led.says("Long ago ");
  await growing(general(), ts, /Long ago/);
  await bot.slack.person("Bob").say(general(), "conversation stop", { threadTs: ts });
  expect(textOf(await bot.readAnswer(general(), ts, /\*Stopped\.\*/))).toMatch(/^Long ago/);
  await eventually("the session rests", () => sessionOf(general(), ts)?.status === "active");
  await bot.idle();
});

test("where Slack has no Stop of its own, our button stands on the answer and stops it", async () => {
  bot.slack.install(bot.slack.config.scopes.filter((scope) => scope !== "assistant:write"));
  const { ts } = await alice().say(general(), "@Rapport tell me a story");
  const led = await model.next();
  led.says("There was ");
  const edited = await growing(general(), ts, /There was/);
  expect(edited.stream).toBeUndefined();
  const stop = buttonsOf(edited).find(({ label }) => label === "Stop answering");
  await bot.slack.person("Carol").click(edited, stop?.id ?? "");
  const stopped = await bot.readAnswer(general(), ts, /\*Stopped\.\*/);
  expect(buttonsOf(stopped)).toEqual([]);
  await bot.idle();
});
