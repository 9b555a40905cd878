import { eventually } from "@rapport/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { buttonId } from "../../../../src/platforms/slack/messages/encode-message.ts";
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

test("a mention is answered in its thread, streamed, under the persona's name, and the thread goes on", async () => {
  const { slack } = bot;
  const alice = slack.person("Alice");
  const general = slack.channel("general").id;
  const root = await alice.say(general, "@Rapport my name is Alice and I love chess");
  const answer = await bot.readAnswer(general, root.ts, /./);
  expect(answer.author).toMatchObject({ isApp: true, name: "🗂️ Ada" });
  expect(answer.stream?.state).toBe("completed");
  expect(answer.metadata).toMatchObject({ event_type: "rapport_message" });
  const second = await alice.say(general, "what do I love?", { threadTs: root.ts });
  const later = await eventually("the second answer", () =>
    slack
      .messages(general, { threadTs: root.ts })
      .find(({ author, ts, stream }) => author.isApp && ts > second.ts && stream?.state !== "in_progress"),
  );
  expect(textOf(later)).toMatch(/chess/i);
  await bot.idle();
  // Nothing of the bot stands in the channel itself.
  expect(slack.messages(general).filter(({ author }) => author.isApp)).toEqual([]);
  await eventually("nothing goes on under the thread", () => {
    const [first] = slack.messages(general, { threadTs: root.ts });
    return first?.thread?.session?.status === "active" && first.thread.status === undefined;
  });
});

test("/chat opens a thread below a card and answers there, and says so to who asked", async () => {
  const { slack } = bot;
  const bob = slack.person("Bob");
  const general = slack.channel("general").id;
  const asked = await bob.slash(general, "chat", "hello there, who are you?");
  await asked.done();
  const said = await eventually("it is said where", () => slack.interaction(asked.id)?.response);
  expect(said).toMatchObject({ ephemeral: true, visibleTo: bob.id });
  expect(textOf(said)).toMatch(/answers you in \[a thread\]\(http/);
  const card = slack.messages(general).find(({ author }) => author.isApp)!;
  expect(textOf(card)).toContain("hello there, who are you?");
  await bot.readAnswer(general, card.ts, /./);
});

test("every first direct message is a conversation of its own, and memory is the person's", async () => {
  const { slack } = bot;
  const carol = slack.person("Carol");
  const dm = (await carol.openDm()).id;
  const first = await carol.say(dm, "remember that I play the oboe");
  await bot.readAnswer(dm, first.ts, /./, "Carol");
  const second = await carol.say(dm, "what do I play?");
  expect(textOf(await bot.readAnswer(dm, second.ts, /oboe/i, "Carol"))).toMatch(/oboe/i);
  await bot.idle();
});

test("commands work in a thread as text, and talk that only looks like one stays talk", async () => {
  const { slack } = bot;
  const alice = slack.person("Alice");
  const general = slack.channel("general").id;
  const root = await alice.say(general, "@Rapport hello");
  await bot.readAnswer(general, root.ts, /./);
  await alice.say(general, "memory show", { threadTs: root.ts });
  const shown = await bot.readAnswer(general, root.ts, /Memory blocks/);
  expect(shown).toMatchObject({ ephemeral: true, visibleTo: alice.id });
  const talk = await alice.say(general, "!nice work", { threadTs: root.ts });
  await eventually("it is answered", () =>
    slack.messages(general, { threadTs: root.ts }).some(({ author, ts }) => author.isApp && ts > talk.ts),
  );
  await bot.idle();
});

test("a form edits memory, and the App Home shows personas, what is remembered and a way to talk", async () => {
  const { slack } = bot;
  const alice = slack.person("Alice");
  const dm = (await alice.openDm()).id;
  const root = await alice.say(dm, "I live in Lisbon");
  await bot.readAnswer(dm, root.ts, /./);
  await bot.idle();
  await alice.slash(dm, "memory", "edit human");
  const form = await eventually("the form is open", () => alice.view());
  await alice.submitView(form, { value: "Alice keeps bees." });
  await bot.idle();
  await alice.openHome("home");
  const home = await eventually("the home is there", () => alice.home());
  expect(JSON.stringify(home)).toMatch(/Ada.*What is remembered of you.*Alice keeps bees/);
  const answering = () => /\*\S+ (\w+)\*[^*]*Answers you/.exec(JSON.stringify(alice.home()))?.[1];
  expect(answering()).toBe("Ada");
  await alice.click(home, buttonId({ name: "persona", action: "use", options: { name: "dating_coach" } }, 0));
  await eventually("the home shows who answers now", () => answering() === "Romy");
  await alice.openHome("messages");
  const prompts = await eventually(
    "there are prompts",
    () => slack.channels().find(({ id }) => id === dm)?.prompts,
  );
  expect(prompts.prompts.map(({ message }) => message)).toContain("persona list");
});
