import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { commands } from "../commands/index.ts";
import type { Command } from "../src/core/command.ts";
import { optimizingLater } from "./harness/optimizing-later.ts";

const run = promisify(execFile);

const Module = z.object({ source: z.string(), dependencies: z.array(z.object({ resolved: z.string() })) });
const Report = z.object({
  modules: z.array(Module),
  summary: z.object({
    violations: z.array(z.object({ rule: z.object({ name: z.string() }), from: z.string(), to: z.string() })),
  }),
});

const CHECK = "node_modules/dependency-cruiser/bin/dependency-cruise.mjs";
/** The report names every import of every file. */
const REPORT_BYTES = 64 * 1024 * 1024;

let report: z.infer<typeof Report>;

beforeAll(async () => {
  const options = [
    "--config",
    "scripts/checks/dependency-cruiser.cjs",
    "--output-type",
    "json",
    "src",
    "commands",
  ];
  const { stdout } = await run(process.execPath, [...optimizingLater, CHECK, ...options], {
    maxBuffer: REPORT_BYTES,
  });
  report = Report.parse(JSON.parse(stdout));
});

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => `${folder}/${file}`)
    .sort();
}

test("nobody imports what is not theirs to import", () => {
  expect(report.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
});

test("the check saw every source file, the page's own too", () => {
  const seen = report.modules
    .map(({ source }) => source)
    .filter((source) => /^(src|commands)\//.test(source));
  const onDisk = ["commands", "src"].flatMap(filesIn);
  expect(seen.filter((source) => /\.tsx?$/.test(source)).sort()).toEqual(onDisk);
  expect(onDisk.some((file) => file.endsWith(".tsx"))).toBe(true);
});

test("the check follows imports: core is seen to use zod, and the bot's adapters their SDKs", () => {
  const packagesOf = (folder: string) =>
    report.modules
      .filter(({ source }) => source.startsWith(folder))
      .flatMap(({ dependencies }) => dependencies.map(({ resolved }) => resolved));
  for (const [folder, name] of [
    ["src/core/", "zod"],
    ["src/letta/", "@letta-ai/letta-client"],
    ["src/storage/", "pg"],
    ["src/platforms/discord/", "discord.js"],
  ] as const) {
    expect(packagesOf(folder).some((path) => path.includes(`node_modules/${name}/`))).toBe(true);
  }
});

test("every file in commands is in the list", async () => {
  const names = filesIn("commands").map((file) => path.basename(file, ".ts"));
  const files = names.filter((name) => name !== "index");
  for (const name of files) {
    const exported: Record<string, Command> = await import(`../commands/${name}.ts`);
    expect(commands, name).toEqual(expect.arrayContaining(Object.values(exported)));
  }
  expect(commands).toHaveLength(files.length);
});

test("every platform is wired in", () => {
  // What they share is no platform.
  const folders = readdirSync("src/platforms", { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== "shared",
  );
  expect(folders.length).toBeGreaterThan(0);
  const wiring = ["src/platforms/index.ts", "src/app.ts"].filter((file) => existsSync(file));
  const wired = report.modules
    .filter(({ source }) => wiring.includes(source))
    .flatMap(({ dependencies }) => dependencies.map(({ resolved }) => resolved));
  for (const { name } of folders) {
    expect(
      wired.some((path) => path.startsWith(`src/platforms/${name}/`)),
      name,
    ).toBe(true);
  }
});

test("the core and the commands know no platform by name", () => {
  const named: string[] = [];
  for (const file of [...filesIn("src/core"), ...filesIn("commands")]) {
    const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
    const visit = (node: ts.Node): void => {
      const isText = ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node) || ts.isIdentifier(node);
      if (isText && /discord|slack/i.test(node.text)) named.push(`${file}: ${node.text}`);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  expect(named).toEqual([]);
});

test("no source file is longer than 300 lines, and no test than 500", () => {
  const linesOf = (file: string) => readFileSync(file, "utf8").trimEnd().split("\n").length;
  const tooLong = (files: string[], most: number) =>
    files.filter((file) => linesOf(file) > most).map((file) => `${file}: ${linesOf(file)}`);
  expect(tooLong(["src", "commands"].flatMap(filesIn), 300)).toEqual([]);
  expect(tooLong(filesIn("test"), 500)).toEqual([]);
});
