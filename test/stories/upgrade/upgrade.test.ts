import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import { PLATFORMS } from "../../harness/platforms.ts";
import { run, type TestServer } from "../../storage/servers/databases.ts";

/**
 * What 0.1.0 kept on each platform, as pg_dump wrote it: of the bot, of our Letta server and of the emulated platform.
 * Alice had told Ada of her tea and had the name of a boat remembered; Bob had said when a meeting is, told a secret in
 * direct messages and made the persona Wren; Alice had talked with Romy, who learns for one person alone.
 */
const dumpOf = (platform: string) => path.resolve("test/stories/upgrade", `0.1.0-${platform}.sql`);

let server: TestServer;
beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

describe.each(PLATFORMS)("a database kept from 0.1.0 on %s", (platform) => {
  let bot: TestBot;
  beforeAll(async () => {
    const databaseUrl = await server.emptyDatabase();
    await run(databaseUrl, await readFile(dumpOf(platform), "utf8"));
    bot = await startBot(server, { platform, databaseUrl });
  });
  afterAll(() => bot.stop());

  /** Where an answer was given to what Alice said. */
  function threadOf(channel: string, words: string): string {
    const alice = bot.chat.driver("Alice");
    const said = alice.readMessages(channel).find(({ text }) => text.includes(words));
    const thread = said && alice.threadBelow(said);
    if (thread === undefined) throw new Error(`no thread in ${channel} is about “${words}”`);
    return thread;
  }

  test("opens with what its personas remember of a server", async () => {
    const { text } = await bot.carol.uses("#general", "/memory show");
    expect(text).toContain("Alice's favourite tea is lapsang souchong.");
    expect(text).toContain("The boat is called Wanderer.");
    expect(text).not.toMatch(/canary|Robin/);
  });

  test("opens what was told in direct messages there, and nowhere else", async () => {
    const dm = await bot.bob.dm();
    await bot.bob.asks(dm, "what do you know about me?", /purple canary/i);
    const thread = await bot.bob.begins("#general", "what do you know about me?");
    expect((await bot.bob.reads(thread)).text).not.toMatch(/canary/i);
  });

  test("opens what a persona for one person has learnt in their direct messages", async () => {
    const dm = await bot.alice.dm();
    await bot.alice.uses(dm, "/persona use", { name: "dating_coach" });
    await bot.alice.asks(dm, "what do you know about me?", /Robin/);
  });

  test("goes on with a thread in the conversation that it had", async () => {
    const thread = threadOf("#general", "lapsang souchong");
    const before = await bot.bindings(thread);
    const found = await bot.bob.uses(thread, "/memory search", { query: "Tuesday" });
    expect(found.text).toContain("our meeting is on Tuesday at four");
    await bot.alice.asks(thread, "what do you know about me?", /lapsang souchong/i);
    expect((await bot.bindings(thread)).map(({ conversation }) => conversation)).toEqual(
      before.map(({ conversation }) => conversation),
    );
  });

  test("has the personas that people made, and their authors edit them", async () => {
    const { text } = await bot.carol.uses("#general", "/persona list");
    expect(text).toContain("Wren");
    const edit = await bot.bob.opens("#general", "/persona edit", { name: "wren" });
    expect(edit.fields.map(({ value }) => value).join()).toContain("keeper of the night watch");
  });
});
