import type { Person } from "@rapport/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import type { RapportDiscord } from "../../harness/chats.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

/*
 * Who reads a place on Discord, and what can be got there of what was learnt elsewhere, however it is asked for.
 */

let server: TestServer;

beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

const TALK = [
  "ViewChannel",
  "ReadMessageHistory",
  "SendMessages",
  "SendMessagesInThreads",
  "CreatePublicThreads",
  "CreatePrivateThreads",
  "EmbedLinks",
  "AttachFiles",
  "AddReactions",
  "UseApplicationCommands",
] as const;

/** Only who has this role, or is this person, sees the channel. */
const only = (who: string) =>
  [
    { who: "@everyone", deny: ["ViewChannel"] },
    { who, allow: ["ViewChannel"] },
    { who: "Rapport", allow: ["ViewChannel"] },
  ] as const;

/** All that somebody gets to see in a thread, or puts before the model, when they try every way to what is known there. */
async function everythingGot(bot: TestBot, person: Person, thread: string, about: string): Promise<string> {
  const asked = bot.letta.requestsToModel.length;
  const answer = await person.asks(thread, `@Rapport what do you know about ${about}?`);
  const prompts = JSON.stringify(bot.letta.requestsToModel.slice(asked));
  const shown = [
    await person.uses(thread, "/memory show"),
    await person.uses(thread, "/memory show", { page: "archive" }),
    await person.uses(thread, "/memory show", { page: "working" }),
    await person.uses(thread, "/memory forget", { what: about }),
  ];
  // A search says what was looked for.
  const found = (await person.uses(thread, "/memory search", { query: about })).text.replaceAll(about, "…");
  const file = await (await person.uses(thread, "/memory export")).file();
  return [answer.text, prompts, ...shown.map(({ text }) => text), found, file].join("\n");
}

/** Says it in a thread of its own and waits for the answer. */
async function tells(person: Person, where: string, text: string): Promise<string> {
  const thread = await person.begins(where, text);
  await person.reads(thread);
  return thread;
}

