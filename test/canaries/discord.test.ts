import { afterAll, beforeAll, expect, test } from "vitest";
import { BotInspector } from "../../src/inspector/bot-inspector.ts";
import { discordPlaces } from "../../src/inspector/place-naming.ts";
import type { Inspector } from "../../src/playground/protocol/insight.ts";
import { startBot, storyServer, type TestBot } from "../harness/bot.ts";
import { Caller } from "../harness/caller.ts";
import type { RapportDiscord } from "../harness/chats.ts";
import type { TestServer } from "../storage/servers/databases.ts";
import { Hunt } from "./hunt.ts";
import { newWord, type Seat, wordsIn } from "./seats.ts";
import { askedIn, TellingModel } from "./telling-model.ts";
import { type Ground, nameOf } from "./ways.ts";

/*
 * A word is told in each kind of place on Discord, and everybody tries every way to read it.
 *
 * The table: what was told in a place comes out in places of the same memory, and in no other.
 */
const MEMORY: Readonly<Record<string, string>> = {
  "#general": "everyone here",
  "a thread of #general": "everyone here",
  "#random": "everyone here",
  "#staff": "@Staff",
  "a thread of #staff": "@Staff",
  "#staff-too": "@Staff",
  "#members": "@Member",
  "#members-too": "@Member",
  "a private thread": "those in the private thread",
  "#news": "those who follow #news",
  "Alice's direct messages": "Alice",
  "Bob's direct messages": "Bob",
  "Dora's direct messages with Romy": "Dora and Romy",
  "#world, with a persona for everywhere": "that persona everywhere",
  "#world-staff, with the same": "that persona before @Staff",
};

/** Who tells the word of a place; and who else asks there. */
const TELLER: Readonly<Record<string, string>> = {
  "#general": "Alice",
  "a thread of #general": "Bob",
  "#staff": "Bob",
  "a thread of #staff": "Alice",
  "#members": "Carol",
  "a private thread": "Bob",
  "#news": "Alice",
  "Alice's direct messages": "Alice",
  "Bob's direct messages": "Bob",
  "Dora's direct messages with Romy": "Dora",
  "#world, with a persona for everywhere": "Carol",
  "#world-staff, with the same": "Bob",
};
const ASKERS: readonly (readonly [who: string, place: string])[] = [
  ["Carol", "#general"],
  ["Mona", "a thread of #general"],
  ["Dora", "#random"],
  ["Bob", "#staff"],
  ["Alice", "a thread of #staff"],
  ["Sam", "#staff-too"],
  ["Carol", "#members"],
  ["Alice", "#members-too"],
  ["Bob", "a private thread"],
  ["Carol", "a private thread"],
  ["Mona", "a private thread"],
  ["Dora", "#news"],
  ["Alice", "Alice's direct messages"],
  ["Bob", "Bob's direct messages"],
  ["Dora", "Dora's direct messages with Romy"],
  ["Dora", "#world, with a persona for everywhere"],
  ["Sam", "#world-staff, with the same"],
];

const seat = (who: string, place: string, memory = MEMORY[place] ?? ""): Seat => ({ who, in: place, memory });

type Overwrites = Parameters<RapportDiscord["discord"]["setOverwrites"]>[1];
/** Only who has this role sees the channel. */
const only = (who: string): Overwrites => [
  { who: "@everyone", deny: ["ViewChannel"] },
  { who, allow: ["ViewChannel"] },
  { who: "Rapport", allow: ["ViewChannel"] },
];
const open: Overwrites = [];

let server: TestServer;
let bot: TestBot<RapportDiscord>;
let inspector: Inspector;
const model = new TellingModel();
const threads = new Map<string, string>();
let hunt: Hunt;

