import { expect, test } from "vitest";
import { parseConfig } from "../../../src/config/config.ts";
import { startSummary } from "../../../src/process/banner.ts";

const here = { LETTA_BASE_URL: "sandbox" };
function slackOf(environment: Readonly<Record<string, string>>) {
  const { slack } = parseConfig({ ...here, ...environment });
  return slack.kind === "real" ? slack.config : slack.kind;
}

const bot = { SLACK_BOT_TOKEN: "xoxb-1" };
const app = { SLACK_APP_TOKEN: "xapp-1" };
const signing = { SLACK_SIGNING_SECRET: "s" };
const client = { SLACK_CLIENT_ID: "1.2", SLACK_CLIENT_SECRET: "c" };
const secret = { SECRET_KEY: "k".repeat(32) };

test("without any of its variables Slack is in the sandbox, and off beside a real Discord", () => {
  expect(slackOf({})).toBe("sandbox");
  expect(slackOf(secret)).toBe("sandbox");
  expect(slackOf({ DISCORD_TOKEN: `MTEwMDAwMDAwMDAwMDAwMDAwMQ.GabcDe.${"x".repeat(38)}` })).toBe("off");
});

test("a real Slack turns the sandbox's Discord off", () => {
  expect(parseConfig({ ...here, ...bot, ...app }).discord).toEqual({ kind: "off" });
});

test("two tokens connect one workspace by sockets", () => {
  expect(slackOf({ ...bot, ...app })).toEqual({
    installed: { by: "token", botToken: "xoxb-1" },
    transport: { by: "sockets", appToken: "xapp-1" },
  });
});

test("a signing secret has Slack call us", () => {
  expect(slackOf({ ...bot, ...signing, SLACK_PORT: "8080" })).toMatchObject({
    transport: { by: "http", signingSecret: "s", port: 8_080, host: "127.0.0.1" },
  });
  expect(slackOf({ ...signing, ...client, ...secret })).toMatchObject({
    installed: { by: "oauth", clientId: "1.2" },
    transport: { by: "http" },
  });
});

test("the start says which workspaces are served, and where others install it", () => {
  const said = (environment: Readonly<Record<string, string>>) =>
    startSummary(parseConfig({ ...here, ...environment })).slack.value;
  expect(said({ ...bot, ...app })).toBe("your workspace");
  expect(said({ ...signing, ...client, ...secret, SLACK_PORT: "8080" })).toBe(
    "every workspace that installs it at /slack/install (port 8080)",
  );
});

test.each([
  [bot, /SLACK_APP_TOKEN is missing/],
  [app, /SLACK_BOT_TOKEN is missing/],
  [signing, /SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, SECRET_KEY are missing/],
  [{ ...signing, ...client }, /SECRET_KEY is missing/],
  [client, /SLACK_SIGNING_SECRET, SECRET_KEY are missing/],
  [{ ...app, SLACK_BOT_TOKEN: "xoxp-1" }, /SLACK_BOT_TOKEN should be a token that begins with xoxb-/],
  [{ ...signing, ...client, SECRET_KEY: "short" }, /SECRET_KEY should be at least 32 characters/],
])("%j stops the start and says what is missing", (environment, sentence) => {
  expect(() => slackOf(environment)).toThrow(sentence);
});

test("the offline demo does not answer in a real workspace by itself", () => {
  expect(() => parseConfig({ ...bot, ...app })).toThrow(/SLACK_BOT_TOKEN is set, but nothing that answers/);
});

test("open channels that guests read are places of their own where that is set", () => {
  expect(slackOf({ ...bot, ...app, SLACK_STRICT_GUESTS: "true" })).toMatchObject({ strictGuests: true });
  expect(slackOf({ ...bot, ...app, SLACK_STRICT_GUESTS: "false" })).not.toHaveProperty("strictGuests");
  expect(() => slackOf({ ...bot, ...app, SLACK_STRICT_GUESTS: "on" })).toThrow(/SLACK_STRICT_GUESTS/);
});
