import { scriptedModel } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import { MovedClock } from "../../harness/tools/moved-clock.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

/* The machine's clock is set right, or wrong, while people talk: a platform and a database go by clocks of their own. */

let server: TestServer;
beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

const HOUR_MS = 60 * 60_000;
const WORDS = "DRIP one two three four";

const model = () => scriptedModel({ clock: systemClock });

async function talksThroughAJump(
  bot: TestBot,
  clock: MovedClock,
  whileOff: () => void = () => undefined,
): Promise<void> {
  const thread = await bot.alice.begins("#general", "hello");
  await bot.alice.reads(thread, "echo: [Alice] hello");
  await bot.alice.says(thread, WORDS);
  await bot.alice.sees(thread, "two");
  await bot.alice.says(thread, "this waits");
  clock.moveOn(HOUR_MS);
  await bot.alice.reads(thread, `echo: [Alice] ${WORDS}`);
  await bot.alice.reads(thread, "echo: [Alice] this waits");
  await bot.idle();
  await bot.down();
  whileOff();
  await bot.alice.says(thread, "said to a bot that was off");
  await bot.up();
  await bot.alice.reads(thread, "echo: [Alice] said to a bot that was off");
  await bot.idle();
  for (const text of [WORDS, "this waits", "said to a bot that was off"])
    expect(bot.timesAsked(text), text).toBe(1);
  expect(bot.alice.view(thread).filter(({ isBot }) => isBot)).toHaveLength(4);
  await bot.stop();
}

test("on Discord a clock that jumps an hour ahead loses nothing and doubles nothing", async () => {
  const botsClock = new MovedClock();
  const bot = await startBot(server, { model: model(), botsClock });
  // What was missed is looked for then, by its time.
  await talksThroughAJump(bot, botsClock, () => bot.chat.discord.gateway.forgetSessions());
});

test("on Slack a clock that jumps an hour ahead loses nothing and doubles nothing", async () => {
  const botsClock = new MovedClock();
  await talksThroughAJump(
    await startBot(server, { platform: "slack", model: model(), botsClock }),
    botsClock,
  );
});
