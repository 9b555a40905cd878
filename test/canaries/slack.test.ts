import type { SlackPerson } from "@rapport/slack-emulator";
import { eventually } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BotInspector } from "../../src/inspector/bot-inspector.ts";
import { slackPlaces } from "../../src/inspector/place-naming.ts";
import type { Inspector } from "../../src/playground/protocol/insight.ts";
import { startBot, storyServer, type TestBot } from "../harness/bot.ts";
import { Caller } from "../harness/caller.ts";
import type { RapportSlack } from "../harness/chats.ts";
import type { TestServer } from "../storage/servers/databases.ts";
import { Hunt } from "./hunt.ts";
import { newWord, type Seat, wordsIn } from "./seats.ts";
import { askedIn, TellingModel, tellIn } from "./telling-model.ts";
import { type Ground, nameOf } from "./ways.ts";

/*
 * A word is told in each kind of place on Slack, and everybody tries every way to read it.
 *
 * The table: what was told in a place comes out in places of the same memory, and in no other. Guests of an open channel
 * have a memory of their own there.
 */
const MEMORY: Readonly<Record<string, string>> = {
  "#general": "everyone here",
  "a thread of #general": "everyone here",
  "#random": "everyone here",
  "#general, as a guest": "the guests of #general",
  "#plans": "those in #plans",
  "#plans, as a guest": "those in #plans",
  "a group": "those in the group",
  "#shared": "those in #shared with Beta",
  "#deal": "those in #deal",
  "Alice's direct messages": "Alice",
  "Bob's direct messages": "Bob",
  "Gus's direct messages": "Gus",
  "Carol's direct messages with Romy": "Carol and Romy",
  "#world, with a persona for everywhere": "that persona everywhere",
  "#world-plans, with the same": "that persona in #world-plans",
};

/** Who tells the word of a place; and who asks there. */
const TELLER: Readonly<Record<string, string>> = {
  "#general": "Alice",
  "a thread of #general": "Bob",
  "#general, as a guest": "Gus",
  "#plans": "Bob",
  "a group": "Alice",
  "#shared": "Alice",
  "#deal": "Carol",
  "Alice's direct messages": "Alice",
  "Bob's direct messages": "Bob",
  "Gus's direct messages": "Gus",
  "Carol's direct messages with Romy": "Carol",
  "#world, with a persona for everywhere": "Carol",
  "#world-plans, with the same": "Bob",
};
const ASKERS: readonly (readonly [who: string, place: string])[] = [
  ["Carol", "#general"],
  ["Alice", "a thread of #general"],
  ["Carol", "#random"],
  ["Gina", "#general, as a guest"],
  ["Alice", "#plans"],
  ["Gina", "#plans, as a guest"],
  ["Bob", "a group"],
  ["Bob", "#shared"],
  ["Bob of Beta", "#shared"],
  ["Alice", "#deal"],
  ["Alice", "Alice's direct messages"],
  ["Bob", "Bob's direct messages"],
  ["Gus", "Gus's direct messages"],
  ["Carol", "Carol's direct messages with Romy"],
  ["Dora", "#world, with a persona for everywhere"],
  ["Dora", "#world-plans, with the same"],
];

const GUESTS = ["Gus", "Gina"];
const seat = (who: string, place: string, memory = MEMORY[place] ?? ""): Seat => ({
  who,
  in: place,
  memory,
  ...(GUESTS.includes(who) && place.startsWith("#") && { without: ["/memory forget"] }),
  // Files come to direct messages, and they have none here.
  ...(who.includes(" of ") && { without: ["/memory forget", "/memory export"] }),
});

/** Hundreds of questions, on a machine that may have other work. */
const PATIENCE_MS = 150_000;

let server: TestServer;
let bot: TestBot<RapportSlack>;
let inspector: Inspector;
let hunt: Hunt;
const model = new TellingModel();
const threads = new Map<string, string>();

const ground: Ground = {
  isThread: ({ in: place }) => /direct messages|thread/.test(place),
  onlyText: ({ who }) => who.includes(" of "),
  place: ({ who, in: place }) => {
    if (place.includes("direct messages")) return hunt.person(who).dm();
    return threads.get(place) ?? place.replace(/,.*/, "");
  },
  async more(of, person, { where, thread }) {
    const { id, manages, teamId } = handsOf(of.who);
    const guest = GUESTS.includes(of.who) ? ("guest" as const) : undefined;
    const standing = teamId === bot.chat.slack.teamId ? guest : ("outsider" as const);
    const panel = await inspector.place(thread.replace("/", "."), { id, name: of.who, manages, standing });
    const said = person.view(where).findLast(({ author }) => author === of.who);
    const form =
      said && !ground.onlyText?.(of) && !ground.isThread(of)
        ? await person.picks(said, "Ask a persona about this")
        : undefined;
    return [
      ["the panel of the page", JSON.stringify(panel ?? null)],
      ["the menu of a message", JSON.stringify(form ?? null)],
    ];
  },
};

