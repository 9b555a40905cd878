import { scriptedModel } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import { PLATFORMS } from "../../harness/platforms.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

let server: TestServer;

beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

describe.each(PLATFORMS)("on %s", (platform) => {
  let bot: TestBot;
  beforeAll(async () => {
    bot = await startBot(server, { platform, model: scriptedModel({ clock: systemClock }) });
  });
  afterAll(() => bot.stop());

  const SENDS = { method: "POST", path: "/v1/conversations/*/messages" };
  const answers = (thread: string) => bot.alice.view(thread).filter(({ isBot }) => isBot);

  describe("when Letta", () => {
    test("is down, the person is told, and the answer takes the place of that sentence when it is back", async () => {
      await bot.letta.faults.goDown();
      const thread = await bot.alice.begins("#general", "anybody home?");
      const waiting = await bot.alice.sees(thread, "keep trying");
      expect(waiting.text).not.toMatch(/ECONN|127\.0|http/);
      await bot.letta.faults.comeBack();
      const answer = await bot.alice.reads(thread, "echo: [Alice] anybody home?");
      expect(answer.id).toBe(waiting.id);
      expect(answers(thread)).toHaveLength(1);
    });

    test.each([200, 401, 403, 404, 429, 502])(
      "is away behind a proxy that says so by a page and %i, the answer comes when it is back",
      async (status) => {
        const page = bot.letta.faults.next({ path: "/**", times: 1_000, fault: { type: "page", status } });
        const thread = await bot.alice.begins("#general", `who is there behind ${status}?`);
        const waiting = await bot.alice.sees(thread, "keep trying");
        page.cancel();
        const answer = await bot.alice.reads(thread, `echo: [Alice] who is there behind ${status}?`);
        expect(answer.id).toBe(waiting.id);
        expect(answers(thread)).toHaveLength(1);
      },
    );

    test.each([401, 403])(
      "refuses our key with %i, people read one plain sentence, and the log says which setting is wrong",
      async (status) => {
        const json = JSON.stringify({ detail: "Unauthorized" });
        const refused = bot.letta.faults.next({
          path: "/**",
          times: 1_000,
          fault: { type: "page", status, json },
        });
        const thread = await bot.alice.begins("#general", `who is let in by ${status}?`);
        const failed = await bot.alice.reads(thread, "⚠️");
        expect(failed.text).toMatch(/^⚠️ The persona's server does not let me in, .*whoever runs this bot/);
        const shown = await bot.alice.uses(thread, "/memory show");
        expect(shown.text).toContain("does not let me in");
        for (const { text } of [failed, shown])
          expect(text).not.toMatch(/[A-Z]_[A-Z]|key|password|http|401|403/i);
        const logged = bot.log.lines.flatMap(({ fields }) => ("err" in fields ? [String(fields.err)] : []));
        expect(logged.some((line) => line.includes("Set LETTA_API_KEY"))).toBe(true);
        refused.cancel();
        await bot.alice.presses(failed, "Try again");
        await bot.alice.reads(thread, `echo: [Alice] who is let in by ${status}?`);
      },
    );

    test("is cut off after it took the question, it is not asked again", async () => {
      bot.letta.faults.next({ ...SENDS, fault: { type: "cut-after-commit" } });
      const thread = await bot.alice.begins("#general", "cut me once");
      await bot.alice.reads(thread, "echo: [Alice] cut me once");
      await bot.idle();
      expect(bot.timesAsked("cut me once")).toBe(1);
      expect(answers(thread)).toHaveLength(1);
    });

    test("fails in mid-answer, what was said stays, with a sentence and a way to try again", async () => {
      bot.letta.faults.next({ ...SENDS, fault: { type: "error-after-text" } });
      const thread = await bot.alice.begins("#general", "half an answer");
      const failed = await bot.alice.reads(thread, "⚠️");
      expect(failed.text.replace(/⚠️.*/s, "").trim()).not.toBe("");
      expect(bot.alice.buttons(failed)).toEqual(["Try again"]);
      expect(failed.text).not.toMatch(/Error|stack|detail|{/);
      await bot.alice.presses(failed, "Try again");
      await bot.alice.reads(thread, "echo: [Alice] half an answer");
    });

    test("is busy with another run of the conversation, the answer comes when it is free", async () => {
      bot.letta.faults.next({ ...SENDS, times: 2, fault: { type: "busy" } });
      const thread = await bot.alice.begins("#general", "in a queue");
      await bot.alice.reads(thread, "echo: [Alice] in a queue");
      expect(bot.timesAsked("in a queue")).toBe(1);
    });

    test.each([
      ["RATE429", /too many requests/],
      ["ERR500", /model/i],
      ["AUTH401", /key/i],
    ])("'s model fails with %s, one plain sentence says so", async (word, sentence) => {
      const thread = await bot.alice.begins("#general", `${word} now`);
      const failed = await bot.alice.reads(thread, "⚠️");
      expect(failed.text).toMatch(sentence);
      expect(failed.text).not.toMatch(/Traceback|provider_|\{|http/);
    });

    test.each(["EMPTYSTR", "EMPTY0"])(
      "'s model says nothing (%s), that is not an empty message",
      async (word) => {
        const thread = await bot.alice.begins("#general", `${word} now`);
        const answer = await bot.alice.reads(thread, /\w/);
        expect(bot.alice.buttons(answer)).toEqual(["Try again"]);
      },
    );

    test("lost the conversation or the agent, it is made again and that is said once", async () => {
      const thread = await bot.alice.begins("#general", "before");
      await bot.alice.reads(thread);
      const [binding] = await bot.bindings(thread);
      await fetch(`${bot.letta.url}/v1/conversations/${binding?.conversation}`, { method: "DELETE" });
      const told = await bot.alice.asks(thread, "after", "echo: [Alice] after");
      expect(told.text).toContain("was deleted");
      expect((await bot.alice.asks(thread, "later", "echo: [Alice] later")).text).not.toContain("deleted");

      await fetch(`${bot.letta.url}/v1/agents/${binding?.agent}`, { method: "DELETE" });
      expect((await bot.alice.asks(thread, "much later", "much later")).text).toContain("deleted");
      expect((await bot.alice.asks(thread, "at last", "at last")).text).not.toContain("deleted");
    });

    test("answers slowly, a form that would come too late is refused in time", async () => {
      const thread = await bot.alice.begins("#general", "hello");
      await bot.alice.reads(thread);
      bot.letta.faults.next({
        method: "GET",
        path: "/v1/agents/**",
        times: 3,
        fault: { type: "slow", ms: 2_500 },
      });
      const refused = await bot.alice.uses(thread, "/memory edit");
      expect(refused).toMatchObject({
        isPrivate: true,
        text: expect.stringContaining("Try again in a moment"),
      });
    });
  });
});
