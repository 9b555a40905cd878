import { expect, test } from "vitest";
import { parseConfig } from "../../src/config/config.ts";

const TOKEN = "a-token-that-nobody-can-guess";
const DISCORD = {
  DISCORD_TOKEN: `MTEwMDAwMDAwMDAwMDAwMDAwMQ.GabcDe.${"x".repeat(38)}`,
  OPENAI_BASE_URL: "http://127.0.0.1:11434/v1",
};

test("beside an emulated Discord the API is there to be tried, for this machine alone", () => {
  expect(parseConfig({}).api).toEqual({ host: "127.0.0.1", port: 4_301, anyPort: true, token: undefined });
  expect(parseConfig({ API_PORT: "8080" }).api).toEqual({
    host: "127.0.0.1",
    port: 8_080,
    anyPort: false,
    token: undefined,
  });
});

test("beside a real one somebody has to want it", () => {
  expect(parseConfig(DISCORD).api).toBeUndefined();
  expect(parseConfig({ ...DISCORD, API_PORT: "8080" }).api).toMatchObject({ port: 8_080, token: undefined });
  expect(parseConfig({ ...DISCORD, API_TOKEN: TOKEN, API_HOST: "0.0.0.0" }).api).toEqual({
    host: "0.0.0.0",
    port: 4_301,
    anyPort: false,
    token: TOKEN,
  });
});

test.each([
  [{ API_HOST: "0.0.0.0" }, "API_TOKEN should be set"],
  [{ API_TOKEN: "short" }, "API_TOKEN should be at least 16 characters"],
  [{ API_PORT: "70000" }, "API_PORT should be a port number"],
  [{ API_PORT: "1.5" }, "API_PORT should be a port number up to 65535"],
  [{ SLACK_PORT: "0" }, "SLACK_PORT should be a port number up to 65535"],
])("%o stops the start with a sentence", (environment, sentence) => {
  expect(() => parseConfig(environment)).toThrow(sentence);
});
