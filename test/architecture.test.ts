import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { commands } from "../commands/index.ts";
import type { Command } from "../src/core/commands/declaration.ts";
import { optimizingLater } from "./harness/build/optimizing-later.ts";

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

/** Words of before, for what now has one of docs/GLOSSARY.md. As whole names of types, functions, members and variables. */
const OLD_NAMES = new Set(
  (
    "Landed unheardAnswer Unheard Reading createReading Growing Painter Canvas takeButtons Looks Stops createStops " +
    "repeatTurn createGivingUp Waiting queueMessage settleMs burstMs turnAway bury gaveUp Lanes LaneTurn LaneQueue PostOnce Outgoing " +
    "Attached ReplySink Speaker Face faceOf headerOf Notice Notify TurnStep Finding eachLook Patient Examined Parts TurnParts Desk Shelf " +
    "Queueing ownBox readBox MemoryHere memoryHere inOurWords asAppError Refusal Outage Intake createIntake takeNew seenUntilNow Watched " +
    "Gap GapReader Line createSocketLine outliveBadFrames EndingRuns FailureCount hasPulse Deeds Glass useLead Look LOOKS Worlds Hands Road " +
    "roadTo House TestHouse furnished scratch SandboxDiscord SandboxSlack SandboxLetta useSandbox"
  ).split(" "),
);

/** The same for the names of files, without their endings. */
const OLD_FILES = new Set(
  (
    "said unheard paint pictures running repetition giving-up forgetting remembering waiting lanes parts finding notice intake gaps " +
    "gap-reader sinks speaker inspection identify-pace connect-pace stall-watch ending-runs failing-again pulse box deeds lead stage look " +
    "looks worlds house road hands glass sandbox adapter landed take-back brake"
  ).split(" "),
);

const MOST_FILES = 12;

const everyFile = () => ["commands", "src", "test"].flatMap(filesIn);

test("the words of before are refused, in code and in the names of files", () => {
  const found: string[] = [];
  for (const file of everyFile()) {
    const [name = ""] = path.basename(file).split(".");
    if (OLD_FILES.has(name) || /^(?:sandbox|glass|lane)-/.test(name)) found.push(file);
    const kind = file.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
    const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, false, kind);
    const visit = (node: ts.Node): void => {
      if (
        (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) &&
        OLD_NAMES.has(node.text.replace("#", ""))
      )
        found.push(`${file}: ${node.text}`);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  expect([...new Set(found)]).toEqual([]);
});

test("no room holds more than twelve files, and no two things in it have nearly one name", () => {
  const rooms = new Map<string, string[]>();
  for (const file of everyFile()) {
    const room = path.dirname(file);
    rooms.set(room, [...(rooms.get(room) ?? []), path.basename(file).replace(/(?:\.test)?\.tsx?$/, "")]);
  }
  const wrong: string[] = [];
  for (const [room, names] of rooms) {
    if (names.length > MOST_FILES) wrong.push(`${room} holds ${names.length} files`);
    for (const name of new Set(names)) {
      if ([...rooms.keys()].some((other) => `${other}/`.startsWith(`${room}/${name}/`)))
        wrong.push(`${room}/${name} is a file and a folder`);
      if (names.includes(`${name}s`)) wrong.push(`${room}/${name} and ${name}s`);
    }
  }
  expect(wrong).toEqual([]);
});

/** What each of these exports has one meaning in all of its rooms. */
const TREES = [
  "src/core",
  "src/letta",
  "src/storage",
  "src/platforms/discord",
  "src/platforms/slack",
  "src/platforms/http-api",
];

function exportedNames(file: string): readonly string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  const namesOf = (statement: ts.Statement): readonly (ts.Node | undefined)[] => {
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => name);
    const isNamed =
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement);
    return isNamed ? [statement.name] : [];
  };
  const isExported = (statement: ts.Statement) =>
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  const names = source.statements.filter(isExported).flatMap(namesOf);
  // A schema and its type are one thing.
  return [...new Set(names.flatMap((name) => (name && ts.isIdentifier(name) ? [name.text] : [])))];
}

test("an exported name means one thing in its tree", () => {
  const twice = TREES.flatMap((tree) => {
    const all = filesIn(tree).flatMap((file) => exportedNames(file).map((name) => ({ name, file })));
    return all.filter(({ name, file }) => all.some((other) => other.name === name && other.file !== file));
  });
  expect(twice).toEqual([]);
});

/** Methods of an object that a function gives back: written there, or functions of its own that are named there. */
function methodsGiven(body: ts.Block): number {
  const own = new Set(
    body.statements.flatMap((statement) => {
      if (ts.isFunctionDeclaration(statement)) return [statement.name?.text];
      if (!ts.isVariableStatement(statement)) return [];
      return statement.declarationList.declarations
        .filter(({ initializer }) => initializer && ts.isArrowFunction(initializer))
        .map(({ name }) => (ts.isIdentifier(name) ? name.text : undefined));
    }),
  );
  const isMethod = (property: ts.ObjectLiteralElementLike) =>
    ts.isMethodDeclaration(property) ||
    (ts.isPropertyAssignment(property) && ts.isArrowFunction(property.initializer)) ||
    (ts.isShorthandPropertyAssignment(property) && own.has(property.name.text));
  const counts = body.statements.map((statement) => {
    const given = ts.isReturnStatement(statement) ? statement.expression : undefined;
    return given && ts.isObjectLiteralExpression(given) ? given.properties.filter(isMethod).length : 0;
  });
  return Math.max(0, ...counts);
}

/** Exported functions called `create…` whose objects are closures over what the function keeps. */
function closuresIn(file: string, text: string): readonly string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    if (!ts.isFunctionDeclaration(statement) || !statement.name || !statement.body) return [];
    const isExported = ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    const { text: name } = statement.name;
    return isExported && /^create[A-Z]/.test(name) && methodsGiven(statement.body) >= 2
      ? [`${file}: ${name}`]
      : [];
  });
}

test("what has two methods or more is a class, not what a create…() gives back", () => {
  const sources = ["src", "commands"].flatMap(filesIn);
  expect(sources.flatMap((file) => closuresIn(file, readFileSync(file, "utf8")))).toEqual([]);
  const planted = [
    "export function createA() { function go() {} return { go, stop: () => go() }; }",
    "export function createB() { return { go() {}, async stop() {} }; }",
    "export function createRecord() { const at = 1; return { at, says: () => at }; }",
  ].flatMap((text) => closuresIn("planted.ts", text));
  expect(planted).toEqual(["planted.ts: createA", "planted.ts: createB"]);
});

test("every word of the glossary stands there once", () => {
  const words = readFileSync("docs/GLOSSARY.md", "utf8")
    .split("\n")
    .flatMap((line) => /^\| (?!word|-)([^|]+) \|/.exec(line)?.[1] ?? []);
  expect(words.length).toBeGreaterThan(50);
  expect(words).toEqual([...new Set(words)]);
});