const ground: Ground = {
  isThread: ({ in: place }) => !place.startsWith("#"),
  place: ({ who, in: place }) => {
    if (place.includes("direct messages")) return hunt.person(who).dm();
    return threads.get(place) ?? place.replace(/,.*/, "");
  },
  async more(of, person, { where, thread }) {
    const { id, manages } = bot.chat.discord.person(of.who);
    const looker = { id, name: of.who, manages };
    const panel = await inspector.place(thread, looker);
    const complete = person.can("complete");
    const offered = await Promise.all([
      complete(where, "persona use", { name: "name", typed: "" }),
      complete(where, "memory edit", { name: "block", typed: "" }),
      complete(where, "chat", { name: "persona", typed: "c" }),
    ]);
    const menu = [];
    const said = person.view(where).findLast(({ author }) => author === of.who);
    if (said && !ground.isThread(of)) {
      const form = await person.picks(said, "Ask a persona about this");
      menu.push(form.text, JSON.stringify(form.form));
    }
    return [
      ["the panel of the page", JSON.stringify(panel ?? null)],
      ["what is offered while typing", JSON.stringify(offered)],
      // Holds the words of the message itself.
      ...(menu.length > 0 ? [["the menu of a message", menu.join("\n")] as const] : []),
    ];
  },
};

const becomes = (channel: string, overwrites: Overwrites) =>
  hunt.becomes(channel, () => bot.chat.discord.setOverwrites(channel.slice(1), overwrites));

beforeAll(async () => {
  server = await storyServer();
  bot = await startBot(server, { model });
  const { discord } = bot.chat;
  for (const name of ["Mona", "Dora", "Sam"]) discord.addPerson(name);
  discord.createRole("Staff");
  discord.createRole("Member");
  discord.createRole("Mods", ["ManageThreads"]);
  for (const name of ["Bob", "Sam"]) discord.giveRole(name, "Staff");
  discord.giveRole("Carol", "Member");
  discord.giveRole("Mona", "Mods");
  for (const name of ["staff", "staff-too", "members", "members-too", "world", "world-staff"])
    discord.addChannel(name);
  discord.addChannel("news", { type: 5 });
  for (const name of ["staff", "staff-too", "world-staff"]) discord.setOverwrites(name, only("Staff"));
  discord.setOverwrites("members", only("Member"));
  // The same people, said in other words.
  discord.setOverwrites("members-too", [...only("Member"), { who: "Staff", deny: ["ViewChannel"] }]);
  hunt = new Hunt(bot, model, ground);
  inspector = new BotInspector(bot.app, discordPlaces(discord.guildId));

  const alice = hunt.person("Alice");
  const form = await alice.opens("#general", "/persona create");
  await alice.submits(form, { name: "Globe", instructions: "You are Globe.", scope: "global" });
  for (const channel of ["#world", "#world-staff"])
    await alice.uses(channel, "/persona use", { name: "globe" });
  const dora = hunt.person("Dora");
  await dora.uses(await dora.dm(), "/persona use", { name: "dating_coach" });

  const bob = hunt.person("Bob");
  threads.set("a thread of #general", await bob.begins("#general", "a thread"));
  threads.set("a thread of #staff", await bob.begins("#staff", "a thread"));
  const corner = await bob.can("openPrivateThread")("#general", "a corner");
  await bob.can("letIn")(corner, "Carol");
  threads.set("a private thread", corner);
  await bob.asks(corner, "@Rapport hello", /I know/);
});
afterAll(async () => {
  await bot.stop();
  await server.close();
});

/** Hundreds of questions, on a machine that may have other work. */
const PATIENCE_MS = 150_000;

