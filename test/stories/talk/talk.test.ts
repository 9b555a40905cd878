import { scriptedModel } from "@rapport/letta-server";
import { eventually, systemClock } from "@rapport/testing";
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

  /** What the model was last asked in a conversation that holds this. */
  function lastAsked(words: string): string[] {
    const request = bot.letta.requestsToModel.findLast(({ messages }) =>
      messages.some(({ role, content }) => role === "user" && content.includes(words)),
    );
    return (request?.messages ?? []).filter(({ role }) => role !== "system").map(({ content }) => content);
  }

  describe("in a channel", () => {
    test("a mention opens a thread, and the persona answers there under its own name", async () => {
      // Slack takes a title with the sign that an answer is thought of.
      const thread = await bot.alice.begins("#general", "SLOW1 hello there");
      const answer = await bot.alice.reads(thread, "hello there");
      expect(answer.author).toContain("Ada");
      expect(bot.chat.titleOf(thread)).toBe("SLOW1 hello there");
    });

    test("what is not said to the bot is not answered", async () => {
      const before = bot.letta.requestsToModel.length;
      await bot.bob.says("#random", "just chatting");
      await bot.bob.says("#random", "@everyone look at this");
      await bot.alice.reads(await bot.alice.begins("#random", "and now to you"));
      await bot.idle();
      expect(bot.letta.requestsToModel.length - before).toBe(1);
    });
  });

  describe("in a thread the bot opened", () => {
    test("no mention is needed, and the thread remembers its own talk and not another's", async () => {
      const tea = await bot.alice.begins("#general", "let us talk about tea");
      const ships = await bot.alice.begins("#general", "let us talk about ships");
      await bot.alice.reads(tea, "tea");
      await bot.alice.reads(ships, "ships");
      await bot.alice.asks(tea, "which kind?", "which kind?");
      const talk = lastAsked("which kind?").join("\n");
      expect(talk).toContain("about tea");
      expect(talk).not.toContain("ships");
    });

    test("two people are told apart", async () => {
      const thread = await bot.alice.begins("#general", "who is here?");
      await bot.alice.reads(thread);
      await bot.bob.asks(thread, "me too", "me too");
      expect(lastAsked("me too").at(-1)).toContain("[Bob] me too");
      expect(lastAsked("me too").join("\n")).toContain("[Alice] who is here?");
    });

    test("several messages at once are asked once and answered together", async () => {
      const model = scriptedModel({ clock: systemClock });
      const patient = await startBot(server, { platform, model, debounceMs: 60_000 });
      const [thread] = await Promise.all([
        patient.alice.begins("#general", "quiet"),
        patient.debounceEnds(1),
      ]);
      await patient.alice.reads(thread);
      await patient.idle();
      const before = patient.letta.requestsToModel.length;
      for (const text of ["hey", "quick question", "are you", "there?"])
        await patient.alice.says(thread, text);
      await patient.debounceEnds(4);
      await patient.alice.reads(
        thread,
        "[Alice] hey | [Alice] quick question | [Alice] are you | [Alice] there?",
      );
      await patient.idle();
      expect(patient.letta.requestsToModel.length - before).toBe(1);
      await patient.stop();
    });

    test("what is said during an answer becomes one turn, in order", async () => {
      const thread = await bot.alice.begins("#general", "first SLOW1 one");
      await eventually("it is asked", () => bot.timesAsked("first SLOW1 one") > 0);
      for (const text of ["two", "three", "four"]) await bot.alice.says(thread, text);
      const answer = await bot.alice.reads(thread, /two.*three.*four/s);
      expect(answer.text).toContain("[Alice] two | [Alice] three | [Alice] four");
      await bot.idle();
      expect(bot.alice.view(thread).filter(({ isBot }) => isBot)).toHaveLength(2);
    });

    test("a waiting message that is edited is asked as edited, and one that is deleted is not asked", async () => {
      const thread = await bot.alice.begins("#general", "think SLOW1 first");
      await eventually("it is asked", () => bot.timesAsked("think SLOW1 first") > 0);
      const edited = await bot.alice.says(thread, "an apel");
      const deleted = await bot.alice.says(thread, "a secret");
      await bot.alice.edits(edited, "an apple");
      await bot.alice.deletes(deleted);
      await bot.alice.reads(thread, "an apple");
      expect(lastAsked("an apple").join("\n")).not.toMatch(/apel|secret/);
    });
  });

  describe("in direct messages", () => {
    test("the first message ever is answered, without a mention", async () => {
      const dm = await bot.carol.dm();
      await bot.carol.asks(dm, "are you there?", "are you there?");
    });
  });

  describe("whatever the platform delivers", () => {
    test("a redelivered event is answered once", async () => {
      const thread = await bot.alice.begins("#general", "once please");
      await bot.alice.reads(thread);
      const repeated = () => bot.log.lines.filter(({ message }) => message === "event repeated").length;
      const before = repeated();
      bot.chat.redeliverNext();
      await bot.alice.asks(thread, "only one answer", "only one answer");
      await eventually("it came once more", () => repeated() > before);
      await bot.idle();
      expect(
        bot.alice.view(thread).filter(({ text }) => text.includes("echo: [Alice] only one")),
      ).toHaveLength(1);
    });

    test("an answer of 5,000 characters with a code fence arrives whole", async () => {
      const lines = Array.from({ length: 120 }, (_, line) => `  line_${line} = "${"x".repeat(28)}"`);
      const code = lines.join("\n");
      const thread = await bot.alice.begins("#general", "code");
      await bot.alice.reads(thread);
      // People write 2,000 characters at most: the persona repeats three messages.
      const parts = [
        `\`\`\`py\n${lines.slice(0, 43).join("\n")}`,
        // The persona repeats all in one: words on the line behind a fence would be its language.
        `more:\n${lines.slice(43, 86).join("\n")}`,
        `${lines.slice(86).join("\n")}\n\`\`\`\nend of it`,
      ];
      await bot.alice.says(thread, "wait SLOW1 now");
      await eventually("it is asked", () => bot.timesAsked("wait SLOW1 now") > 0);
      for (const part of parts) await bot.alice.says(thread, part);
      await bot.alice.reads(thread, "end of it");
      await bot.idle();
      const shown = bot.alice
        .view(thread)
        .filter(({ isBot }) => isBot)
        .slice(1)
        .map(({ text }) => text);
      expect(shown.length).toBeGreaterThan(1);
      for (const content of shown) {
        expect(content.length).toBeLessThanOrEqual(bot.chat.messageLength);
        expect(content.match(/^```/gm)?.length ?? 0).toSatisfy((fences: number) => fences % 2 === 0);
      }
      expect(code.length).toBeGreaterThan(5_000);
      const answer = shown.join("\n");
      for (const line of lines) expect(answer).toContain(line.trim());
    });
  });
});
