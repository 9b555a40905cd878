import { once } from "node:events";
import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { type LettaServer, startLettaServer } from "@rapport/letta-server";
import type { SlackEmulator } from "@rapport/slack-emulator";
import { ManualClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isHealthy, lines, verdict } from "../../src/cli/checks/report.ts";
import { DEADLINE_MS, runCheck } from "../../src/cli/checks/run-check.ts";
import { openStorage, type Storage } from "../../src/storage/storage.ts";
import { stopSandbox } from "../platforms/discord/connected.ts";
import { startSlack } from "../platforms/slack/connected.ts";
import { embeddedServer, recordingLog, type TestServer } from "../storage/servers/databases.ts";
import { faultsIn, runDoctor, shown } from "./run-doctor.ts";

const PASSWORD = "s3cret-letta";

let server: TestServer;
let url: string;
let storage: Storage;
let letta: LettaServer;
let discord: DiscordEmulator;
let slack: SlackEmulator;
let real: Record<string, string>;

beforeAll(async () => {
  server = await embeddedServer();
  url = await server.emptyDatabase();
  storage = await openStorage({ url, log: recordingLog() });
  letta = await startLettaServer({ db: storage, password: PASSWORD });
  discord = await startDiscordEmulator();
  slack = await startSlack();
  real = {
    DATABASE_URL: url,
    LETTA_BASE_URL: letta.url,
    LETTA_API_KEY: PASSWORD,
    LETTA_EMBEDDING: "none",
    DISCORD_TOKEN: discord.token,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
  };
});
afterAll(async () => {
  await letta.stop();
  await stopSandbox(discord);
  await slack.stop();
  await storage.close();
  await server.close();
});

const emulated = () => ({ discordApiBase: discord.url, slackApiUrl: slack.url });
const all = (settings: Record<string, string> = {}) => runDoctor({ ...real, ...settings }, emulated());

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
      ✓ Slack     The token is that of @rapport in Rapport House (N:N).
      ✓           It is an agent, and has all the scopes that it needs.
      ·           Slack does not tell which events the app hears: after an upgrade put what \`npm run -s manifest\` prints into App Manifest again.
      ·           Invite it to a channel there with /invite @rapport
      ✓           Its app-level token opens Socket Mode.
    "
  `);
});

test("no secret is shown, whatever is wrong", async () => {
  const said = shown(
    await all({
      DATABASE_URL: "postgresql://rapport:s3cret-database@127.0.0.1:1/rapport",
      LETTA_API_KEY: "s3cret-other",
      DISCORD_TOKEN: `${discord.token.slice(0, -3)}bad`,
      SLACK_BOT_TOKEN: "xoxb-s3cret",
      SLACK_APP_TOKEN: "xapp-s3cret",
    }),
  );
  expect(said).toContain("DISCORD_TOKEN is not a valid bot token");
  expect(said).not.toMatch(/s3cret|sandbox\.xxx/);
});

test("what fails hides nothing of the rest", async () => {
  const found = await all({ DATABASE_URL: "postgresql://127.0.0.1:1/x", PORT: "eighty" });
  expect(faultsIn(found)).toEqual([
    "error: PORT should be a port number up to 65535.",
    "error: No database answers at DATABASE_URL: start PostgreSQL, or correct host and port.",
  ]);
  expect(shown(found, "Letta")).toContain("✓ Letta     Version 0.16.7 answers");
});

test("without settings nothing is wrong, and it is said what is emulated", async () => {
  const found = await runDoctor({ DATA_DIR: "a-folder-that-is-not-there" });
  expect(faultsIn(found)).toEqual([]);
  expect(shown(found, "Discord")).toContain("· Discord   Emulated on this machine (DISCORD_TOKEN");
  expect(shown(found, "Slack")).toContain("· Slack     Emulated on this machine (SLACK_BOT_TOKEN");
  expect(verdict(found)).toBe("All is well.");
});