describe("in a server that is open to everyone", () => {
  let bot: TestBot<RapportDiscord>;
  beforeAll(async () => {
    bot = await startBot(server);
  });
  afterAll(() => bot.stop());

  test("who is let into a private thread gets nothing of what its starter said in direct messages", async () => {
    const dm = await bot.bob.dm();
    await bot.bob.asks(dm, "remember that my diagnosis is Lupinosis-4711");
    const thread = await bot.bob.can("openPrivateThread")("#general", "a corner");
    await bot.bob.asks(thread, "@Rapport remember that the corner is quiet");
    await bot.bob.can("letIn")(thread, "Carol");
    const got = await everythingGot(bot, bot.carol, thread, "diagnosis");
    expect(got).toContain("corner is quiet");
    expect(got).not.toContain("Lupinosis");
    expect(await everythingGot(bot, bot.bob, thread, "diagnosis")).not.toContain("Lupinosis");

    await bot.carol.uses(thread, "/memory remember", { text: "Carol was here" });
    const own = await bot.bob.uses(dm, "/memory show");
    expect(own.text).toContain("Lupinosis-4711");
    expect(own.text).not.toContain("Carol was here");
  });

  test("a private thread has a memory of its own, and whoever manages threads reads it too", async () => {
    bot.chat.discord.createRole("Mod", ["ManageThreads"]);
    bot.chat.discord.giveRole("Carol", "Mod");
    const thread = await bot.bob.can("openPrivateThread")("#random", "just us");
    await bot.bob.asks(thread, "@Rapport remember that the surprise is a zeppelin");
    const shown = await bot.carol.uses(thread, "/memory show");
    expect(shown.text).toContain("👥 shared by those who read this thread, its moderators included");
    expect(shown.text).toContain("zeppelin");
    const open = await tells(bot.bob, "#random", "hello");
    expect(await everythingGot(bot, bot.bob, open, "surprise")).not.toContain("zeppelin");
    bot.chat.discord.takeRole("Carol", "Mod");
  });

  test("in a private thread nothing is read before somebody mentions the bot", async () => {
    const thread = await bot.bob.can("openPrivateThread")("#random", "not yet");
    await bot.bob.says(thread, "my locker code is Quagga-9");
    await bot.bob.asks(thread, "@Rapport hello, who are you?");
    expect(JSON.stringify(bot.letta.requestsToModel)).not.toContain("Quagga-9");
    await bot.bob.asks(thread, "@Rapport I like it here");
    expect(JSON.stringify(bot.letta.requestsToModel)).toContain("I like it here");
    expect(JSON.stringify(bot.letta.requestsToModel)).not.toContain("Quagga-9");
  });

  test("a persona that is everybody's own says nothing in a channel, and in direct messages what was asked", async () => {
    const dm = await bot.carol.dm();
    await bot.carol.uses(dm, "/persona use", { name: "dating_coach" });
    await bot.carol.asks(dm, "my crush is called Wombatina");
    const got = await bot.carol.uses("#random", "/chat", {
      message: "what do you know about me?",
      persona: "dating_coach",
    });
    expect(got).toMatchObject({ isPrivate: true, text: expect.stringContaining("in your direct messages") });
    await bot.carol.sees(dm, /You to \*\*Romy\*\*:\n> what do you know about me\?/);
    await bot.carol.reads(dm, /what I know[\s\S]*Wombatina/);
    const before = bot.bob.view("#random").map(({ text }) => text);
    expect(before.join()).not.toMatch(/Wombatina|know about me/);
  });

  test("what somebody meant to be private stands nowhere, also where the option is typed into the text", async () => {
    const got = await bot.bob.uses("#random", "/chat", { message: "private:yes I have a secret" });
    expect(got).toMatchObject({
      isPrivate: true,
      text: expect.stringMatching(/^Nothing was said, .*`private`/),
    });
    expect(JSON.stringify(bot.alice.view("#random"))).not.toContain("I have a secret");
  });

  test("where direct messages are closed, a private chat goes on where it was asked, for that person alone", async () => {
    bot.carol.can("closeDms")();
    await bot.carol.uses("#support", "/chat", {
      message: "what do you remember about me?",
      persona: "dating_coach",
      private: true,
    });
    await bot.carol.seesAlone("#support", /You to \*\*Romy\*\*:\n> what do you remember about me\?/);
    await bot.carol.seesAlone("#support", /what I know[\s\S]*Wombatina/);
    await bot.carol.seesAlone("#support", "here, where only you see it");
    expect(bot.alice.view("#support")).toEqual([]);
    expect(bot.bob.view("#support")).toEqual([]);

    await bot.carol.says("#support", "@Rapport !chat private:yes hello");
    await bot.carol.sees("#support", "Use the slash command instead");
  });

  test("a channel that is closed has another memory, said once, and the old one when it is opened again", async () => {
    const { discord } = bot.chat;
    discord.addChannel("garden");
    const thread = await tells(bot.bob, "#garden", "remember that the parrot is called Zephyrine");
    expect(
      await everythingGot(bot, bot.carol, await tells(bot.carol, "#random", "hello"), "parrot"),
    ).toContain("Zephyrine");

    discord.setOverwrites("garden", only("Bob"));
    const first = await bot.bob.asks(thread, "remember that the code is Narwhalia");
    expect(first.text).toMatch(/Other people can read here than before.*👥.*1 person/);
    expect((await bot.bob.asks(thread, "anything new?")).text).not.toContain("Other people");
    expect(await everythingGot(bot, bot.bob, thread, "parrot")).not.toContain("Zephyrine");
    expect(bot.carol.view(thread)).toEqual([]);

    discord.setOverwrites("garden", []);
    const again = await bot.bob.asks(thread, "hello again");
    expect(again.text).toContain("Other people can read here than before");
    const got = await everythingGot(bot, bot.carol, thread, "parrot");
    expect(got).toContain("Zephyrine");
    expect(got).not.toContain("Narwhalia");
  });

  test("who may see a channel and not what was said there before is not shown it by the bot either", async () => {
    const { discord } = bot.chat;
    discord.addChannel("porch");
    discord.createRole("Neighbour");
    const deny = { who: "@everyone", deny: ["ReadMessageHistory"] } as const;
    const allow = { allow: ["ReadMessageHistory"] } as const;
    discord.setOverwrites("porch", [deny, { who: "Neighbour", ...allow }, { who: "Rapport", ...allow }]);
    discord.giveRole("Bob", "Neighbour");
    const thread = await tells(bot.bob, "#porch", "the plumber is called Marmolada");
    const ways = ["/conversation history", "/conversation export", "/memory show", "/memory search"] as const;
    for (const way of ways) {
      const options =
        way === "/memory show" ? { page: "recall" } : way === "/memory search" ? { query: "plumber" } : {};
      const read = async (person: Person) => {
        const got = await person.uses(thread, way, options);
        const file = way === "/conversation export" && person === bot.bob ? await got.file() : "";
        return got.text + file;
      };
      expect(await read(bot.bob), way).toContain("Marmolada");
      expect(await read(bot.carol), way).not.toContain("Marmolada");
    }
    const { text } = await bot.carol.uses(thread, "/conversation history");
    expect(text).toMatch(/^You may not read here what was said before you came/);
    const said = await bot.carol.says(thread, "!conversation history");
    const typed = await bot.carol.reads(thread, /You may not read here/, said);
    expect(typed.text).not.toContain("Marmolada");
  });

  test("in a channel that is hidden from the bot nothing is opened that was learnt elsewhere", async () => {
    const { discord } = bot.chat;
    discord.addChannel("attic");
    await tells(bot.bob, "#general", "remember that the heron is called Igneous");
    discord.setPermissions({ channel: "attic", who: "Rapport", deny: ["ViewChannel"] });
    const hidden = await bot.bob.uses("#attic", "/memory search", { query: "heron" });
    expect(hidden.text).not.toContain("Igneous");
    expect((await bot.bob.uses("#attic", "/memory show")).text).not.toContain("Igneous");
    discord.setPermissions({ channel: "attic", who: "Rapport" });
    expect((await bot.bob.uses("#attic", "/memory show")).text).toContain("Igneous");
  });

  test("what is said in an announcement channel stays there, since other servers follow it", async () => {
    const { discord } = bot.chat;
    discord.addChannel("news", { type: 5 });
    await tells(bot.bob, "#general", "remember that the otter is called Basalt");
    const thread = await tells(bot.bob, "#news", "remember that the launch is on Friday");
    const got = await everythingGot(bot, bot.bob, thread, "otter");
    expect(got).toContain("launch is on Friday");
    expect(got).not.toContain("Basalt");
    const shown = await bot.bob.uses(thread, "/memory show");
    expect(shown.text).toContain("#news and the servers that follow it");
  });
});

