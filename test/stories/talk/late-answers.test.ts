import { scriptedModel } from "@rapport/letta-server";
import { eventually, ManualClock, type Person, systemClock } from "@rapport/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import { PLATFORMS, storyNeeding } from "../../harness/platforms.ts";
import { MovedClock } from "../../harness/tools/moved-clock.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

const MINUTE = 60_000;
/** Slack takes private answers for half an hour, Discord for a quarter. */
const TOO_LONG = 31 * MINUTE;
const LATE = "my answer came too late";

let server: TestServer;
beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

describe.each(PLATFORMS)("a private answer on %s that comes too late", (platform) => {
  let bot: TestBot;
  const clock = new MovedClock();
  const lettaClock = new ManualClock();
  beforeAll(async () => {
    const model = scriptedModel({ clock: systemClock });
    bot = await startBot(server, { platform, clock, lettaClock, model });
    bot.chat.addQuietChannel("quiet");
  });
  afterAll(() => bot.stop());

  /** Does what asks Letta, who takes so long that the way to the answer has ended. */
  async function whileLettaIsSlow(request: { method: string; path: string }, act: () => Promise<unknown>) {
    const fault = bot.letta.faults.next({ ...request, fault: { type: "slow", ms: MINUTE } });
    await act();
    await eventually("Letta is asked", () => fault.left === 0 && lettaClock.left.includes(MINUTE));
    clock.moveOn(TOO_LONG);
    await lettaClock.advance(MINUTE);
    await bot.idle();
  }

  const lateSeenBy = (person: Person, where: string) =>
    person.view(where).filter(({ text }) => text.includes(LATE));
  /** Uses a command whose answer is private, and waits until all that belongs to it was said. */
  async function asksForHelp(person: Person, where: string) {
    await person.uses(where, "/help");
    await bot.idle();
  }

  test("is shown with that person's next command, once and to nobody else", async () => {
    const thread = await bot.alice.begins("#general", "hello");
    await bot.alice.reads(thread);
    const dm = await bot.alice.dm();
    await whileLettaIsSlow({ method: "GET", path: "/v1/agents/**" }, () =>
      bot.chat.driver("Alice").command("#quiet", "memory show", {}),
    );
    expect(bot.alice.view("#quiet").filter(({ state }) => state !== "promised")).toEqual([]);
    expect(bot.alice.view(dm)).toEqual([]);

    await asksForHelp(bot.bob, "#quiet");
    expect(lateSeenBy(bot.bob, "#quiet")).toEqual([]);
    await asksForHelp(bot.alice, "#quiet");
    expect(lateSeenBy(bot.alice, "#quiet")).toMatchObject([
      { isPrivate: true, text: expect.stringContaining("Memory blocks") },
    ]);
    await asksForHelp(bot.alice, "#quiet");
    expect(lateSeenBy(bot.alice, "#quiet")).toHaveLength(1);
    expect(lateSeenBy(bot.bob, "#quiet")).toEqual([]);
    expect(bot.alice.view(dm)).toEqual([]);
  });

  storyNeeding(platform, "closed direct messages")(
    "of a private chat with somebody who takes no direct messages, too",
    async () => {
      bot.carol.can("closeDms")();
      await whileLettaIsSlow({ method: "POST", path: "/v1/conversations/*/messages" }, () =>
        bot.carol.uses("#quiet", "/chat", { message: "a quiet word", private: true }),
      );
      expect(bot.carol.view("#quiet").some(({ text }) => text.includes("echo"))).toBe(false);
      await asksForHelp(bot.carol, "#general");
      expect(lateSeenBy(bot.carol, "#general")).toMatchObject([
        { isPrivate: true, text: expect.stringContaining("echo: [Carol] a quiet word") },
      ]);
      expect(lateSeenBy(bot.alice, "#general")).toEqual([]);
      await asksForHelp(bot.carol, "#general");
      expect(lateSeenBy(bot.carol, "#general")).toHaveLength(1);
    },
  );
});
