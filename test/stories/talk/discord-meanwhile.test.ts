import { eventually } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBot, storyServer } from "../../harness/bot.ts";
import { DirectedModel } from "../../platforms/slack/directed-model.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

/* A channel of Discord is opened while an answer grows in it. */

let server: TestServer;
beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

test("an answer that others would read than it was begun for does not go on, and what stood there is taken away", async () => {
  const model = new DirectedModel();
  const bot = await startBot(server, { model });
  try {
    const { discord } = bot.chat;
    discord.addChannel("plans");
    discord.setOverwrites("plans", [
      { who: "@everyone", deny: ["ViewChannel"] },
      { who: "Bob", allow: ["ViewChannel"] },
      { who: "Rapport", allow: ["ViewChannel"] },
    ]);
    const thread = await bot.bob.begins("#plans", "what opens the safe?");
    const answer = await model.next();
    answer.says("I know: 47");
    await eventually("it grows", () => bot.bob.view(thread).some(({ text }) => text.includes("I know: 47")));
    expect(bot.carol.view(thread)).toEqual([]);
    discord.setOverwrites("plans", []);
    answer.says("11 opens it.");
    answer.ends();
    await bot.carol.reads(thread, /Who can read this place has changed since you asked/);
    await bot.idle();
    const seen = bot.carol.view(thread).map(({ text }) => text);
    expect(seen.join("\n")).not.toMatch(/I know|47|11 opens/);
  } finally {
    await bot.stop();
  }
});
