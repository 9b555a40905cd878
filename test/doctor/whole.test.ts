import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEADLINE_MS, examine } from "../../src/cli/doctor/examination.ts";
import { isHealthy, lines, verdict } from "../../src/cli/doctor/report.ts";
import { type SandboxDiscord, startSandboxDiscord } from "../../src/sandbox/discord/server.ts";
import { type SandboxLetta, startSandboxLetta } from "../../src/sandbox/letta/server.ts";
import { openStorage, type Storage } from "../../src/storage/storage.ts";
import { stopSandbox } from "../discord/adapter.ts";
import { ManualClock } from "../harness/manual-clock.ts";
import { embeddedServer, keepingLog, type TestServer } from "../storage/databases.ts";
import { examined, faultsIn, shown } from "./examined.ts";

const PASSWORD = "s3cret-letta";

let server: TestServer;
let url: string;
let storage: Storage;
let letta: SandboxLetta;
let discord: SandboxDiscord;
let real: Record<string, string>;

beforeAll(async () => {
  server = await embeddedServer();
  url = await server.scratch();
  storage = await openStorage({ url, log: keepingLog() });
  letta = await startSandboxLetta({ db: storage, password: PASSWORD });
  discord = await startSandboxDiscord();
  real = {
    DATABASE_URL: url,
    LETTA_BASE_URL: letta.url,
    LETTA_API_KEY: PASSWORD,
    LETTA_EMBEDDING: "none",
    DISCORD_TOKEN: discord.token,
  };
});
afterAll(async () => {
  await letta.stop();
  await stopSandbox(discord);
  await storage.close();
  await server.close();
});

const all = (settings: Record<string, string> = {}) =>
  examined({ ...real, ...settings }, { discordApiBase: discord.url });

test("when everything is well, a list says so, with the link that invites the bot", async () => {
  const found = await all();
  expect(verdict(found)).toBe("All is well.");
  expect(isHealthy(found)).toBe(true);
  expect(shown(found).replaceAll(/[\d.]{3,}/g, "N")).toMatchInlineSnapshot(`
    "  ✓ Node      Version N
      ✓ Settings  All settings can be used.
      ✓           4 personas; Ada answers where nobody was chosen.
      ✓ Database  PostgreSQL N answers.
      ✓           The user may make and use the schema rapport.
      ✓           Its clock agrees with ours.
      ✓           The tables are up to date.
      ✓ Letta     Version N answers at N:N
      ✓           It asks for a password, and takes ours.
      ✓           Personas answer with sandbox/offline-demo.
      ·           No embedding model: memory is searched by words, not by meaning.
      ·           It runs with Redis.
      ✓ Discord   The token is that of Rapport.
      ✓           Message Content Intent is on.
      ✓           It may connect N more times today.
      ✓           It has the permissions it needs in 1 server.
      ·           The first start registers the commands.
      ·           Invite it to a server with https://discord.com/oauth2/authorize?client_id=N&scope=bot+applications.commands&permissions=N
    "
  `);
});

test("no secret is shown, whatever is wrong", async () => {
  const said = shown(
    await all({
      DATABASE_URL: "postgresql://rapport:s3cret-database@127.0.0.1:1/rapport",
      LETTA_API_KEY: "s3cret-other",
      DISCORD_TOKEN: `${discord.token.slice(0, -3)}bad`,
    }),
  );
  expect(said).toContain("DISCORD_TOKEN is not a valid bot token");
  expect(said).not.toMatch(/s3cret|sandbox\.xxx/);
});

test("what fails hides nothing of the rest", async () => {
  const found = await all({ DATABASE_URL: "postgresql://127.0.0.1:1/x", PORT: "eighty" });
  expect(faultsIn(found)).toEqual([
    "bad: PORT should be a port number.",
    "bad: No database answers at DATABASE_URL: start PostgreSQL, or correct host and port.",
  ]);
  expect(shown(found, "Letta")).toContain("✓ Letta     Version 0.16.7 answers");
});

test("without settings nothing is wrong, and it is said what is emulated", async () => {
  const found = await examined({ DATA_DIR: "a-folder-that-is-not-there" });
  expect(faultsIn(found)).toEqual([]);
  expect(shown(found, "Discord")).toContain("· Discord   Emulated on this machine, nothing to check");
  expect(verdict(found)).toBe("All is well.");
});

test("a bot with nothing that answers is looked at all the same", async () => {
  const found = await examined(
    { DATABASE_URL: url, DISCORD_TOKEN: discord.token },
    { discordApiBase: discord.url },
  );
  expect(faultsIn(found)).toContainEqual(
    expect.stringMatching(/^bad: DISCORD_TOKEN is set, but nothing that answers/),
  );
  expect(shown(found, "Discord")).toContain("The token is that of");
});

test("an old Node, and a persona that there is not", async () => {
  const found = await examined({ ...real, DEFAULT_PERSONA: "nobody" }, { nodeVersion: "18.20.1" });
  expect(shown(found, "Node")).toBe(
    "  ✗ Node      Version 18.20.1 is too old: install 20.19 or newer from https://nodejs.org.\n",
  );
  expect(shown(found, "Settings")).toContain("✗           DEFAULT_PERSONA should be one of dating_coach, ");
});

test("one that never answers is given up, with what was found until then", async () => {
  const clock = new ManualClock();
  const found = new EventTarget();
  const first = once(found, "first");
  const part = {
    name: "Letta",
    async *look() {
      yield { state: "good", text: "It answers." } as const;
      found.dispatchEvent(new Event("first"));
      await new Promise(() => undefined);
    },
  };
  const looking = examine(part, clock);
  await first;
  await clock.advance(DEADLINE_MS);
  expect((await looking).findings).toEqual([
    { state: "good", text: "It answers." },
    { state: "bad", text: expect.stringMatching(/^No answer within 25 s/) },
  ]);
});

test("in a narrow terminal sentences are folded under each other", () => {
  const text = "A sentence that is longer than a narrow terminal has room for.";
  expect(lines({ name: "Letta", findings: [{ state: "bad", text }] }, { colours: false, width: 54 })).toBe(
    `  ✗ Letta     A sentence that is longer than a narrow\n${" ".repeat(14)}terminal has room for.\n`,
  );
});
