import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { VFile } from "vfile";
import { matter } from "vfile-matter";
import { expect, test } from "vitest";
import { z } from "zod";

/* What must hold of the files that CI and releases run by, wherever nothing runs them. */

const run = promisify(execFile);

const Step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
});
const Job = z.object({
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  "timeout-minutes": z.int(),
  permissions: z.record(z.string(), z.string()).default({}),
  strategy: z.object({ matrix: z.record(z.string(), z.array(z.int())) }).optional(),
  steps: z.array(Step),
});
const Workflow = z.object({
  on: z.unknown(),
  permissions: z.strictObject({ contents: z.literal("read") }),
  concurrency: z.object({ group: z.string() }),
  jobs: z.record(z.string(), Job),
});

const FOLDER = ".github/workflows";
const NAMES = readdirSync(FOLDER);

function workflow(name: string): z.infer<typeof Workflow> {
  const text = readFileSync(`${FOLDER}/${name}`, "utf8");
  const file = new VFile({ path: name, value: `---\n${text}---\n` });
  matter(file);
  return Workflow.parse(file.data.matter);
}
const stepsOf = (name: string) => Object.values(workflow(name).jobs).flatMap(({ steps }) => steps);

const { scripts, version, engines, workspaces } = z
  .object({
    workspaces: z.array(z.string()),
    scripts: z.record(z.string(), z.string()),
    version: z.string(),
    engines: z.object({ node: z.string() }),
  })
  .parse(JSON.parse(readFileSync("package.json", "utf8")));

test("what is not ours is pinned to a commit, with its version beside it", () => {
  const texts = NAMES.map((name) => readFileSync(`${FOLDER}/${name}`, "utf8")).join("\n");
  const lines = texts.split("\n").filter((line) => line.includes("uses:"));
  expect(lines.length).toBeGreaterThan(8);
  for (const line of lines) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test("every command of npm that they run is there, and all that says whether a change is good is run", () => {
  const commands = NAMES.flatMap(stepsOf).flatMap(({ run: script = "" }) =>
    [...script.matchAll(/\bnpm (?:run )?([\w:]+)/g)].map(([, name = ""]) => name),
  );
  const ours = commands.filter((name) => !["ci", "publish", "config"].includes(name));
  for (const name of ours) expect(scripts).toHaveProperty(name);
  expect(ours).toEqual(expect.arrayContaining(["check", "build", "test", "test:page", "soak"]));
});

test("they may write nothing but what a release publishes", () => {
  const writing = NAMES.flatMap((name) =>
    Object.entries(workflow(name).jobs).flatMap(([job, { permissions }]) =>
      Object.entries(permissions).flatMap(([what, right]) =>
        right === "write" ? [`${name} ${job} ${what}`] : [],
      ),
    ),
  );
  expect(writing).toEqual([
    "release.yml image packages",
    "release.yml packages id-token",
    "release.yml notes contents",
  ]);
});

test("a tag alone publishes the packages, once the tests have passed, and with their provenance", () => {
  const { on, jobs } = workflow("release.yml");
  expect(on).toEqual({ push: { tags: ["v*.*.*"] } });
  expect(jobs.packages?.needs).toBe("test");
  const publishing = NAMES.flatMap(stepsOf).filter(({ run: script = "" }) => script.includes("npm publish"));
  expect(publishing.map(({ run: script }) => script)).toEqual([
    expect.stringContaining("--provenance --access public"),
  ]);
  const steps = jobs.packages?.steps ?? [];
  const at = (words: string) => steps.findIndex(({ run: script = "" }) => script.includes(words));
  expect(at("release-notes.mjs")).toBeLessThan(at("pack.mjs"));
  expect(at("pack.mjs")).toBeLessThan(at("npm publish"));
  // For the registry that npm itself publishes to; the token stays in the environment.
  const [, login] =
    /npm config set "(.*):_authToken" '\$\{NODE_AUTH_TOKEN\}'/.exec(publishing[0]?.run ?? "") ?? [];
  expect(login).toBe("$(npm config get registry | cut -d: -f2)");
  // What is packed may be published; the sources may not, by a wrong command in their folder.
  for (const folder of workspaces)
    expect(JSON.parse(readFileSync(`${folder}/package.json`, "utf8")), folder).toMatchObject({
      private: true,
    });
});

test("nothing is released while a package, or what one wants of another, is of another version", async () => {
  const root = await mkdtemp(path.join(tmpdir(), "release-"));
  const write = async (file: string, content: unknown) => {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), typeof content === "string" ? content : JSON.stringify(content));
  };
  const notes = () => run(process.execPath, [path.join(root, "scripts/release-notes.mjs"), "v1.2.3"]);
  await write("scripts/release-notes.mjs", readFileSync("scripts/release-notes.mjs", "utf8"));
  await write("package.json", { version: "1.2.3", workspaces: ["a", "b"] });
  await write("CHANGELOG.md", "# Changes\n\n## 1.2.3 (2026-12-01)\n\n* New.\n");
  await write("a/package.json", { name: "@x/a", version: "1.2.3" });
  const b = { name: "@x/b", version: "1.2.3", dependencies: { "@x/a": "1.2.3", zod: "4.0.0" } };
  await write("b/package.json", b);
  expect((await notes()).stdout).toBe("* New.\n");
  const refused = (sentence: string) => ({ stderr: expect.stringContaining(sentence) });
  await write("b/package.json", { ...b, dependencies: { "@x/a": "1.2.2" } });
  await expect(notes()).rejects.toMatchObject(refused("b/package.json wants @x/a of another version"));
  await write("b/package.json", { ...b, version: "1.2.2" });
  await expect(notes()).rejects.toMatchObject(refused("b/package.json is not of version 1.2.3."));
  await rm(root, { recursive: true });
});

test("the tests run on the oldest Node and PostgreSQL that are promised, and on new ones", () => {
  const matrix = workflow("test.yml").jobs.test?.strategy?.matrix;
  expect(matrix).toEqual({ node: [20, 22, 24], postgres: [14, 18] });
  expect(engines.node).toMatch(/^>=20\./);
  expect(readFileSync("docs/OPERATING.md", "utf8")).toContain("your PostgreSQL, 14 or newer");
});

test("a release's notes are the changelog's section of its version, once that has its date", async () => {
  const notes = (tag: string) => run(process.execPath, ["scripts/release-notes.mjs", tag]);
  const refused = (sentence: string) => ({ stderr: expect.stringContaining(sentence) });
  await expect(notes("v9.9.9")).rejects.toMatchObject(refused("package.json is not of version 9.9.9."));
  const section = readFileSync("CHANGELOG.md", "utf8")
    .split(/^## /m)
    .find((each) => each.startsWith(version));
  if (section?.includes("not released")) {
    await expect(notes(`v${version}`)).rejects.toMatchObject(refused("write its date there"));
  } else {
    const { stdout } = await notes(`v${version}`);
    expect(section?.trim().endsWith(stdout.trim())).toBe(true);
  }
});
