import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const named = (text: string, pattern: RegExp) =>
  [...new Set([...text.matchAll(pattern)].map(([, name]) => name ?? ""))].sort();

/** What the start reads, the platforms' own included. */
const SETTINGS = ["src/config.ts", "src/slack-config.ts"]
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");

test("every setting is in .env.example and in the README, and none is that does not exist", () => {
  const config = named(SETTINGS, /^ {2}([A-Z][A-Z_]+):/gm);
  const example = named(readFileSync(".env.example", "utf8"), /^#([A-Z][A-Z_]+)=/gm);
  const readme = readFileSync("README.md", "utf8");
  expect(config.length).toBeGreaterThan(10);
  expect(example).toEqual(config);
  for (const name of config) expect(readme).toContain(`\`${name}\``);
});

test("the README shows the two commands, and every command people can type", async () => {
  const readme = readFileSync("README.md", "utf8");
  expect(readme).toMatch(/npm start[\s\S]*npm test/);
  const { commands } = await import("../../commands/index.ts");
  for (const { name, actions } of commands) {
    expect(readme).toContain(`\`/${name}`);
    for (const action of Object.keys(actions ?? {})) expect(readme).toContain(action);
  }
});
