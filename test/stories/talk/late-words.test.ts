import { scriptedModel } from "@rapport/letta-server";
import { eventually, systemClock } from "@rapport/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import { PLATFORMS } from "../../harness/platforms.ts";
import { MovedClock } from "../../harness/tools/moved-clock.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

/** Longer than the story takes, and shorter than what the queue holds to be a mistake of the clock. */
const BURST_MS = 100_000;

let server: TestServer;
beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

describe.each(PLATFORMS)("on %s", (platform) => {
  let bot: TestBot;
  const clock = new MovedClock();
  beforeAll(async () => {
    const model = scriptedModel({ clock: systemClock });
    bot = await startBot(server, { platform, clock, debounceMs: BURST_MS, model });
  });
  afterAll(() => bot.stop());

  test("what waits is answered as it is when its turn comes, though nobody told of an edit and a deletion", async () => {
    const begun = bot.alice.begins("#general", "hello");
    await bot.debounceEnds(1);
    const thread = await begun;
    await bot.alice.reads(thread, "hello");
    await bot.idle(); // What is said during a turn is answered right after it and waits for nobody.
    const deleted = await bot.alice.says(thread, "never mind");
    const edited = await bot.alice.says(thread, "an apel");
    await bot.alice.says(thread, "at last");
    await eventually("all three wait", async () => (await bot.storage.queueStats()).waiting === 3);

    await bot.down();
    bot.chat.loseRevisions();
    await bot.alice.deletes(deleted);
    await bot.alice.edits(edited, "an apple");
    clock.moveOn(61_000);
    await bot.up();
    await bot.debounceEnds(3);

    await bot.alice.reads(thread, "at last");
    await bot.idle();
    const asked = bot.letta.requestsToModel.flatMap(({ messages }) => messages.map(({ content }) => content));
    const wasAsked = (words: string) => asked.some((content) => content.includes(words));
    expect([wasAsked("an apple"), wasAsked("an apel"), wasAsked("never mind")]).toEqual([true, false, false]);
  });
});