test(
  "what is told in a place comes out where the same people read, and nowhere else",
  async () => {
    await Promise.all(Object.entries(TELLER).map(([place, who]) => hunt.tells(seat(who, place))));
    expect(await hunt.faults(ASKERS.map(([who, place]) => seat(who, place)))).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  "a channel that is opened, closed or published has another memory, and its old one when that is undone",
  async () => {
    await becomes("#staff", open);
    await becomes("#random", only("Staff"));
    await becomes("#news", only("Staff"));
    expect(
      await hunt.faults([
        seat("Carol", "#staff", "everyone here"),
        seat("Mona", "a thread of #staff", "everyone here"),
        seat("Bob", "#random", "@Staff"),
        seat("Alice", "#news", "@Staff, and those who follow #news"),
      ]),
    ).toEqual([]);
    const thread = threads.get("a thread of #staff") ?? "";
    await hunt.person("Mona").asks(thread, "@Rapport once more", /I know/);
    const notes = hunt
      .person("Mona")
      .view(thread)
      .filter(({ text }) => text.includes("Other people can read"));
    expect(notes).toHaveLength(1);
    await becomes("#staff", only("Staff"));
    await becomes("#random", open);
    await becomes("#news", open);
    expect(
      await hunt.faults([
        seat("Bob", "#staff"),
        seat("Alice", "a thread of #staff"),
        seat("Mona", "#random"),
        seat("Dora", "#news"),
      ]),
    ).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  "who is given a role or let into a thread reads what was told before such people, and no more",
  async () => {
    bot.chat.discord.giveRole("Carol", "Staff");
    await hunt.person("Bob").can("letIn")(threads.get("a private thread") ?? "", "Dora");
    expect(await hunt.faults([seat("Carol", "#staff"), seat("Dora", "a private thread")])).toEqual([]);
  },
  PATIENCE_MS,
);

test("a persona that is for one person says nothing where others read", async () => {
  const [alice, dora] = [hunt.person("Alice"), hunt.person("Dora")];
  await alice.uses("#support", "/persona use", { name: "dating_coach" });
  const at = seat("Dora", "#support, to Romy", "Dora and Romy");
  const dm = await dora.dm();
  const before = dora.view(dm).at(-1);
  await dora.says("#support", `@Rapport ${askedIn(nameOf(at))}`);
  const answer = await dora.reads(dm, /I know/, before);
  const [own] = hunt.told.filter(({ memory }) => memory === at.memory);
  expect(wordsIn(answer.text)).toEqual([own?.word]);
  await dora.uses("#support", "/chat", { message: askedIn(nameOf(at)), persona: "dating_coach" });
  await bot.idle();
  const refused = [
    await dora.uses("#support", "/memory show"),
    await dora.uses("#support", "/memory search", { query: "canary" }),
    await dora.uses("#support", "/memory forget", { what: "canary" }),
  ];
  const seen = [...hunt.person("Carol").view("#support"), ...refused].map(({ text }) => text).join("\n");
  expect(wordsIn(seen)).toEqual([]);
});

test("who may not read a memory changes nothing in it, by whatever way", async () => {
  const alice = hunt.person("Alice");
  const exported = async () => (await alice.uses("#staff", "/memory export")).file();
  const staff = await exported();
  const word = wordsIn(staff)[0] ?? "";
  const { memory } = bot.app.services;
  const keys = await Promise.all(
    (await bot.storage.agents.list("personal_assistant")).map(async ({ agent }) =>
      memory.passages(agent, { limit: 9 }),
    ),
  );
  const passage = keys.flat().find(({ text }) => text.includes(word));
  expect(passage).toBeDefined();
  for (const text of [
    `memory forget ${word}`,
    `memory forget passage=${passage?.id}`,
    `memory forget block=human line="the word is ${word}"`,
    `memory edit block=human value=gone`,
    `memory remember ${newWord()}`,
  ])
    await hunt.types("Dora", "#general", text);
  await hunt.tells(seat("Dora", "#general"));
  await bot.idle();
  expect(await exported()).toBe(staff);
});

test("a question that another asks again, and talk below an old answer, hear what those who read there now may know", async () => {
  const [bob, dora] = [hunt.person("Bob"), hunt.person("Dora")];
  const of = (memory: string) => hunt.told.filter((each) => each.memory === memory).map(({ word }) => word);
  const asked = seat("Bob", "#staff, asked again", "@Staff");
  const thread = await bob.begins("#staff", `@Rapport ${askedIn(nameOf(asked))}`);
  const old = await bob.reads(thread, /I know/);
  expect(new Set(wordsIn(old.text))).toEqual(new Set(of("@Staff")));
  await becomes("#staff", open);
  const from = model.sent.length;
  await dora.uses(thread, "/conversation retry");
  const again = await dora.reads(thread, /I know/, old);
  const below = await dora.asks(thread, askedIn(nameOf(asked)), /I know/);
  for (const { text } of [again, below])
    expect(wordsIn(text)).toEqual(expect.arrayContaining(of("everyone here")));
  const others = hunt.told.filter(({ memory }) => memory !== "everyone here");
  const out = wordsIn(JSON.stringify([again.text, below.text, model.sent.slice(from)]));
  expect(others.filter(({ word }) => out.includes(word))).toEqual([]);
  await becomes("#staff", only("Staff"));
});

test("no word stands in the log or in what is measured", async () => {
  const metrics = await (await new Caller(bot).request("/metrics")).text();
  const logged = bot.log.lines.filter(({ level }) => level !== "debug");
  expect(logged.length).toBeGreaterThan(100);
  expect(wordsIn(metrics + JSON.stringify(logged))).toEqual([]);
});
