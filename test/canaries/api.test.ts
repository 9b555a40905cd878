import { afterAll, beforeAll, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../harness/bot.ts";
import { Caller } from "../harness/caller.ts";
import type { TestServer } from "../storage/servers/databases.ts";
import { faultsIn, type Got, newWord, type Seat, type Told } from "./seats.ts";
import { askedIn, TellingModel, tellIn } from "./telling-model.ts";
import { nameOf } from "./ways.ts";

/*
 * Whoever speaks through the HTTP API has a memory of their own: each user who is named, all together who are not. Nothing
 * of it is known in a chat, and nothing of a chat in it.
 */
const MEMORY: Readonly<Record<string, string>> = {
  "the API as alice": "alice of the API",
  "the API as bob": "bob of the API",
  "the API without a name": "all who are not named",
  "#general": "everyone on Discord",
  "Alice's direct messages": "Alice on Discord",
};
const USERS: Readonly<Record<string, string | undefined>> = {
  "the API as alice": "alice",
  "the API as bob": "bob",
  "the API without a name": undefined,
};
const PERSONA = "personal_assistant";

let server: TestServer;
let bot: TestBot;
let caller: Caller;
const model = new TellingModel();
const told: Told[] = [];

const seat = (place: string): Seat => ({ who: "a program", in: place, memory: MEMORY[place] ?? "" });

beforeAll(async () => {
  server = await storyServer();
  bot = await startBot(server, { model });
  caller = new Caller(bot);
});
afterAll(async () => {
  await bot.stop();
  await server.close();
});

async function says(place: string, message: string, conversation?: string): Promise<string> {
  const user = USERS[place];
  const response = await caller.request("/api/chat", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ persona: PERSONA, message, user, conversation_id: conversation }),
  });
  return response.text();
}

async function gets(path: string, query: Readonly<Record<string, string>>, place: string): Promise<string> {
  const user = USERS[place];
  const all = new URLSearchParams({ ...query, ...(user !== undefined && { user }) });
  return (await caller.request(`${path}?${all}`)).text();
}

const COMMANDS = [
  ["/memory show", "!memory show"],
  ["/memory show archive", "!memory show archive"],
  ["/memory show recall", "!memory show recall"],
  ["/memory search", "!memory search canary"],
  ["/memory export", "!memory export"],
  ["/memory forget", "!memory forget canary"],
  ["/conversation list", "!conversation list"],
  ["/persona info", "!persona info"],
] as const;

test("what is told by the API comes out for the same user, and for nobody else on any platform", async () => {
  for (const place of Object.keys(MEMORY)) {
    const word = newWord();
    const text = tellIn(nameOf(seat(place)), word);
    if (place in USERS) await says(place, text, "diary");
    else if (place.startsWith("#")) await bot.alice.reads(await bot.alice.begins(place, text), /I know/);
    else await bot.alice.asks(await bot.alice.dm(), text, /I know/);
    told.push({ word, in: place, memory: MEMORY[place] ?? "" });
  }
  const asked = model.sent.length;
  const got: Got[] = [];
  for (const place of Object.keys(USERS)) {
    const add = (way: string, text: string) => got.push({ seat: seat(place), way, text });
    add("asking", await says(place, askedIn(nameOf(seat(place)))));
    for (const [way, text] of COMMANDS) add(way, await says(place, text));
    // A conversation of somebody else's name is another one, and so is one that only bears the name of a person.
    for (const conversation_id of ["diary", "alice", "web.alice", "web.alice/diary"]) {
      add("history", await gets("/api/conversation/history", { conversation_id }, place));
      add("memory", await gets("/api/memory", { persona: PERSONA, conversation_id }, place));
    }
    add("/memory show", await gets("/api/memory", { persona: PERSONA }, place));
    add("personas", await gets("/api/personas", {}, place));
  }
  const chat: Seat = { ...seat("#general"), who: "Alice" };
  const thread = await bot.alice.begins("#general", askedIn(nameOf(chat)));
  got.push({ seat: chat, way: "asking", text: (await bot.alice.reads(thread, /I know/)).text });
  const seats = [...Object.keys(USERS).map(seat), chat];
  for (const { seat: name, text } of model.sent.slice(asked)) {
    const known = seats.find((each) => nameOf(each) === name);
    got.push({ seat: known ?? seat("no seat"), way: "what the model was sent", text });
  }
  expect(faultsIn(got, told)).toEqual([]);
}, 120_000);
