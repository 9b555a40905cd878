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

const chatOwn = (platform: string) => (platform === "slack" ? "Slаckbot" : "My Discоrd Friend");

describe.each(PLATFORMS)("on %s", (platform) => {
  let bot: TestBot;
  beforeAll(async () => {
    bot = await startBot(server, { platform, model: scriptedModel({ clock: systemClock }) });
  });
  afterAll(() => bot.stop());

  const seenPrompt = () => bot.letta.requestsToModel.at(-1)?.messages[0]?.content ?? "";

  const sendsToLetta = () =>
    bot.letta.journal.entries.filter(({ method, path }) => method === "POST" && path.endsWith("/messages"));

  describe("choosing who answers", () => {
    test("list shows everyone, and who answers here", async () => {
      const { text, isPrivate } = await bot.alice.uses("#general", "/persona list");
      expect(isPrivate).toBe(true);
      for (const name of ["Ada", "Romy", "Orin", "Tomo"]) expect(text).toContain(`**${name}**`);
      expect(text).toMatch(/personal_assistant.*answers here/);
    });

    test("use changes who answers in a thread, and each has a conversation of its own there", async () => {
      const thread = await bot.alice.begins("#general", "hello Ada");
      await bot.alice.reads(thread);
      const { text } = await bot.bob.uses(thread, "/persona use", { name: "story_keeper" });
      expect(text).toContain("**Orin** answers here");
      const answer = await bot.alice.asks(thread, "hello Orin", "hello Orin");
      expect(answer.author).toContain("Orin");
      expect(seenPrompt()).toContain("You are Orin");
      expect(await bot.bindings(thread)).toHaveLength(2);
    });

    test("only who manages the server chooses for a channel", async () => {
      const refused = await bot.bob.uses("#random", "/persona use", { name: "study_partner" });
      expect(refused).toMatchObject({ isPrivate: true, text: expect.stringContaining("Only admins") });
      await bot.alice.uses("#random", "/persona use", { name: "study_partner" });
      const thread = await bot.bob.begins("#random", "teach me");
      expect((await bot.bob.reads(thread)).author).toContain("Tomo");
    });

    storyNeeding(platform, "completed options")("names are completed while they are typed", async () => {
      const complete = bot.alice.can("complete");
      const choices = await complete("#general", "persona use", { name: "name", typed: "tom" });
      expect(choices).toEqual([{ name: expect.stringContaining("Tomo"), value: "study_partner" }]);
    });

    test("a name that does not exist is refused with those that do", async () => {
      const refused = await bot.alice.uses("#general", "/persona use", { name: "nobody" });
      expect(refused).toMatchObject({ isPrivate: true, text: expect.stringContaining("**Orin**") });
    });
  });

  describe("making personas", () => {
    test("a form makes one, its author edits it, and a running thread notices at its next answer", async () => {
      const form = await bot.bob.opens("#general", "/persona create");
      expect(form.title).toBe("New persona");
      await bot.bob.submits(form, { name: "Captain Mira", instructions: "You are Mira. Speak dryly." });
      const thread = await bot.bob.begins("#general", "wait for her");
      await bot.bob.reads(thread);
      await bot.bob.uses(thread, "/persona use", { name: "captain_mira" });
      await bot.bob.asks(thread, "ahoy", "ahoy");
      expect(seenPrompt()).toContain("Speak dryly.");

      const edit = await bot.bob.opens(thread, "/persona edit", { name: "captain_mira" });
      expect(edit.fields.map(({ name }) => name)).toContain("called");
      await bot.bob.submits(edit, { instructions: "You are Mira. Speak in rhymes." });
      const before = await bot.bindings(thread);
      await bot.bob.asks(thread, "again please", "again please");
      expect(seenPrompt()).toContain("Speak in rhymes.");
      expect((await bot.bindings(thread)).map(({ conversation }) => conversation)).toEqual(
        before.map(({ conversation }) => conversation),
      );
    });

    test("others may look at it but not change it, and its instructions stay unseen", async () => {
      const info = await bot.carol.uses("#general", "/persona info", { name: "captain_mira" });
      expect(info.text).toContain("Captain Mira");
      expect(info.text).not.toContain("rhymes");
      for (const command of ["/persona edit", "/persona delete", "/persona export"]) {
        const refused = await bot.carol.uses("#general", command, { name: "captain_mira" });
        expect(refused).toMatchObject({ isPrivate: true, form: undefined });
        expect(refused.text).toContain("Only Bob and admins may do that");
      }
    });

    test("a persona of the box becomes the server's own version, and keeps what it remembers", async () => {
      const thread = await bot.alice.begins("#support", "hello");
      await bot.alice.reads(thread);
      const [before] = await bot.bindings(thread);
      const edit = await bot.alice.opens("#support", "/persona edit", { name: "personal_assistant" });
      await bot.alice.submits(edit, { called: "Ada Lovelace" });
      const answer = await bot.alice.asks(thread, "who now?", "who now?");
      expect(answer.author).toContain("Ada Lovelace");
      const [after] = await bot.bindings(thread);
      expect(after).toMatchObject({ agent: before?.agent, conversation: before?.conversation });
    });

    test("export gives a file for the personas folder, and delete asks first", async () => {
      const exported = await bot.bob.uses("#general", "/persona export", { name: "captain_mira" });
      expect(await exported.file()).toMatch(
        /^---\nname: "Captain Mira"\n[\s\S]*---\n\nYou are Mira\. Speak in rhymes\.\n$/,
      );

      const sure = await bot.bob.uses("#general", "/persona delete", { name: "captain_mira" });
      const isOffered = () =>
        bot.bob
          .view("#general")
          .some((shown) => shown.id === sure.message?.id && bot.bob.buttons(shown).length > 0);
      expect(isOffered()).toBe(true);
      if (sure.message) await bot.bob.clicks(sure.message, "Remove Captain Mira");
      await eventually("the button is gone", () => !isOffered());
      expect((await bot.bob.uses("#general", "/persona list")).text).not.toContain("Mira");
    });

    test("none is called like the bot, the platform, a person there or what has a say, in whatever letters", async () => {
      await bot.bob.says("#general", "just so that I was seen");
      for (const name of ["Rарроrt", "B o b", "Server Admin", chatOwn(platform)]) {
        const form = await bot.carol.opens("#general", "/persona create");
        const refused = await bot.carol.submits(form, { name, instructions: "My words." });
        expect(refused.text, name).toMatch(/Choose another name/);
        expect(await refused.file()).toContain("My words.");
      }
      expect((await bot.carol.uses("#general", "/persona list")).text).not.toMatch(/server_admin|rapport/);
    });

    test("a persona deleted before it answered is missed in one sentence, and who is there answers from then on", async () => {
      const form = await bot.alice.opens("#general", "/persona create");
      await bot.alice.submits(form, { name: "Brief", instructions: "You are Brief." });
      const thread = await bot.alice.begins("#general", "a thread");
      await bot.alice.reads(thread);
      await bot.alice.uses(thread, "/persona use", { name: "brief" });
      await bot.alice.says(thread, "SLOW1 think");
      await eventually("the first is asked", () => bot.timesAsked("SLOW1 think") > 0);
      await bot.alice.says(thread, "are you still there?");
      const sure = await bot.alice.uses(thread, "/persona delete", { name: "brief" });
      if (sure.message) await bot.alice.clicks(sure.message, "Remove Brief");
      const missed = await bot.alice.reads(thread, "`brief` was deleted");
      expect(bot.alice.buttons(missed)).toEqual(["Try again"]);
      await bot.alice.asks(thread, "and now?", "and now?");
      expect((await bot.alice.reads(thread, "and now?")).author).toContain("Ada");
    });

    test("a persona deleted while it answers is missed in one sentence, and nothing is left growing", async () => {
      const form = await bot.alice.opens("#general", "/persona create");
      await bot.alice.submits(form, { name: "Fleeting", instructions: "You are Fleeting." });
      const thread = await bot.alice.begins("#general", "a thread");
      await bot.alice.reads(thread);
      await bot.alice.uses(thread, "/persona use", { name: "fleeting" });
      await bot.alice.says(thread, "DRIP one two three four five six seven eight nine");
      await bot.alice.sees(thread, "two");
      const sure = await bot.alice.uses(thread, "/persona delete", { name: "fleeting" });
      if (sure.message) await bot.alice.clicks(sure.message, "Remove Fleeting");
      const missed = await bot.alice.reads(thread, "`fleeting` was deleted");
      expect(bot.alice.buttons(missed)).toEqual(["Try again"]);
      await bot.idle();
      const shown = bot.alice.view(thread);
      expect(shown.filter(({ state }) => state !== "whole")).toEqual([]);
      expect(shown.filter(({ text }) => text.includes("⚠️"))).toHaveLength(1);
    });

    test("a persona deleted as Letta is being asked is missed in that sentence, and no agent is made again", async () => {
      const form = await bot.alice.opens("#general", "/persona create");
      await bot.alice.submits(form, { name: "Gone", instructions: "You are Gone." });
      const thread = await bot.alice.begins("#general", "a thread");
      await bot.alice.reads(thread);
      await bot.alice.uses(thread, "/persona use", { name: "gone" });
      await bot.alice.asks(thread, "I am Alice", "I am Alice");
      bot.letta.faults.next({
        method: "POST",
        path: "/v1/conversations/*/messages",
        fault: { type: "slow", ms: 3_000 },
      });
      await bot.alice.says(thread, "are you there?");
      await eventually("Letta is being asked", () => sendsToLetta().at(-1)?.finished === false);
      const sure = await bot.alice.uses(thread, "/persona delete", { name: "gone" });
      if (sure.message) await bot.alice.clicks(sure.message, "Remove Gone");
      await bot.alice.reads(thread, "`gone` was deleted");
      await bot.idle();
      expect(bot.timesAsked("are you there?")).toBe(0);
      expect(await bot.storage.agents.list("gone")).toEqual([]);
    });
  });
});
