import { type LettaServer, offlineModel, startLettaServer } from "@rapport/letta-server";
import { Person, systemClock } from "@rapport/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databaseAt, type TestDatabase } from "../../emulators/database.ts";
import { storyServer } from "../../harness/bot.ts";
import type { RapportChat } from "../../harness/chats.ts";
import { PLATFORMS, startChat } from "../../harness/platforms.ts";
import { type ConnectProxy, startConnectProxy } from "../../harness/tools/connect-proxy.ts";
import type { TestServer } from "../../storage/servers/databases.ts";
import { Processes } from "../../storage/servers/processes.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

/*
 * A network with one way out. The platform and Letta are at addresses that nobody answers at (RFC 5737), except by way of
 * the proxy.
 */

const BOT = new URL("../../harness/bot-process.ts", import.meta.url);
const PLATFORM = "192.0.2.1";
const LETTA = "192.0.2.2";

let server: TestServer;
beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

describe.each(PLATFORMS)("%s behind a proxy", (platform) => {
  let proxy: ConnectProxy;
  let around: TestDatabase;
  let letta: LettaServer;
  let chat: RapportChat;
  const processes = new Processes();

  beforeAll(async () => {
    const databaseUrl = await server.migratedDatabase();
    proxy = await startConnectProxy();
    around = databaseAt(databaseUrl);
    letta = await startLettaServer({
      db: around,
      model: offlineModel({ clock: systemClock, wordDelayMs: 0 }),
    });
    chat = await startChat(platform, { address: PLATFORM });
    await processes.start(BOT, {
      databaseUrl,
      lettaUrl: letta.url.replace("127.0.0.1", LETTA),
      connection: chat.connection,
      proxy: { http: proxy.url, direct: [] },
    });
  });
  afterAll(async () => {
    await processes.killAll();
    await chat.stop();
    await letta.stop();
    await around.close();
    await proxy.stop();
  });

  test("the bot hears and answers, and everything it says outside goes through the proxy", async () => {
    const alice = new Person(chat, "Alice");
    const thread = await alice.begins("#general", "my dog is called Rex");
    await alice.reads(thread);
    await alice.asks(thread, "what is my dog called?", /Rex/);
    const through = (host: string, what: RegExp) =>
      proxy.asked.some((asked) => asked.host === host && what.test(asked.begins));
    expect(through(LETTA, /^(GET|POST) \/v1\//)).toBe(true);
    expect(through(PLATFORM, /^(GET|POST|PUT) \/api\//)).toBe(true);
    expect(through(PLATFORM, /^upgrade: websocket\r$/im)).toBe(true);
    // The database is on this machine.
    expect(new Set(proxy.asked.map(({ host }) => host))).toEqual(new Set([LETTA, PLATFORM]));
  });

  test("a picture that somebody sends is fetched through it too", async () => {
    const alice = new Person(chat, "Alice");
    const thread = await alice.begins("#general", "hello");
    await alice.reads(thread);
    const said = await alice.says(thread, "look at this", [
      { name: "dot.png", contentType: "image/png", data: PNG },
    ]);
    await alice.reads(thread, /./s, said);
    const shown = letta.requestsToModel.flatMap(({ messages }) =>
      messages.flatMap(({ images = [] }) => images),
    );
    expect(shown).toContain(`data:image/png;base64,${PNG.toString("base64")}`);
  });
});
