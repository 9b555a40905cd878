import type { SlackEmulator } from "@rapport/slack-emulator";
import { eventually } from "@rapport/testing";
import { afterEach, expect, test } from "vitest";
import { personIdOf } from "../../../../src/platforms/slack/ids.ts";
import { slackManifest } from "../../../../src/platforms/slack/manifest.ts";
import type { StoredInstallation } from "../../../../src/platforms/slack/workspaces/installation.ts";
import { testCommands, testMenus } from "../../../contracts/platform/platform-fixtures.ts";
import { type Connected, connect, startSlack } from "../connected.ts";
import { freePort, installIn } from "../install.ts";
import { KeptRecords } from "../memory-records.ts";

/*
 * What the adapter owes a workspace that it is removed from, and those who run the installation.
 */

let slack: SlackEmulator;
let bot: Connected;
afterEach(async () => {
  await bot.stop();
  await slack.stop();
  expect(slack.crashes).toEqual([]);
});

const told = (count: number) =>
  eventually(`${count} are told`, () => bot.inbox.tenants.length >= count && bot.inbox.tenants);

test("a person is written to directly, and one of another platform is not", async () => {
  slack = await startSlack();
  bot = await connect(slack);
  const alice = slack.person("Alice");
  const text = "Letta has not answered me for 5 minutes.";
  expect(await bot.platform.messagePerson?.(personIdOf(slack.teamId, alice.id), text)).toBe(true);
  const direct = await alice.openDm();
  const seen = slack.messages(direct.id, { viewer: alice.id });
  expect(seen.map((message) => message.text)).toEqual([text]);
  const foreign = "211111111111111111" as ReturnType<typeof personIdOf>;
  expect(await bot.platform.messagePerson?.(foreign, text)).toBe(false);
});

test("the one workspace is told to be there at the start, and to be gone when it uninstalls", async () => {
  slack = await startSlack();
  bot = await connect(slack);
  slack.uninstall();
  expect(await told(2)).toEqual([
    { is: "back", tenant: slack.teamId },
    { is: "gone", tenant: slack.teamId },
  ]);
});

test("a token that is revoked alone is no goodbye", async () => {
  slack = await startSlack();
  const lost: unknown[] = [];
  bot = await connect(slack, { onLost: ({ error }) => lost.push(error) });
  slack.revokeTokens();
  await eventually("it is lost", () => lost.length > 0);
  expect(bot.inbox.tenants).toEqual([{ is: "back", tenant: slack.teamId }]);
});

test("another workspace that uninstalls the same app is none of ours", async () => {
  slack = await startSlack();
  bot = await connect(slack);
  const other = slack.addWorkspace("Beta");
  other.install();
  other.uninstall();
  await slack.person("Bob").say(slack.channel("general").id, "@Rapport hello");
  await bot.inbox.message("hello");
  expect(bot.inbox.tenants).toEqual([{ is: "back", tenant: slack.teamId }]);
});

test.each(["app_uninstalled", "tokens_revoked"] as const)(
  "one of several workspaces says goodbye with %s first, and comes back by installing",
  async (first) => {
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    slack = await startSlack({
      manifest: slackManifest({ commands: testCommands, menus: testMenus, url: address }),
      deliver: { mode: "http", url: `${address}/slack/events` },
    });
    bot = await connect(slack, {
      installed: {
        by: "oauth",
        oauth: {
          clientId: slack.clientId,
          clientSecret: slack.clientSecret,
          stateSecret: "a secret for the state of installing",
          authorizeUrl: slack.authorizationUrl,
        },
        installations: new KeptRecords<StoredInstallation>(),
      },
      transport: { by: "http", signingSecret: slack.signingSecret, port, host: "127.0.0.1" },
    });
    const tenant = slack.teamId;
    expect((await installIn(slack, address, slack)).status).toBe(200);
    slack.uninstall(first);
    expect(await told(2)).toEqual([
      { is: "back", tenant },
      { is: "gone", tenant },
    ]);
    expect((await installIn(slack, address, slack)).status).toBe(200);
    expect(bot.inbox.tenants.at(-1)).toEqual({ is: "back", tenant });
  },
);
