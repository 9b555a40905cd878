import { type SlackEmulator, startSlackEmulator } from "@rapport/slack-emulator";
import { ManualClock } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkSlack } from "../../src/platforms/slack/checks.ts";
import { slackManifest } from "../../src/platforms/slack/manifest.ts";
import { OPTIONAL_SCOPES, requiredScopes } from "../../src/platforms/slack/web-api/methods.ts";
import { systemClock } from "../../src/process/clock.ts";
import { testCommands, testMenus } from "../contracts/platform/platform-fixtures.ts";
import { connect, startSlack } from "../platforms/slack/connected.ts";
import { collected, problemsIn } from "./run-doctor.ts";

let slack: SlackEmulator;
beforeEach(async () => {
  slack = await startSlack();
});
afterEach(async () => {
  await slack.stop();
  expect(slack.crashes).toEqual([]);
});

type Options = Partial<Parameters<typeof checkSlack>[0]>;

const inspect = (options: Options = {}, on = slack) =>
  collected(
    checkSlack({
      installed: { by: "token", botToken: on.botToken },
      transport: { by: "sockets", appToken: on.appToken },
      apiUrl: on.url,
      clock: systemClock,
      ...options,
    }),
  );
const faults = async (options: Options = {}, on = slack) => problemsIn(await inspect(options, on));

test("after a start everything is well, and nothing was written to find that out", async () => {
  await (await connect(slack)).stop();
  const before = slack.journal.entries.length;
  const findings = await inspect();
  expect(problemsIn(findings)).toEqual([]);
  expect(findings.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^The token is that of @rapport in .+ \(127\.0\.0\.1:\d+\)\.$/),
    "It is an agent, and has all the scopes that it needs.",
    expect.stringContaining("after an upgrade put what `npm run -s manifest` prints into App Manifest again"),
    "Invite it to a channel there with /invite @rapport",
    "Its app-level token opens Socket Mode.",
  ]);
  expect(slack.journal.entries.slice(before).map(({ pattern }) => pattern)).toEqual([
    "/api/auth.test",
    "/api/apps.connections.open",
  ]);
});

test("wrong tokens are both named, each with where to get a good one", async () => {
  const line = { by: "sockets", appToken: "xapp-1-A0123456789-1-bad" } as const;
  expect(await faults({ installed: { by: "token", botToken: "xoxb-bad" }, transport: line })).toEqual([
    expect.stringMatching(/^error: SLACK_BOT_TOKEN should be the Bot User OAuth Token/),
    expect.stringMatching(
      /^error: SLACK_APP_TOKEN should be an app-level token.*at https:\/\/api\.slack\.com\/apps\/A0123456789\.$/,
    ),
  ]);
});

test("scopes that the code needs and the app was not given are named, with what is lost and how to get them", async () => {
  const manifest = slackManifest({ commands: testCommands, menus: testMenus });
  const bot = requiredScopes().filter((scope) => scope !== "reactions:read" && scope !== "users:read");
  const poor = await startSlackEmulator({
    manifest: { ...manifest, oauth_config: { scopes: { bot, bot_optional: OPTIONAL_SCOPES.slice(1) } } },
  });
  expect(await faults({}, poor)).toEqual([
    expect.stringMatching(/^error: It lacks the scopes users:read: put what `npm run -s manifest` prints/),
    expect.stringMatching(/^warning: It lacks chat:write\.customize \(lost: each persona's own name/),
  ]);
  await poor.stop();
});

test("an app that is no agent", async () => {
  const manifest = slackManifest({ commands: testCommands, menus: testMenus });
  const bot = requiredScopes().filter((scope) => scope !== "assistant:write");
  const plain = await startSlackEmulator({
    manifest: { ...manifest, features: {}, oauth_config: { scopes: { bot, bot_optional: OPTIONAL_SCOPES } } },
  });
  expect(await faults({}, plain)).toEqual([
    expect.stringMatching(/^error: It lacks the scopes assistant:write \(without .* it is no agent/),
  ]);
  await plain.stop();
});

test("called by Slack: the secret has a form, and the address is said", async () => {
  const line = { by: "http", port: 4_302, host: "127.0.0.1" } as const;
  const good = await inspect({ transport: { ...line, signingSecret: "0123456789abcdef0123456789abcdef" } });
  expect(problemsIn(good)).toEqual([]);
  expect(good.at(-1)?.text).toBe(
    "Your https address should lead to 127.0.0.1:4302: Slack calls /slack/events there.",
  );
  expect(await faults({ transport: { ...line, signingSecret: "secret" } })).toEqual([
    expect.stringMatching(/^error: SLACK_SIGNING_SECRET should be 32 digits and letters/),
  ]);
});

test("an app that any workspace installs has no token to look at, but an id", async () => {
  const line = { by: "http", port: 4_302, host: "::1", signingSecret: "0".repeat(32) } as const;
  const withId = (clientId: string) => faults({ installed: { by: "oauth", clientId }, transport: line });
  expect(await withId("1234567890.9876543210")).toEqual([]);
  expect(await withId("rapport")).toEqual([expect.stringMatching(/^error: SLACK_CLIENT_ID should be/)]);
});

test("a clock that is wrong", async () => {
  // It stands in the past.
  const clock = new ManualClock();
  expect(await faults({ clock })).toEqual([
    expect.stringMatching(
      /^warning: This machine's clock and Slack's differ by \d{4,} s: let this one keep time/,
    ),
  ]);
});

test("a Slack that cannot be reached is said once, and not taken for a wrong token", async () => {
  expect(await faults({ apiUrl: "http://127.0.0.1:1/api/" })).toEqual([
    expect.stringMatching(/^error: Slack cannot be reached from here/),
  ]);
});
