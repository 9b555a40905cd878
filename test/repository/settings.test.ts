import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { BADGES } from "../../src/core/domain/audience.ts";
import { readPersonaFolder } from "../../src/wiring/built-in-personas.ts";

const named = (text: string, pattern: RegExp) =>
  [...new Set([...text.matchAll(pattern)].map(([, name]) => name ?? ""))].sort();

/** What the start reads, the platforms' own included. */
const SETTINGS = [
  "src/config/config.ts",
  "src/config/network.ts",
  "src/config/slack.ts",
  "src/config/policy.ts",
]
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");

const readme = readFileSync("README.md", "utf8");
const operating = readFileSync("docs/OPERATING.md", "utf8");

/** The rows of the table under a heading of a document, by its first cell. */
function tableUnder(heading: string, document = readme): readonly string[] {
  const section = document.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? "";
  return section.split("\n").filter((line) => /^\| \*{0,2}`|^\| \*\*/.test(line));
}
const firstCell = (row: string) => row.split(" | ")[0] ?? "";

test("every setting is in .env.example and in the table for operators, and none is that does not exist", () => {
  const config = named(SETTINGS, /^ {2}([A-Z][A-Z_]+):/gm);
  expect(config.length).toBeGreaterThan(10);
  expect(named(readFileSync(".env.example", "utf8"), /^#([A-Z][A-Z_]+)=/gm)).toEqual(config);
  expect(named(tableUnder("Settings", operating).map(firstCell).join("\n"), /`([A-Z][A-Z_]+)`/g)).toEqual(
    config,
  );
});

test("the README's table of commands is what people can type", async () => {
  const { commands } = await import("../../commands/index.ts");
  const cells = tableUnder("Commands").map(firstCell).join("\n");
  for (const { name, actions } of commands) {
    expect(cells).toContain(`\`/${name}`);
    const rows = [...cells.matchAll(new RegExp(`\`/${name} ([^\`]*)\``, "g"))].map(([, words = ""]) => words);
    if (actions)
      expect(new Set(rows.flatMap((row) => row.split(" · ")))).toEqual(new Set(Object.keys(actions)));
  }
  const shown = new Set([...cells.matchAll(/`\/(\w+)/g)].map(([, name]) => name));
  expect(shown).toEqual(new Set(commands.map(({ name }) => name)));
});

test("the README's personas are those of the box, each with whom it shares", () => {
  const shown = tableUnder("Personas").map((row) => {
    const [, name, key] = /^\| \*\*(.+)\*\* `(\w+)`/.exec(row) ?? [];
    return { key, name, badge: row.split(" | ").at(-1)?.slice(0, 2) };
  });
  const box = readPersonaFolder("personas").map(({ key, name, scope }) => ({
    key,
    name,
    badge: BADGES[scope],
  }));
  const byKey = (all: readonly { key: string | undefined }[]) =>
    all.toSorted((left, right) => ((left.key ?? "") < (right.key ?? "") ? -1 : 1));
  expect(byKey(shown)).toEqual(byKey(box));
});

test("the README is read in ten minutes: less than 16 kB", () => {
  expect(Buffer.byteLength(readme)).toBeLessThan(16_000);
});

test("the README shows the two commands, and every command of npm that it names is there", () => {
  expect(readme).toMatch(/npm start[\s\S]*npm test/);
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync("package.json", "utf8")));
  const contributing = readFileSync(".github/CONTRIBUTING.md", "utf8");
  for (const name of named(
    readme + operating + readFileSync("docs/TESTING.md", "utf8") + contributing,
    /npm run (?:-s )?(\w+)/g,
  ))
    expect(scripts).toHaveProperty(name);
});

/** The titles of a document, as addresses name them. */
const anchorsOf = (text: string) =>
  [...text.matchAll(/^##+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );

const DOCUMENTS = [
  "README.md",
  ...readdirSync("docs")
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
  ".github/CONTRIBUTING.md",
  ".github/SECURITY.md",
  "test/contracts/README.md",
];

test.each(DOCUMENTS)("%s leads to nothing that is not there", (name) => {
  const targets = [...readFileSync(name, "utf8").matchAll(/\]\(([^)\s]+)\)/g)].map(
    ([, target = ""]) => target,
  );
  for (const target of targets.filter((each) => !each.startsWith("https://"))) {
    const [file = "", anchor] = target.split("#");
    const document = file === "" ? name : path.join(path.dirname(name), file);
    expect(existsSync(document), target).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(readFileSync(document, "utf8")), target).toContain(anchor);
  }
});
