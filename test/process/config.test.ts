import { expect, test } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import { AppError } from "../../src/core/domain/errors.ts";

const TOKEN = `MTEwMDAwMDAwMDAwMDAwMDAwMQ.GabcDe.${"x".repeat(38)}`;

function refusal(environment: Record<string, string>): string {
  try {
    parseConfig(environment);
  } catch (error) {
    if (error instanceof AppError && error.code === "misconfigured") return error.userMessage;
    throw error;
  }
  throw new Error("nothing was refused");
}

test("without settings everything is in the sandbox", () => {
  expect(parseConfig({})).toMatchObject({
    letta: { kind: "sandbox" },
    discord: { kind: "sandbox" },
    slack: { kind: "sandbox" },
    databaseUrl: undefined,
    endpoint: undefined,
    debounceMs: 150,
  });
});

test("an empty line means the same as none", () => {
  expect(parseConfig({ LETTA_BASE_URL: "", DISCORD_TOKEN: "  ", PORT: "" })).toEqual(parseConfig({}));
});

test.each([
  [{ DATABASE_URL: "mysql://x" }, "DATABASE_URL should be an address that begins with postgresql://."],
  [{ LETTA_BASE_URL: "127.0.0.1:8283" }, /^LETTA_BASE_URL should be .*http/],
  [{ LETTA_API_KEY: "\u001b[200~abc" }, /^LETTA_API_KEY should be a key .* copy it anew\.$/],
  [{ OPENAI_API_KEY: "“abc”" }, /^OPENAI_API_KEY should be a key/],
  [{ API_TOKEN: "a token that has blanks in it" }, /^API_TOKEN should be a key/],
  [{ PORT: "eighty" }, "PORT should be a port number up to 65535."],
  [{ PORT: "70000" }, /^PORT should be/],
  [{ LOG_LEVEL: "loud" }, "LOG_LEVEL should be debug, info, warn or error."],
  [{ LOG_MESSAGE_TEXT: "maybe" }, "LOG_MESSAGE_TEXT should be true or false."],
  [{ DISCORD_GUILD_ID: "my server" }, /^DISCORD_GUILD_ID should be a server's id/],
  [{ DEFAULT_PERSONA: "Ada!" }, /^DEFAULT_PERSONA should be/],
  [{ BURST_MS: "-1" }, "BURST_MS should be milliseconds, from 0 to 5000."],
  [{ ADMIN_IDS: "alice" }, /^ADMIN_IDS should be discord\.<user id> or slack/],
  [{ ADMIN_IDS: "discord.12, discord.x" }, /^ADMIN_IDS/],
])("a bad setting is named with what it should hold: %o", (environment, sentence) => {
  const said = refusal(environment);
  if (typeof sentence === "string") expect(said).toBe(sentence);
  else expect(said).toMatch(sentence);
});

test("admins are named by their ids on their platforms", () => {
  expect([...parseConfig({ ADMIN_IDS: "discord.12, slack.T1.U2 ," }).admins]).toEqual([
    "discord.12",
    "slack.T1.U2",
  ]);
});

test("every bad setting is named at once", () => {
  expect(refusal({ PORT: "x", LOG_LEVEL: "y" }).split("\n")).toHaveLength(2);
});

test("a real Discord needs something that answers; the offline demo only when asked for", () => {
  const token = { DISCORD_TOKEN: TOKEN };
  expect(refusal(token)).toContain("LETTA_BASE_URL");
  expect(refusal(token)).not.toContain(TOKEN);
  expect(parseConfig({ ...token, LETTA_BASE_URL: "sandbox" }).letta).toEqual({ kind: "sandbox" });
  expect(parseConfig({ ...token, OPENAI_BASE_URL: "http://127.0.0.1:11434/v1" }).letta).toEqual({
    kind: "sandbox",
  });
  expect(
    parseConfig({ ...token, LETTA_BASE_URL: "http://127.0.0.1:8283", LETTA_API_KEY: "k" }).letta,
  ).toEqual({
    kind: "real",
    baseUrl: "http://127.0.0.1:8283",
    apiKey: "k",
  });
});

test.each(["hello", "Bot abc", "MTEwMDAw.GabcDe", `"${TOKEN}"`, "a".repeat(70)])(
  "DISCORD_TOKEN=%s is no token: that is said at once, without what it was",
  (token) => {
    const said = refusal({ DISCORD_TOKEN: token, LETTA_BASE_URL: "sandbox" });
    expect(said).toMatch(/^DISCORD_TOKEN should be a bot token.*Reset Token\.$/);
    expect(said).not.toContain(token);
    expect(parseConfig({ DISCORD_TOKEN: ` ${TOKEN} `, LETTA_BASE_URL: "sandbox" }).discord).toMatchObject({
      token: TOKEN,
    });
  },
);

test("with SANDBOX=false nothing is emulated: somebody has to be reachable, and something has to answer", () => {
  const letta = { LETTA_BASE_URL: "http://127.0.0.1:8283", SANDBOX: "false" };
  expect(refusal(letta)).toMatch(/^Nobody can reach Rapport: set DISCORD_TOKEN.*SLACK_BOT_TOKEN.*API_TOKEN/);
  expect(refusal({ SANDBOX: "false", API_TOKEN: "sixteen-characters" })).toMatch(
    /^SANDBOX=false is set, but/,
  );
  const { discord, slack, api } = parseConfig({ ...letta, API_TOKEN: "sixteen-characters" });
  expect([discord.kind, slack.kind, api?.anyPort]).toEqual(["off", "off", false]);
  const both = parseConfig({
    ...letta,
    DISCORD_TOKEN: TOKEN,
    SLACK_BOT_TOKEN: "xoxb-1",
    SLACK_APP_TOKEN: "xapp-1",
  });
  expect([both.discord.kind, both.slack.kind, both.api]).toEqual(["real", "real", undefined]);
});
