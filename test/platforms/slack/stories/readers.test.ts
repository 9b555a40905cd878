import type { SlackPerson } from "@rapport/slack-emulator";
import { eventually } from "@rapport/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { TestServer } from "../../../storage/servers/databases.ts";
import { textOf } from "../connected.ts";
import { type SlackBot, startSlackBot, storyServer } from "../slack-bot.ts";

/* What is told in one place comes up only before the same readers. */

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

const alice = () => bot.slack.person("Alice");
const channel = (name: string) => bot.slack.channel(name).id;
const bob = () => bot.slack.person("Bob");

/** Says something in a channel and gives what is answered in its thread. */
async function asks(who: SlackPerson, name: string, text: string): Promise<string> {
  const { ts } = await who.say(channel(name), `@Rapport ${text}`);
  const answer = await bot.readAnswer(channel(name), ts, /./, who.id);
  await bot.idle();
  return textOf(answer);
}
const SECRET = /4711/;
const tells = (name: string) => asks(alice(), name, "remember that the safe opens with 4711");
const opens = (who: SlackPerson, name: string) => asks(who, name, "what opens the safe?");

test("what everyone here was told no guest, no other company and no channel that is shared is told", async () => {
  await tells("general");
  expect(await opens(bot.slack.person("Bob"), "random")).toMatch(SECRET);
  const gus = bot.slack.addGuest("Gus", { channels: ["random"] });
  expect(await opens(gus, "random")).not.toMatch(SECRET);
  const beta = bot.slack.addWorkspace("Beta");
  bot.slack.shareChannel("support", "Beta");
  expect(await opens(beta.person("Bob"), "support")).not.toMatch(SECRET);
  expect(await opens(alice(), "support")).not.toMatch(SECRET);
  await beta.person("Bob").say(channel("support"), "@Rapport memory search safe");
  const found = await eventually("it is answered", () =>
    bot.slack
      .messages(channel("support"), { viewer: beta.person("Bob").id })
      .find(({ ephemeral }) => ephemeral),
  );
  expect(textOf(found)).not.toMatch(SECRET);
  await bot.idle();
});

test("what was told in a private channel stays there, also when it is opened, and is there again when it is closed", async () => {
  bot.slack.addChannel("plans", { isPrivate: true });
  await tells("plans");
  expect(await opens(alice(), "plans")).toMatch(SECRET);
  expect(await opens(alice(), "general")).not.toMatch(SECRET);
  bot.slack.makePublic("plans");
  expect(await opens(alice(), "plans")).not.toMatch(SECRET);
  bot.slack.makePrivate("plans");
  expect(await opens(alice(), "plans")).toMatch(SECRET);
});

test("what another company's people say is answered and not remembered", async () => {
  const beta = bot.slack.addWorkspace("Beta");
  bot.slack.shareChannel("support", "Beta");
  await asks(beta.person("Bob"), "support", "remember that the safe opens with 4711");
  expect(await opens(alice(), "support")).not.toMatch(SECRET);
});

test("what is told in a group message stays there, and what somebody told alone is told to no group", async () => {
  const dm = await bot.alice.dm();
  await bot.alice.says(dm, "remember that my locker opens with 0815");
  await bot.alice.reads(dm, "0815");
  const group = bot.slack.addGroupDm(["Alice", "Bob"]).name;
  await tells(group);
  expect(await opens(bob(), group)).toMatch(SECRET);
  expect(await asks(alice(), group, "what opens my locker?")).not.toContain("0815");
  expect(await opens(alice(), "general")).not.toMatch(SECRET);
  const another = bot.slack.addGroupDm(["Alice", "Carol"]).name;
  expect(await opens(alice(), another)).not.toMatch(SECRET);
  await bob().say(channel(group), "@Rapport memory show");
  const shown = await eventually("it is answered", () =>
    bot.slack.messages(channel(group), { viewer: bob().id }).find(({ ephemeral }) => ephemeral),
  );
  expect(textOf(shown)).toContain("shared by those who read this conversation");
  expect(textOf(shown)).not.toContain("0815");
});

test("a persona of one's own says nothing in a group message, and says where it does", async () => {
  const group = bot.slack.addGroupDm(["Alice", "Bob"]);
  expect(await asks(alice(), group.name, "persona use dating_coach")).toContain("Romy");
  const { ts } = await alice().say(group.id, "@Rapport I have a crush on 4711");
  await bot.alice.seesAlone(group.id, SECRET);
  await bot.idle();
  const said = bot.slack
    .messages(group.id, { viewer: bob().id, threadTs: ts })
    .filter(({ author }) => author.isApp);
  expect(said.map(textOf)).toEqual(["**Romy** answers you in your direct messages."]);
});
