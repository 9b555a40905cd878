import { scriptedModel } from "@rapport/letta-server";
import { eventually, systemClock } from "@rapport/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import { PLATFORMS, storyNeeding } from "../../harness/platforms.ts";
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

  describe("/chat", () => {
    test("opens a thread with a card above it and answers there", async () => {
      const { text, isPrivate } = await bot.alice.uses("#general", "/chat", {
        message: "what about a walk?",
      });
      expect(isPrivate).toBe(true);
      const thread = bot.chat.linkedIn(text);
      expect((await bot.alice.reads(thread, "a walk")).text).toContain("[Alice] what about a walk?");
      const card = bot.bob.view("#general").at(-1);
      expect(card?.text).toContain("**Alice** to **Ada**: what about a walk?");
      await bot.bob.asks(thread, "may I come?", "may I come?");
    });

    test("with another persona, that one answers in the thread from then on", async () => {
      const { text } = await bot.alice.uses("#general", "/chat", {
        message: "once upon a time",
        persona: "story_keeper",
      });
      expect(text).toContain("**Orin**");
      const thread = bot.chat.linkedIn(text);
      expect((await bot.alice.reads(thread)).author).toContain("Orin");
      expect((await bot.alice.asks(thread, "and then?")).author).toContain("Orin");
    });

    test("from a message's menu, a persona is asked about it, in a thread", async () => {
      const words = await bot.bob.says("#general", "the sea is made of tea");
      const { form } = await bot.alice.picks(words, "Ask a persona about this");
      if (!form) throw new Error("no form opened");
      expect(bot.bob.view("#general").filter((shown) => shown.text.includes("sea is made"))).toHaveLength(1);
      const before = bot.alice.view("#general").map(({ id }) => id);
      await bot.alice.submits(form, { message: "Is that so?" });
      const told = () =>
        bot.alice
          .view("#general")
          .find(({ id, text }) => !before.includes(id) && text.includes("answers you in"));
      const { text } = await eventually("it is told where", async () => told());
      const thread = bot.chat.linkedIn(text);
      const answer = await bot.alice.reads(thread, "the sea is made of tea");
      expect(answer.text).toContain("[Alice] Is that so?");
      expect(answer.text).toContain("Bob said:");
    });

    test("privately, it goes on in direct messages, and the persona learns for that person alone", async () => {
      const { text } = await bot.bob.uses("#general", "/chat", { message: "between us", private: true });
      expect(text).toContain("**Ada** answers you in your direct messages");
      const { place } = await bot.bob.seesAlone("#general", /Bob.* between us/);
      expect(bot.carol.view(place)).toEqual([]);
      expect(bot.carol.view("#general").some(({ text }) => text.includes("between us"))).toBe(false);
      const [binding] = await bot.bindings(place);
      expect(binding?.scope).toMatch(/^person\//);
    });
  });

  describe("commands as text", () => {
    test("work after a mention, with an exclamation mark, and in direct messages", async () => {
      await bot.alice.says("#random", "@Rapport persona list");
      expect((await bot.alice.sees("#random", "**Orin**")).text).toContain("**Ada**");
      const dm = await bot.alice.dm();
      await bot.alice.says(dm, "!persona info tomo");
      await bot.alice.sees(dm, "study partner");
    });

    test("what only one person should see is not shown to all", async () => {
      const thread = await bot.bob.begins("#general", "hello");
      await bot.bob.reads(thread);
      await bot.bob.says(thread, "!memory show");
      await bot.bob.seesAlone(thread, "Memory blocks");
      expect(bot.carol.view(thread).some(({ text }) => text.includes("Memory blocks"))).toBe(false);
    });

    test("one that is typed in a channel is done without a mention", async () => {
      await bot.bob.says("#random", "!memory search nothing-of-the-kind");
      await bot.bob.seesAlone("#random", "nothing-of-the-kind");
    });

    storyNeeding(platform, "closed direct messages")(
      "what cannot be shown to one person where they asked goes to them directly, if they let it",
      async () => {
        const thread = await bot.bob.begins("#general", "hello");
        await bot.bob.reads(thread);
        await bot.bob.says(thread, "!memory show");
        await bot.bob.sees(thread, "I wrote to you directly");
        await bot.bob.sees(await bot.bob.dm(), /You asked this in <#\d+>:\*?\n[\s\S]*Memory blocks/);

        bot.carol.can("closeDms")();
        await bot.carol.says(thread, "!memory show");
        await bot.carol.sees(thread, "Use the slash command instead");
      },
    );

    test("a wrong one is answered with what it takes, and what only looks like one is talk", async () => {
      const thread = await bot.alice.begins("#general", "hello");
      await bot.alice.reads(thread);
      await bot.alice.says(thread, "!memory juggle");
      await bot.alice.sees(thread, "`!memory` takes one of");
      await bot.alice.asks(thread, "!nice work", "!nice work");
      await bot.alice.asks(thread, "memory is a strange thing", "memory is a strange thing");
    });
  });

  describe("/conversation", () => {
    test("new begins anew with the same memory", async () => {
      const thread = await bot.alice.begins("#general", "the password is swordfish");
      await bot.alice.reads(thread);
      const [before] = await bot.bindings(thread);
      await bot.alice.uses(thread, "/conversation new");
      await bot.alice.asks(thread, "what was it?", "what was it?");
      const [after] = await bot.bindings(thread);
      expect(after?.agent).toBe(before?.agent);
      expect(after?.conversation).not.toBe(before?.conversation);
      expect(JSON.stringify(bot.letta.requestsToModel.at(-1)?.messages.slice(1))).not.toContain("swordfish");
    });

    test("stop ends this answer and no other", async () => {
      const one = await bot.alice.begins("#general", "DRIP one a b c d e f g h i j k l m n o p");
      const two = await bot.bob.begins("#general", "DRIP two a b c d e f");
      const growing = await bot.alice.sees(one, "echo");
      expect(bot.alice.buttons(growing)).toEqual(["Stop answering"]);
      await bot.bob.sees(two, "echo");
      await bot.alice.presses(growing, "Stop answering");
      const stopped = await bot.alice.reads(one, "Stopped.");
      expect(stopped.text).not.toContain("o p");
      await bot.bob.reads(two, "e f");
      await bot.alice.asks(one, "go on", "go on");
    });

    test("retry asks again after a failure, once however often it is pressed, and its button goes", async () => {
      const thread = await bot.alice.begins("#general", "ERR500 please");
      const failed = await bot.alice.reads(thread, "⚠️");
      expect(bot.alice.buttons(failed)).toEqual(["Try again"]);
      const asked = () => bot.timesAsked("ERR500");
      expect(asked()).toBe(1);
      await Promise.all([bot.alice.presses(failed, "Try again"), bot.bob.presses(failed, "Try again")]);
      await bot.idle();
      expect(asked()).toBe(2);
      await expect.poll(() => bot.alice.buttons(failed)).toEqual([]);
    });

    test("what was said in several messages is asked again as one turn", async () => {
      const thread = await bot.alice.begins("#general", "DRIP a b c d e f");
      await bot.alice.sees(thread, "echo");
      await bot.alice.says(thread, "ERR500 is one sentence.");
      await bot.alice.says(thread, "This is another.");
      const failed = await bot.alice.reads(thread, "⚠️");
      await bot.alice.presses(failed, "Try again");
      await bot.idle();
      expect(bot.timesAsked("This is another.")).toBe(2);
      // Nor was either ever the last that was said.
      expect(bot.timesAsked("ERR500 is one sentence.")).toBe(0);
    });

    test("history, list and export look back", async () => {
      const thread = await bot.alice.begins("#support", "the first thing");
      await bot.alice.reads(thread);
      await bot.bob.asks(thread, "the second thing", "the second thing");
      const history = await bot.carol.uses(thread, "/conversation history");
      expect(history.text).toMatch(/\*\*Alice:\*\* the first thing[\s\S]*\*\*Bob:\*\* the second thing/);
      expect(history.isPrivate).toBe(true);
      expect((await bot.alice.uses("#support", "/conversation list")).text).toContain(
        bot.chat.linkTo(thread),
      );
      const exported = await bot.alice.uses(thread, "/conversation export");
      const file = await exported.file();
      expect(file).toMatch(/# the first thing[\s\S]*\*\*Ada:\*\* echo/);
    });

    test("where nothing was said or runs, that is what they say", async () => {
      expect((await bot.carol.uses("#random", "/conversation new")).text).toContain("Say something first");
      expect((await bot.carol.uses("#random", "/conversation stop")).text).toContain(
        "Nothing is being answered",
      );
      expect((await bot.carol.uses("#random", "/conversation retry")).text).toContain(
        "Nothing was asked here yet",
      );
    });
  });

  describe("/help", () => {
    test("is made from the declarations", async () => {
      const { text, isPrivate } = await bot.bob.uses("#general", "/help");
      expect(isPrivate).toBe(true);
      for (const name of ["chat", "persona", "memory", "conversation", "help"])
        expect(text).toContain(`**/${name}**`);
      const one = await bot.bob.uses("#general", "/help", { command: "persona" });
      expect(one.text).toMatch(/\/persona use <name> \[where:here\|channel\][\s\S]*here, channel/);
    });
  });
});