test("a bot with nothing that answers is looked at all the same", async () => {
  const found = await runDoctor(
    { DATABASE_URL: url, DISCORD_TOKEN: discord.token },
    { discordApiBase: discord.url },
  );
  expect(faultsIn(found)).toContainEqual(
    expect.stringMatching(/^error: DISCORD_TOKEN is set, but nothing that answers/),
  );
  expect(shown(found, "Discord")).toContain("The token is that of");
});

test("half of Slack is named once, and everything else is looked at all the same", async () => {
  const { SLACK_APP_TOKEN: _, ...half } = real;
  const found = await runDoctor(half, emulated());
  expect(faultsIn(found)).toEqual([
    expect.stringMatching(/^error: Slack is set in part: SLACK_APP_TOKEN is missing/),
  ]);
  expect(shown(found, "Letta")).toContain("answers at");
  expect(shown(found, "Discord")).toContain("The token is that of");
  const short = await runDoctor({ ...half, SLACK_BOT_TOKEN: "xoxp-1", SECRET_KEY: "short" }, emulated());
  expect(faultsIn(short)).toEqual([
    expect.stringMatching(/^error: SLACK_BOT_TOKEN should be a token that begins with xoxb-/),
    expect.stringMatching(/^error: SECRET_KEY should be at least 32/),
  ]);
});

test("half of Slack and nothing that answers are both named", async () => {
  const found = await runDoctor({ DATABASE_URL: url, SLACK_BOT_TOKEN: "xoxb-1" });
  expect(faultsIn(found)).toEqual([
    expect.stringMatching(/^error: SLACK_BOT_TOKEN is set, but nothing that answers/),
    expect.stringMatching(/^error: Slack is set in part: SLACK_APP_TOKEN is missing/),
  ]);
});

test("what is set and not rightly is not called emulated", async () => {
  const bad = {
    DISCORD_TOKEN: "no-token",
    OPENAI_BASE_URL: "no-address",
    LETTA_BASE_URL: "none",
    SLACK_BOT_TOKEN: "xoxb-1",
  };
  const found = await runDoctor({ DATABASE_URL: url, ...bad });
  expect(shown(found)).not.toContain("Emulated");
  for (const [part, setting] of [
    ["Discord", "DISCORD_TOKEN"],
    ["Model", "OPENAI_BASE_URL"],
    ["Letta", "LETTA_BASE_URL"],
    ["Slack", "SLACK_APP_TOKEN"],
  ] as const)
    expect(shown(found, part)).toContain(`Not looked at: mend ${setting}`);
});

test("a line of .env that is no setting is named by its number, never by what it says", async () => {
  const found = await runDoctor(real, { ...emulated(), strayLines: [2] });
  expect(faultsIn(found)).toEqual([
    "error: Line 2 of .env is no NAME=value, so nobody reads it: mend it, or put # before it.",
  ]);
});

test("where people are met on one real platform, the other is off", async () => {
  const { SLACK_APP_TOKEN: _app, SLACK_BOT_TOKEN: _bot, ...alone } = real;
  expect(shown(await runDoctor(alone, emulated()), "Slack")).toBe(
    "  · Slack     Off (SLACK_BOT_TOKEN and SLACK_APP_TOKEN turn it on).\n",
  );
});

test("an old Node, and a persona that there is not", async () => {
  const found = await runDoctor({ ...real, DEFAULT_PERSONA: "nobody" }, { nodeVersion: "18.20.1" });
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
    async *run() {
      yield { state: "ok", text: "It answers." } as const;
      found.dispatchEvent(new Event("first"));
      await new Promise(() => undefined);
    },
  };
  const looking = runCheck(part, clock);
  await first;
  await clock.advance(DEADLINE_MS);
  expect((await looking).findings).toEqual([
    { state: "ok", text: "It answers." },
    { state: "error", text: expect.stringMatching(/^No answer within 25 s/) },
  ]);
});

test("in a narrow terminal sentences are folded under each other", () => {
  const text = "A sentence that is longer than a narrow terminal has room for.";
  expect(lines({ name: "Letta", findings: [{ state: "error", text }] }, { colours: false, width: 54 })).toBe(
    `  ✗ Letta     A sentence that is longer than a narrow\n${" ".repeat(14)}terminal has room for.\n`,
  );
});
