import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/sandbox/clock.ts";
import { scriptedModel } from "../../src/sandbox/letta/model/scripted.ts";
import { startBot, storyServer, type TestBot } from "../harness/bot.ts";
import { eventually } from "../harness/eventually.ts";
import type { TestServer } from "../storage/databases.ts";

let server: TestServer;
let bot: TestBot;

beforeAll(async () => {
  server = await storyServer();
  bot = await startBot(server, { model: scriptedModel({ clock: systemClock }) });
});

afterAll(async () => {
  await bot.stop();
  await server.close();
});

const seenPrompt = () => bot.letta.requestsToModel.at(-1)?.messages[0]?.content ?? "";

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
    expect(answer.author.name).toContain("Orin");
    expect(seenPrompt()).toContain("You are Orin");
    expect(await bot.storage.bindings.list(`discord.${thread}`)).toHaveLength(2);
  });

  test("only who manages the server chooses for a channel", async () => {
    const refused = await bot.bob.uses("#random", "/persona use", { name: "study_partner" });
    expect(refused).toMatchObject({ isPrivate: true, text: expect.stringContaining("manage this server") });
    await bot.alice.uses("#random", "/persona use", { name: "study_partner" });
    const thread = await bot.bob.begins("#random", "teach me");
    expect((await bot.bob.reads(thread)).author.name).toContain("Tomo");
  });

  test("names are completed while they are typed", async () => {
    const channel = bot.alice.channel("#general");
    const choices = await bot.alice.hands.autocomplete(channel, "persona", "use", "name", "tom");
    expect(choices).toEqual([{ name: expect.stringContaining("Tomo"), value: "study_partner" }]);
  });

  test("a name that does not exist is refused with those that do", async () => {
    const refused = await bot.alice.uses("#general", "/persona use", { name: "nobody" });
    expect(refused).toMatchObject({ isPrivate: true, text: expect.stringContaining("`story_keeper`") });
  });
});

describe("making personas", () => {
  test("a form makes one, its author edits it, and a running thread notices at its next answer", async () => {
    const { form } = await bot.bob.uses("#general", "/persona create");
    expect(form?.title).toBe("New persona");
    await bot.bob.submits(
      form,
      { name: "Captain Mira", instructions: "You are Mira. Speak dryly." },
      "#general",
    );
    const thread = await bot.bob.begins("#general", "wait for her");
    await bot.bob.reads(thread);
    await bot.bob.uses(thread, "/persona use", { name: "captain_mira" });
    await bot.bob.asks(thread, "ahoy", "ahoy");
    expect(seenPrompt()).toContain("Speak dryly.");

    const edit = await bot.bob.uses(thread, "/persona edit", { name: "captain_mira" });
    expect(edit.form?.fields.map(({ customId }) => customId)).toContain("called");
    await bot.bob.submits(edit.form, { instructions: "You are Mira. Speak in rhymes." }, thread);
    const before = await bot.storage.bindings.list(`discord.${thread}`);
    await bot.bob.asks(thread, "again please", "again please");
    expect(seenPrompt()).toContain("Speak in rhymes.");
    expect(
      (await bot.storage.bindings.list(`discord.${thread}`)).map(({ conversation }) => conversation),
    ).toEqual(before.map(({ conversation }) => conversation));
  });

  test("others may look at it but not change it, and its instructions stay unseen", async () => {
    const info = await bot.carol.uses("#general", "/persona info", { name: "captain_mira" });
    expect(info.text).toContain("Captain Mira");
    expect(info.text).not.toContain("rhymes");
    for (const command of ["/persona edit", "/persona delete", "/persona export"]) {
      const refused = await bot.carol.uses("#general", command, { name: "captain_mira" });
      expect(refused).toMatchObject({ isPrivate: true, form: undefined });
      expect(refused.text).toContain("Bob or people who manage this server");
    }
  });

  test("a persona of the box becomes the server's own version, and keeps what it remembers", async () => {
    const thread = await bot.alice.begins("#support", "hello");
    await bot.alice.reads(thread);
    const [before] = await bot.storage.bindings.list(`discord.${thread}`);
    const edit = await bot.alice.uses("#support", "/persona edit", { name: "personal_assistant" });
    await bot.alice.submits(edit.form, { called: "Ada Lovelace" }, "#support");
    const answer = await bot.alice.asks(thread, "who now?", "who now?");
    expect(answer.author.name).toContain("Ada Lovelace");
    const [after] = await bot.storage.bindings.list(`discord.${thread}`);
    expect(after).toMatchObject({ agent: before?.agent, conversation: before?.conversation });
  });

  test("export gives a file for the personas folder, and delete asks first", async () => {
    const { message } = await bot.bob.uses("#general", "/persona export", { name: "captain_mira" });
    const file = await (await fetch(message?.attachments[0]?.url ?? "")).text();
    expect(file).toMatch(/^---\nname: "Captain Mira"\n[\s\S]*---\n\nYou are Mira\. Speak in rhymes\.\n$/);

    const sure = await bot.bob.uses("#general", "/persona delete", { name: "captain_mira" });
    if (sure.message) await bot.bob.clicks(sure.message, "Remove Captain Mira");
    expect((await bot.bob.uses("#general", "/persona list")).text).not.toContain("Mira");
  });

  test("a persona deleted before it answered is missed in one sentence, and who is there answers from then on", async () => {
    const { form } = await bot.alice.uses("#general", "/persona create");
    await bot.alice.submits(form, { name: "Brief", instructions: "You are Brief." }, "#general");
    const thread = await bot.alice.begins("#general", "a thread");
    await bot.alice.reads(thread);
    await bot.alice.uses(thread, "/persona use", { name: "brief" });
    await bot.alice.says(thread, "SLOW1 think");
    await eventually("the first is asked", () =>
      bot.letta.requestsToModel.some(({ messages }) => messages.at(-1)?.content.includes("SLOW1 think")),
    );
    await bot.alice.says(thread, "are you still there?");
    const sure = await bot.alice.uses(thread, "/persona delete", { name: "brief" });
    if (sure.message) await bot.alice.clicks(sure.message, "Remove Brief");
    const missed = await bot.alice.reads(thread, "`brief` was deleted");
    expect(bot.alice.buttons(missed)).toEqual(["Try again"]);
    await bot.alice.asks(thread, "and now?", "and now?");
    expect((await bot.alice.reads(thread, "and now?")).author.name).toContain("Ada");
  });
});
