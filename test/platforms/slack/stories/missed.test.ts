import { scriptedModel } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { TestServer } from "../../../storage/servers/databases.ts";
import { textOf } from "../connected.ts";
import { type SlackBot, startSlackBot, storyServer } from "../slack-bot.ts";

let server: TestServer;
let bot: SlackBot;
beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  bot = await startSlackBot(server, { model: scriptedModel({ clock: systemClock }) });
});
afterEach(() => bot.stop());

const person = (name: string) => bot.slack.person(name);
const channel = (name: string) => bot.slack.channel(name).id;

const said = (where: string, thread: string) =>
  bot.slack
    .messages(where, { threadTs: thread })
    .filter(({ author }) => author.isApp)
    .map(textOf);

test("what was said while the bot was away is answered when it is back, once, and nothing else is", async () => {
  const root = await person("Alice").say(channel("general"), "@Rapport hello");
  await bot.readAnswer(channel("general"), root.ts, /hello/);
  const chatter = await person("Bob").say(channel("random"), "nobody asks the bot");
  await bot.idle();

  await bot.down();
  await person("Alice").say(channel("general"), "in the thread", { threadTs: root.ts });
  const dm = (await person("Carol").openDm()).id;
  const direct = await person("Carol").say(dm, "directly");
  const mention = await person("Bob").say(channel("random"), "@Rapport elsewhere");
  await person("Bob").say(channel("random"), "just talk", { threadTs: chatter.ts });
  await bot.up();

  expect(textOf(await bot.readAnswer(channel("general"), root.ts, /in the thread/))).toBe(
    "echo: [Alice] in the thread",
  );
  expect(textOf(await bot.readAnswer(dm, direct.ts, /directly/, "Carol"))).toBe("echo: [Carol] directly");
  await bot.readAnswer(channel("random"), mention.ts, /elsewhere/);
  await bot.idle();

  // Looked for once more, and once more found answered.
  await bot.down();
  await bot.up();
  await bot.idle();
  expect(said(channel("general"), root.ts)).toHaveLength(2);
  expect(said(dm, direct.ts)).toHaveLength(1);
  expect(said(channel("random"), mention.ts)).toHaveLength(1);
  expect(said(channel("random"), chatter.ts)).toEqual([]);
});

test("in a thread that people had before the bot came, nothing from before is answered after a restart", async () => {
  const root = await person("Alice").say(channel("general"), "where shall we eat?");
  await person("Bob").say(channel("general"), "no idea", { threadTs: root.ts });
  await person("Alice").say(channel("general"), "@Rapport where?", { threadTs: root.ts });
  await bot.readAnswer(channel("general"), root.ts, /where\?/);
  await bot.idle();
  await bot.down();
  await bot.up();
  await person("Alice").say(channel("general"), "@Rapport thanks", { threadTs: root.ts });
  await bot.readAnswer(channel("general"), root.ts, /thanks/);
  await bot.idle();
  expect(said(channel("general"), root.ts)).toHaveLength(2);
});

test("after a gap without any socket, what Slack never brings is looked for", async () => {
  const root = await person("Alice").say(channel("general"), "@Rapport hello");
  await bot.readAnswer(channel("general"), root.ts, /hello/);
  bot.slack.sockets.loseNext("message");
  bot.slack.sockets.cut("all");
  await bot.slack.sockets.whenDisconnected();
  await person("Alice").say(channel("general"), "are you there", { threadTs: root.ts });
  await bot.slack.sockets.whenConnected(1);
  await bot.readAnswer(channel("general"), root.ts, /are you there/);
  await bot.idle();
}, 30_000);
