import { eventually, Person } from "@rapport/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { databaseAt, type TestDatabase } from "../../emulators/database.ts";
import { storyServer } from "../../harness/bot.ts";
import type { RapportChat } from "../../harness/chats.ts";
import { startChat } from "../../harness/platforms.ts";
import type { TestServer } from "../../storage/servers/databases.ts";
import { Processes, type Started } from "../../storage/servers/processes.ts";

/* A Letta that dies in mid-answer leaves a run that seems to go on for ever. */

const BOT = new URL("../../harness/bot-process.ts", import.meta.url);
const LETTA = new URL("../../harness/letta-process.ts", import.meta.url);
const FOUND_WITHIN_MS = 5_000;
const MINUTE_MS = 60_000;

let server: TestServer;
let around: TestDatabase;
let letta: Started;
let lettaUrl: string;
let databaseUrl: string;
let chat: RapportChat;
let alice: Person;
let bot: Started;
let settings: object;
const processes = new Processes();

beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

beforeEach(async () => {
  databaseUrl = await server.migratedDatabase();
  around = databaseAt(databaseUrl);
  letta = await processes.start(LETTA, { databaseUrl });
  lettaUrl = z.string().parse(letta.said);
  chat = await startChat("discord");
  alice = new Person(chat, "Alice");
  settings = { databaseUrl, lettaUrl, connection: chat.connection };
  bot = await processes.start(BOT, settings);
});
afterEach(async () => {
  await processes.killAll();
  await chat.stop();
  await around.close();
});

async function lettaComesBack(): Promise<void> {
  letta = await processes.start(LETTA, { databaseUrl, port: Number(new URL(lettaUrl).port) });
}

const wasFoundAway = () =>
  eventually("it was found away", async () => {
    const { rows } = await around.query("select from rapport.agent_outage where gone_at is not null");
    return rows.length > 0;
  });

async function isAsked(times: number, withinMs = FOUND_WITHIN_MS): Promise<void> {
  const since = performance.now();
  await eventually(`Letta is asked ${times} times`, async () => {
    const { rows } = await around.query("select from letta.runs");
    return rows.length === times;
  });
  expect(performance.now() - since).toBeLessThan(withinMs);
}

async function isAnsweredOnce(thread: string, growing: string): Promise<void> {
  const answer = await alice.reads(thread, "six seven");
  expect(answer.id).toBe(growing);
  expect(alice.view(thread).filter(({ isBot }) => isBot)).toHaveLength(1);
  const { rows } = await around.query("select from rapport.dead_letter");
  expect(rows).toEqual([]);
}

test("killed in mid-answer, its answer is found lost within seconds of its return, and asked again", async () => {
  const thread = await alice.begins("#general", "DRIP one two three four five six seven");
  const growing = await alice.sees(thread, "one");
  await letta.kill();
  await wasFoundAway();
  await lettaComesBack();
  await isAsked(2);
  await isAnsweredOnce(thread, growing.id);
});

test("killed together with the bot, and seen away by a process that is no more, likewise", async () => {
  const thread = await alice.begins("#general", "DRIP one two three four five six seven");
  const growing = await alice.sees(thread, "one");
  await Promise.all([letta.kill(), bot.kill()]);
  const witness = await processes.start(BOT, settings);
  await wasFoundAway();
  await witness.kill();
  await lettaComesBack();
  await processes.start(BOT, settings);
  await isAsked(2);
  await isAnsweredOnce(thread, growing.id);
});

test(
  "killed together with the bot, and seen away by nobody, within a minute",
  async () => {
    const thread = await alice.begins("#general", "DRIP one two three four five six seven");
    const growing = await alice.sees(thread, "one");
    await Promise.all([letta.kill(), bot.kill()]);
    await lettaComesBack();
    const clockSpeed = 5;
    await processes.start(BOT, { ...settings, clockSpeed });
    const { rows } = await around.query("select from rapport.agent_outage where gone_at is not null");
    expect(rows).toEqual([]);
    await isAsked(2, MINUTE_MS / clockSpeed);
    await isAnsweredOnce(thread, growing.id);
  },
  MINUTE_MS,
);

test("what waits for Letta goes on at its return, however long it had waited", async () => {
  await letta.kill();
  const thread = await alice.begins("#general", "hello");
  await alice.sees(thread, "keep trying until");
  await eventually("it waits", async () => {
    const { rows } = await around.query(
      "update rapport.lane set ready_at = now() + interval '1 hour' where waits_for = 'agents' returning lane",
    );
    return rows.length > 0;
  });
  await lettaComesBack();
  await isAsked(1);
  await alice.reads(thread, "echo: [Alice] hello");
});
