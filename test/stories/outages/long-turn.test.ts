import { ManualClock } from "@rapport/testing";
import { expect, test } from "vitest";
import { startBot, storyServer } from "../../harness/bot.ts";
import { DirectedModel } from "../../platforms/slack/directed-model.ts";

/** Letta's lock on a conversation lapses after 300 s, also under a turn that still runs. */
const LOCK_MS = 300_000;

test("what is said during an answer of six minutes waits for its end, although Letta would take it", async () => {
  const server = await storyServer();
  const model = new DirectedModel();
  const clock = new ManualClock();
  const bot = await startBot(server, { model, lettaClock: clock });
  const thread = await bot.alice.begins("#general", "think it over");
  const first = await model.next();
  await clock.advance(LOCK_MS + 60_000);
  await bot.alice.says(thread, "are you still there?");
  await bot.debounceEnds(1);
  // Meanwhile whoever waits for nothing is answered: this one could have been asked by now.
  const elsewhere = await bot.bob.begins("#random", "and you?");
  const other = await model.next();
  other.says("Here I am.");
  other.ends();
  await bot.bob.reads(elsewhere, "Here I am.");
  expect(bot.timesAsked("are you still there?")).toBe(0);
  first.says("Yes, thought over.");
  first.ends();
  await bot.alice.reads(thread, "thought over");
  const second = await model.next();
  expect(bot.timesAsked("are you still there?")).toBe(1);
  second.says("Still here.");
  second.ends();
  await bot.alice.reads(thread, "Still here.");
  await bot.stop();
  await server.close();
});