function handsOf(name: string): SlackPerson {
  const [who = name, workspace] = name.split(" of ");
  return (workspace === undefined ? bot.chat.slack : bot.chat.slack.workspace(workspace)).person(who);
}

beforeAll(async () => {
  server = await storyServer();
  bot = await startBot(server, { platform: "slack", model });
  const { slack } = bot.chat;
  slack.limits.switchOff();
  slack.addPerson("Dora");
  for (const name of ["plans", "deal", "world-plans"]) slack.addChannel(name, { isPrivate: true });
  for (const name of ["shared", "world"]) slack.addChannel(name);
  slack.addGuest("Gus", { channels: ["general"] });
  slack.addGuest("Gina", { channels: ["general", "plans"] });
  slack.addWorkspace("Beta");
  slack.shareChannel("shared", "Beta");
  threads.set("a group", slack.addGroupDm(["Alice", "Bob"]).id);
  hunt = new Hunt(bot, model, ground);
  inspector = new BotInspector(bot.app, slackPlaces(slack.teamId));

  const [alice, carol] = [hunt.person("Alice"), hunt.person("Carol")];
  const form = await alice.opens("#general", "/persona create");
  await alice.submits(form, { name: "Globe", instructions: "You are Globe.", scope: "global" });
  for (const channel of ["#world", "#world-plans"])
    await alice.uses(channel, "/persona use", { name: "globe" });
  await carol.uses(await carol.dm(), "/persona use", { name: "dating_coach" });
  const thread = await hunt.person("Bob").begins("#general", "a thread");
  await hunt.person("Bob").reads(thread);
  threads.set("a thread of #general", thread);
});
afterAll(async () => {
  await bot.stop();
  await server.close();
});

test(
  "what is told in a place comes out where the same people read, and nowhere else",
  async () => {
    // In direct messages everybody says one thing after the other.
    const names = [...new Set(Object.values(TELLER))];
    await Promise.all(
      names.map(async (name) => {
        for (const [place, who] of Object.entries(TELLER))
          if (who === name) await hunt.tells(seat(who, place));
      }),
    );
    expect(await hunt.faults(ASKERS.map(([who, place]) => seat(who, place)))).toEqual([]);
  },
  PATIENCE_MS,
);

test("the Home of everybody shows what is remembered of them alone", async () => {
  for (const who of ["Alice", "Bob", "Carol", "Dora", "Gus", "Gina"]) {
    const person = handsOf(who);
    await person.openHome();
    const home = await eventually(`the Home of ${who}`, () => person.home());
    const own = hunt.told.filter(({ in: place }) => place.startsWith(`${who}'s`)).map(({ word }) => word);
    expect(wordsIn(JSON.stringify(home)), who).toEqual(own);
  }
});

test(
  "a channel that is opened, closed or shared has another memory, and its old one when that is undone",
  async () => {
    const { slack } = bot.chat;
    await hunt.becomes("#plans", () => slack.makePublic("plans"));
    await hunt.becomes("#random", () => slack.makePrivate("random"));
    await hunt.becomes("#deal", () => slack.shareChannel("deal", "Beta"));
    await hunt.becomes("#shared", () => slack.unshareChannel("shared", "Beta"));
    expect(
      await hunt.faults([
        seat("Dora", "#plans", "everyone here"),
        seat("Gina", "#plans, as a guest", "the guests of #plans"),
        seat("Alice", "#random", "those in #random"),
        seat("Bob of Beta", "#deal", "those in #deal with Beta"),
        seat("Carol", "#deal", "those in #deal with Beta"),
        seat("Bob", "#shared", "everyone here"),
      ]),
    ).toEqual([]);
    await hunt.becomes("#plans", () => slack.makePrivate("plans"));
    await hunt.becomes("#random", () => slack.makePublic("random"));
    await hunt.becomes("#deal", () => slack.unshareChannel("deal", "Beta"));
    slack.addWorkspace("Gamma");
    await hunt.becomes("#shared", () => slack.shareChannel("shared", "Gamma"));
    expect(
      await hunt.faults([
        seat("Gina", "#plans, as a guest"),
        seat("Carol", "#random"),
        seat("Alice", "#deal"),
        seat("Bob of Gamma", "#shared", "those in #shared with Gamma"),
      ]),
    ).toEqual([]);
    slack.unshareChannel("shared", "Gamma");
    await hunt.becomes("#shared", () => slack.shareChannel("shared", "Beta"));
    expect(await hunt.faults([seat("Dora", "#shared")])).toEqual([]);
  },
  PATIENCE_MS,
);

