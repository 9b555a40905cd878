import { offlineModel, startLettaServer } from "@rapport/letta-server";
import { type SlackEmulator, startSlackEmulator } from "@rapport/slack-emulator";
import { eventually } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { commands, menus } from "../../../../commands/index.ts";
import { App } from "../../../../src/app.ts";
import { defaultPolicy } from "../../../../src/config/policy.ts";
import { lettaAgents } from "../../../../src/letta/letta-agents.ts";
import { slackManifest } from "../../../../src/platforms/slack/manifest.ts";
import { systemClock } from "../../../../src/process/clock.ts";
import { openStorage } from "../../../../src/storage/storage.ts";
import { readPersonaFolder } from "../../../../src/wiring/built-in-personas.ts";
import { recordingLog } from "../../../storage/servers/databases.ts";
import { textOf } from "../connected.ts";
import { freePort, installIn } from "../install.ts";
import { storyServer } from "../slack-bot.ts";

const SECRET_KEY = "a key of thirty-two characters, or more";

let slack: SlackEmulator;
let app: App;
let log: ReturnType<typeof recordingLog>;
let database: Awaited<ReturnType<typeof openStorage>>;
let stop: () => Promise<void>;
beforeEach(async () => {
  const server = await storyServer();
  log = recordingLog();
  database = await openStorage({ url: await server.migratedDatabase(), log });
  const letta = await startLettaServer({
    db: database,
    model: offlineModel({ clock: systemClock, wordDelayMs: 0 }),
    redis: true,
  });
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  slack = await startSlackEmulator({
    manifest: slackManifest({ commands, menus, url: address }),
    deliver: { mode: "http", url: `${address}/slack/events` },
  });
  app = new App({
    storage: database,
    agents: lettaAgents({ baseUrl: letta.url, clock: systemClock, log }),
    slack: {
      installed: {
        by: "oauth",
        clientId: slack.clientId,
        clientSecret: slack.clientSecret,
        secretKey: SECRET_KEY,
      },
      transport: { by: "http", signingSecret: slack.signingSecret, port, host: "127.0.0.1" },
      apiUrl: slack.url,
      authorizeUrl: slack.authorizationUrl,
    },
    builtInPersonas: readPersonaFolder("personas"),
    defaultPersona: "personal_assistant",
    admins: new Set(),
    policy: defaultPolicy(),
    debounceMs: 20,
    logMessageText: false,
    clock: systemClock,
    log,
    onFatal: (error) => {
      throw error;
    },
  });
  await app.start();
  for (const workspace of [slack, slack.addWorkspace("Beta")])
    expect((await installIn(slack, address, workspace)).status).toBe(200);
  slack.workspace("Beta").setBotMembership("general", true);
  stop = async () => {
    await app.stop({ deadlineMs: 3_000, graceMs: 500 });
    await slack.stop();
    await letta.stop();
    await database.close();
    await server.close();
    expect(slack.crashes).toEqual([]);
  };
});
afterEach(() => stop());

/** Says something in a workspace's #general and gives the answer. */
async function asks(name: string, team: string, text: string): Promise<string> {
  const workspace = slack.workspace(team);
  const general = workspace.channel("general").id;
  const said = await workspace.person(name).say(general, `@Rapport ${text}`);
  const answer = await eventually("it is answered", () =>
    workspace
      .messages(general, { threadTs: said.ts })
      .find(({ author, stream }) => author.isApp && stream?.state !== "in_progress"),
  );
  await eventually("all is done", async () => {
    const { waiting, busy } = await database.queueStats();
    return waiting === 0 && busy === 0;
  });
  return textOf(answer);
}

test("two workspaces are answered each in its own, and what one tells is nothing that the other can ask for", async () => {
  const home = slack.teamId;
  await asks("Alice", home, "remember that the safe opens with 4711");
  expect(await asks("Bob", home, "what opens the safe?")).toMatch(/4711/);
  expect(await asks("Alice", "Beta", "what opens the safe?")).not.toMatch(/4711/);
  expect(
    slack
      .workspace("Beta")
      .channels()
      .map(({ id }) => id),
  ).not.toContain(slack.channel("general").id);

  // One that goes away takes nothing of the other with it.
  slack.workspace("Beta").uninstall();
  expect(await asks("Alice", home, "what opens the safe?")).toMatch(/4711/);
  // Tokens lie in the database as nobody can read them, and in no log.
  const { rows } = await database.query("select value::text as value from rapport.installation");
  const kept = JSON.stringify([rows, log.lines]);
  expect(kept).not.toContain(slack.botToken);
});