describe("in a server whose channels are open to the role Member", () => {
  let bot: TestBot<RapportDiscord>;
  beforeAll(async () => {
    bot = await startBot(server);
    const { discord } = bot.chat;
    discord.createRole("Member", TALK);
    discord.createRole("Staff");
    for (const person of ["Bob", "Carol"]) discord.giveRole(person, "Member");
    discord.giveRole("Bob", "Staff");
    discord.setRole("@everyone", []);
    discord.setOverwrites("random", only("Member"));
    discord.addChannel("staff");
    discord.setOverwrites("staff", [...only("Staff"), { who: "Member", deny: ["ViewChannel"] }]);
  });
  afterAll(() => bot.stop());

  test("all channels of Member are one memory, by whatever they are opened", async () => {
    await tells(bot.bob, "#general", "remember that the tea is called Lapsangia");
    const thread = await tells(bot.carol, "#random", "hello");
    const got = await everythingGot(bot, bot.carol, thread, "tea");
    expect(got).toContain("Lapsangia");
    expect(got).toContain("👥 shared by @Member");
  });

  test("what is said among the staff stays there, and what everybody says is not known there", async () => {
    await tells(bot.bob, "#general", "remember that the picnic is at Xanadu");
    const staff = await tells(bot.bob, "#staff", "remember that the launch code is Okapi-4711");
    const there = await everythingGot(bot, bot.bob, staff, "picnic");
    expect(there).toContain("Okapi-4711");
    expect(there).toContain("👥 shared by @Staff");
    expect(there).not.toContain("Xanadu");

    const open = await tells(bot.carol, "#random", "hello");
    expect(await everythingGot(bot, bot.carol, open, "launch code")).not.toContain("Okapi");
    expect(await everythingGot(bot, bot.bob, open, "launch code")).not.toContain("Okapi");
    expect(bot.carol.view(staff)).toEqual([]);
  });
});