test("what people of another company say is answered, and nothing of it is noted", async () => {
  const word = newWord();
  const outsider = hunt.person("Bob of Beta");
  const at = seat("Bob of Beta", "#shared");
  const thread = await outsider.begins("#shared", `@Rapport ${tellIn(nameOf(at), word)}`);
  await outsider.reads(thread, /I know/);
  for (const text of [
    `memory remember ${word}`,
    `memory forget canary`,
    `memory edit block=human value=${word}`,
    "persona use name=dating_coach",
  ])
    await hunt.types("Bob of Beta", "#shared", text);
  await bot.idle();
  const { memory } = bot.app.services;
  const all = await bot.storage.agents.list();
  expect(all.length).toBeGreaterThan(8);
  const kept = await Promise.all(
    all.map(async ({ agent }) => [await memory.blocks(agent), await memory.passages(agent, { limit: 100 })]),
  );
  const text = JSON.stringify(kept);
  expect(wordsIn(text)).not.toContain(word);
  for (const { word: own } of hunt.told) expect(wordsIn(text)).toContain(own);
});

test("a question that another asks again, and talk below an old answer, hear what those who read there now may know", async () => {
  const { slack } = bot.chat;
  const [bob, dora] = [hunt.person("Bob"), hunt.person("Dora")];
  const of = (memory: string) => hunt.told.filter((each) => each.memory === memory).map(({ word }) => word);
  const asked = seat("Bob", "#plans, asked again", MEMORY["#plans"]);
  const own = of(asked.memory);
  expect(own).not.toEqual([]);
  const thread = await bob.begins("#plans", `@Rapport ${askedIn(nameOf(asked))}`);
  const old = await bob.reads(thread, /I know/);
  expect(new Set(wordsIn(old.text))).toEqual(new Set(own));
  await hunt.becomes("#plans", () => slack.makePublic("plans"));
  const from = model.sent.length;
  const retried = await dora.says(thread, "@Rapport conversation retry");
  const again = await dora.reads(thread, /I know/, retried);
  const below = await dora.asks(thread, `@Rapport ${askedIn(nameOf(asked))}`, /I know/);
  for (const { text } of [again, below]) expect(new Set(wordsIn(text))).toEqual(new Set(of("everyone here")));
  expect(own.filter((word) => JSON.stringify(model.sent.slice(from)).includes(word))).toEqual([]);
  await hunt.becomes("#plans", () => slack.makePrivate("plans"));
});

test("a second workspace with the same app is not heard, and reads nothing", async () => {
  const other = bot.chat.slack.addWorkspace("Delta");
  other.install();
  const asked = model.sent.length;
  const person = other.person("Alice");
  const general = other.channel("general").id;
  for (const text of [askedIn("Alice of Delta"), "memory show", "memory search canary", "memory export"])
    await person.say(general, `@Rapport ${text}`);
  await person.say((await person.openDm()).id, askedIn("Alice of Delta"));
  await person.slash(general, "memory", "search canary").catch(() => undefined);
  await person.openHome();
  // Whoever is heard after it shows that it was let go by.
  await hunt.person("Dora").reads(await hunt.person("Dora").begins("#random", askedIn("nobody")), /I know/);
  await bot.idle();
  expect(model.sent.slice(asked).some(({ seat: name }) => name?.includes("Delta"))).toBe(false);
  const seen = person
    .places()
    .flatMap(({ id }) => person.messages(id))
    .filter(({ author }) => author.isApp);
  expect(wordsIn(JSON.stringify([seen, person.home() ?? null]))).toEqual([]);
});

test("no word stands in the log or in what is measured", async () => {
  const metrics = await (await new Caller(bot).request("/metrics")).text();
  const logged = bot.log.lines.filter(({ level }) => level !== "debug");
  expect(logged.length).toBeGreaterThan(100);
  expect(wordsIn(metrics + JSON.stringify(logged))).toEqual([]);
});
