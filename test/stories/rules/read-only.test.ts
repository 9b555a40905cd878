import { afterAll, beforeAll, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import type { RapportDiscord } from "../../harness/chats.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

/* In a channel where somebody may only read, a command or a menu must not write for them. */

let server: TestServer;
let bot: TestBot<RapportDiscord>;
beforeAll(async () => {
  server = await storyServer();
  bot = await startBot(server);
  const { discord } = bot.chat;
  discord.addChannel("rules");
  const write = ["SendMessages", "SendMessagesInThreads"] as const;
  discord.createRole("Staff");
  discord.giveRole("Bob", "Staff");
  discord.setOverwrites("rules", [
    { who: "@everyone", deny: write },
    { who: "Staff", allow: write },
    { who: "Rapport", allow: write },
  ]);
});
afterAll(async () => {
  await bot.stop();
  await server.close();
});

test("who may only read has nothing said there in their name, and is told so alone", async () => {
  const rule = await bot.bob.says("#rules", "be kind");
  const thread = await bot.bob.begins("#rules", "hello");
  await bot.bob.reads(thread);
  const seen = bot.carol.view("#rules").find(({ id }) => id === rule.id) ?? rule;
  const before = bot.bob.view("#rules").length + bot.bob.view(thread).length;
  const { form } = await bot.carol.picks(seen, "Ask a persona about this");
  if (!form) throw new Error("no form was opened");
  const got = [
    await bot.carol.submits(form, { message: "buy my coins", private: "no" }),
    await bot.carol.uses("#rules", "/chat", { message: "buy my coins" }),
    await bot.carol.uses(thread, "/chat", { message: "buy my coins" }),
    await bot.carol.uses(thread, "/persona use", { name: "story_keeper" }),
    await bot.carol.uses(thread, "/conversation new"),
  ];
  for (const { isPrivate, text } of got)
    expect({ isPrivate, text }).toEqual({
      isPrivate: true,
      text: expect.stringMatching(/^You may not write here/),
    });
  await bot.idle();
  expect(bot.bob.view("#rules").length + bot.bob.view(thread).length).toBe(before);
});

test("in private they ask all the same, and who may write does", async () => {
  await bot.carol.uses("#rules", "/chat", { message: "what are the rules?", private: true });
  await bot.carol.reads(await bot.carol.dm(), /./);
  expect((await bot.carol.uses("#rules", "/memory show")).text).not.toContain("may not write");
  const said = await bot.bob.uses("#rules", "/chat", { message: "here is a rule" });
  expect(said.text).toContain("answers you in");
});
