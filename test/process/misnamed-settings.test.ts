import { expect, test } from "vitest";
import { misnamedSettings, warnOfNames } from "../../src/config/misnamed-settings.ts";
import type { Logger } from "../../src/core/ports/logger.ts";

const KNOWN = [
  "DISCORD_TOKEN",
  "SLACK_BOT_TOKEN",
  "SLACK_APP_TOKEN",
  "LETTA_BASE_URL",
  "DATABASE_URL",
].concat(...["DATABASE_DIRECT_URL", "OPENAI_API_KEY", "API_PORT", "API_HOST", "PORT", "MODEL", "ADMIN_IDS"]);

test.each([
  ["DISCORD_TOKNE", "DISCORD_TOKEN"],
  ["DISCRD_TOKEN", "DISCORD_TOKEN"],
  ["discord_token", "DISCORD_TOKEN"],
  ["DISCORD_BOT_TOKEN", "DISCORD_TOKEN"],
  ["SLACK_TOKEN", "SLACK_BOT_TOKEN"],
  ["LETTA_URL", "LETTA_BASE_URL"],
  ["DATABSE_URL", "DATABASE_URL"],
  ["OPENAI_KEY", "OPENAI_API_KEY"],
  ["ADMIN_ID", "ADMIN_IDS"],
  ["MODELS", "MODEL"],
])("%s is told with %s, which was meant", (name, meant) => {
  expect(misnamedSettings([name], KNOWN)).toEqual([{ name, meant }]);
});

test.each([
  ...KNOWN,
  ...[
    "POSTGRES_PASSWORD",
    "LETTA_POSTGRES_PASSWORD",
    "COMPOSE_PROJECT_NAME",
    "NODE_OPTIONS",
    "TZ",
    "HOST",
    "HOME",
  ],
])("%s is none of those", (name) => {
  expect(misnamedSettings([name], KNOWN)).toEqual([]);
});

test("it is said with both names", () => {
  const told: string[] = [];
  const ignore = () => undefined;
  const log: Logger = {
    ...{ debug: ignore, info: ignore, error: ignore },
    warn: (_fields, sentence) => told.push(sentence),
    child: () => log,
  };
  warnOfNames([{ name: "DISCORD_TOKNE", meant: "DISCORD_TOKEN" }], log);
  expect(told).toEqual(["DISCORD_TOKNE in .env is not a setting of Rapport. Did you mean DISCORD_TOKEN?"]);
});
