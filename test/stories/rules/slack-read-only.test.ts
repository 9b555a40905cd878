import { scriptedModel } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import type { RapportSlack } from "../../harness/chats.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

/* A channel of Slack where admins say who may write. Who may not still has menus and buttons there. */

let server: TestServer;
let bot: TestBot<RapportSlack>;
beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  bot = await startBot(server, { platform: "slack", model: scriptedModel({ clock: systemClock }) });
  bot.chat.slack.addChannel("rules");
});
afterEach(() => bot.stop());

const restrict = (posters: readonly string[], repliers = posters) =>
  bot.chat.slack.restrictPosting("rules", { posters, repliers });
const said = (where: string) => bot.alice.view(where).length;

test("who may only read has nothing said there in their name, and is told so alone", async () => {
  const rule = await bot.alice.says("#rules", "be kind");
  const thread = await bot.alice.begins("#rules", "hello");
  const answer = await bot.alice.reads(thread);
  restrict(["Alice", "Rapport"]);
  const before = said("#rules") + said(thread);
  for (const seen of [rule, answer]) {
    const { form } = await bot.carol.picks(seen, "Ask a persona about this");
    if (!form) throw new Error("no form was opened");
    const got = await bot.carol.submits(form, { message: "buy my coins", private: "no" });
    expect(got).toMatchObject({ isPrivate: true, text: expect.stringMatching(/^You may not write here/) });
  }
  await bot.idle();
  expect(said("#rules") + said(thread)).toBe(before);
});

test("in private they ask all the same, and who may write does", async () => {
  const rule = await bot.alice.says("#rules", "be kind");
  restrict(["Alice", "Rapport"]);
  const ask = async (who: typeof bot.alice, isPrivate: "yes" | "no") => {
    const { form } = await who.picks(rule, "Ask a persona about this");
    if (!form) throw new Error("no form was opened");
    return (await who.submits(form, { message: "what is that?", private: isPrivate })).text;
  };
  expect(await ask(bot.carol, "yes")).not.toContain("may not write");
  await bot.carol.reads(await bot.carol.dm(), /what is that/);
  expect(await ask(bot.alice, "no")).toContain("what is that?");
});

test.each([
  { name: "post", posters: ["Alice"], repliers: ["Alice"], sentence: "Only some people may post" },
  { name: "answer in threads", posters: undefined, repliers: ["Alice"], sentence: "in the threads" },
])("where the bot may not $name, who asked is told why in direct messages", async ({ sentence, ...to }) => {
  bot.chat.slack.restrictPosting("rules", to);
  const before = bot.chat.slack.journal.entries.length;
  await bot.alice.says("#rules", "@Rapport are you there?");
  const told = await bot.alice.seesAlone("#rules", "I cannot answer you in");
  expect(told.text).toContain(sentence);
  await bot.idle();
  // What is refused for where it goes is not sent again in simpler forms.
  const posts = bot.chat.slack.journal.entries
    .slice(before)
    .filter(({ path }) => path.endsWith("postMessage"));
  expect(posts.length).toBeLessThan(5);
});

test("what the bot may not write there it writes in no other way, and the sentence is the asker's alone", async () => {
  const rule = await bot.alice.says("#rules", "be kind");
  restrict(["Alice"]);
  const before = said("#rules");
  const { form } = await bot.alice.picks(rule, "Ask a persona about this");
  if (!form) throw new Error("no form was opened");
  const got = await bot.alice.submits(form, { message: "what is that?", private: "no" });
  expect(got).toMatchObject({ isPrivate: true, text: expect.stringContaining("Only some people may post") });
  await bot.idle();
  expect(bot.bob.view("#rules")).toHaveLength(before);
});
