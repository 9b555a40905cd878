import { eventually } from "@rapport/testing";
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
  bot = await startSlackBot(server);
});
afterEach(() => bot.stop());

const person = (name: string) => bot.slack.person(name);
const general = () => bot.slack.channel("general").id;
const dmOf = async (name: string) => (await person(name).openDm()).id;

const asks = async (name: string, where: string, text: string, what: RegExp) => {
  const said = await person(name).say(where, text);
  return textOf(await bot.readAnswer(where, said.ts, what, name));
};

test("/chat in a direct message opens a thread there, and the talk goes on in it", async () => {
  const dm = await dmOf("Bob");
  const asked = await person("Bob").slash(dm, "chat", "remember that I play the oboe");
  const root = await eventually("the root is there", () =>
    bot.slack.messages(dm, { viewer: "Bob" }).find(({ author, ephemeral }) => author.isApp && !ephemeral),
  );
  expect(textOf(root)).toContain("remember that I play the oboe");
  await bot.readAnswer(dm, root.ts, /./, "Bob");
  const said = await eventually("it is said where", () => bot.slack.interaction(asked.id)?.response);
  expect(textOf(said)).toMatch(/answers you in \[a thread\]\(http/);
  await bot.idle();
  const next = await person("Bob").say(dm, "what do I play?", { threadTs: root.ts });
  await eventually("the thread goes on", () =>
    bot.slack
      .messages(dm, { threadTs: root.ts, viewer: "Bob" })
      .some((message) => message.author.isApp && message.ts > next.ts && /oboe/.test(textOf(message))),
  );
  await bot.idle();
  // At top level stands the root alone.
  expect(
    bot.slack.messages(dm, { viewer: "Bob" }).filter(({ author, ephemeral }) => author.isApp && !ephemeral),
  ).toHaveLength(1);
});

test("a persona of the workspace is everybody's own in direct messages", async () => {
  const [alices, bobs] = [await dmOf("Alice"), await dmOf("Bob")];
  await asks("Alice", alices, "remember that my locker code is 4711", /./);
  await bot.idle();
  expect(await asks("Alice", alices, "what is my locker code?", /4711/)).toMatch(/4711/);
  expect(await asks("Bob", bobs, "what is my locker code?", /./)).not.toMatch(/4711/);
  expect(await asks("Alice", general(), "@Rapport what is my locker code?", /./)).not.toMatch(/4711/);
  await bot.idle();
});

test("what a persona learnt in a channel everyone there may ask for, and nobody in a direct message", async () => {
  await asks("Alice", general(), "@Rapport remember that the party is on Friday", /./);
  await bot.idle();
  expect(await asks("Bob", general(), "@Rapport when is the party?", /Friday/)).toMatch(/Friday/);
  expect(await asks("Bob", await dmOf("Bob"), "when is the party?", /./)).not.toMatch(/Friday/);
  await bot.idle();
});

test("instructions longer than an input of Slack's are edited without losing a letter", async () => {
  const dm = await dmOf("Alice");
  const long =
    `You are Mira.\n\n${"You sail between islands and tell short, dry stories. ".repeat(70)}`.trim();
  const [first, rest] = [long.slice(0, 2_900), long.slice(2_900)];
  await person("Alice").slash(dm, "persona", "create");
  const form = await eventually("the form is open", () => person("Alice").view());
  await person("Alice").submitView(form, {
    name: "Mira",
    instructions: first,
    "instructions+1p": rest.slice(0, 900),
  });
  await bot.idle();
  await person("Alice").slash(dm, "persona", "edit mira");
  const edit = await eventually("the form is open again", () => person("Alice").view());
  await person("Alice").submitView(edit, { description: "Sails." });
  await bot.idle();
  await person("Alice").slash(dm, "persona", "export mira");
  const file = await eventually(
    "the file is there",
    () => bot.slack.messages(dm, { viewer: "Alice" }).flatMap(({ files }) => files)[0],
  );
  const exported = await fetch(file.privateUrl, {
    headers: { authorization: `Bearer ${bot.slack.botToken}` },
  });
  expect(await exported.text()).toContain(`${first}\n\n${rest.slice(0, 900).trimEnd()}`);
});

test("a file for one person alone comes to their direct messages, and where it was asked for it says so", async () => {
  const dm = await dmOf("Alice");
  await asks("Alice", general(), "@Rapport remember that the party is on Friday", /./);
  await asks("Alice", dm, "remember that I like tea", /./);
  await bot.idle();
  const exported = async (where: string) => {
    const { id } = await person("Alice").slash(where, "memory", "export");
    return textOf(await eventually("it is answered", () => bot.slack.interaction(id)?.response));
  };
  const files = () => bot.slack.messages(dm, { viewer: "Alice" }).flatMap((message) => message.files);
  expect(await exported(general())).toMatch(
    /^\*\*The whole memory\*\*.*\n_The file is in your direct messages/,
  );
  await eventually("the first file is there", () => files().length === 1);
  expect(await exported(dm)).not.toContain("The file is in");
  await eventually("the second file is there", () => files().length === 2);
});
