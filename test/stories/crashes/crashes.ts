import { type LettaServer, scriptedModel, startLettaServer } from "@rapport/letta-server";
import { eventually, Person, systemClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { databaseAt, type TestDatabase } from "../../emulators/database.ts";
import { storyServer } from "../../harness/bot.ts";
import type { RapportChat } from "../../harness/chats.ts";
import { type PlatformName, startChat } from "../../harness/platforms.ts";
import type { TestServer } from "../../storage/servers/databases.ts";
import { Processes, type Started } from "../../storage/servers/processes.ts";

const BOT = new URL("../../harness/bot-process.ts", import.meta.url);

/** What is true of a bot whose process is killed. Each platform has a file of its own, so that they run beside each other. */
export function tellOfCrashes(platform: PlatformName): void {
  let server: TestServer;
  let around: TestDatabase;
  let letta: LettaServer;
  let chat: RapportChat;
  let alice: Person;
  let settings: object;
  /** The one that runs now. */
  let bot: Started;
  const processes = new Processes();

  beforeAll(async () => {
    server = await storyServer();
    const databaseUrl = await server.migratedDatabase();
    around = databaseAt(databaseUrl);
    letta = await startLettaServer({ db: around, model: scriptedModel({ clock: systemClock }) });
    chat = await startChat(platform);
    alice = new Person(chat, "Alice");
    settings = { databaseUrl, lettaUrl: letta.url, connection: chat.connection };
    bot = await startProcess();
  });

  afterAll(async () => {
    await processes.killAll();
    await chat.stop();
    await letta.stop();
    await around.close();
    await server.close();
  });

  const startProcess = () => processes.start(BOT, settings);

  const timesAsked = (words: string) =>
    letta.requestsToModel.filter(({ messages }) => messages.at(-1)?.content.includes(words)).length;
  const answers = (thread: string) => alice.view(thread).filter(({ isBot }) => isBot);

  test("in mid-answer, the bot finishes that answer in the same message, and Letta is asked once", async () => {
    const thread = await alice.begins("#general", "DRIP one two three four five six seven");
    const growing = await alice.sees(thread, "one");
    await bot.kill();
    expect(growing.text).not.toContain("seven");
    bot = await startProcess();
    const answer = await alice.reads(thread, "six seven");
    expect(answer.id).toBe(growing.id);
    expect(answers(thread)).toHaveLength(1);
    expect(timesAsked("DRIP one")).toBe(1);
  });

  test("again and again while people talk, every message is answered once and in order", async () => {
    const thread = await alice.begins("#general", "DRIP begin");
    const words = ["alpha", "bravo", "charlie"];
    for (const word of words) {
      await alice.says(thread, `DRIP ${word}`);
      await eventually("the message is stored", async () => {
        const { rows } = await around.query("select 1 from rapport.turn where state = 'asked'");
        return rows.length > 0;
      });
      await bot.kill();
      bot = await startProcess();
    }
    await alice.reads(thread, "charlie");
    const shown = answers(thread)
      .map(({ text }) => text)
      .join("\n");
    const positions = words.map((word) => shown.indexOf(`DRIP ${word}`));
    expect(positions.every((position) => position >= 0)).toBe(true);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    for (const word of words) expect(shown.split(`DRIP ${word}`)).toHaveLength(2);
  });
}
