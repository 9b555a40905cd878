import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type TestServer, testServer } from "../../storage/servers/databases.ts";

/*
 * The packages as others get them: packed, installed into an empty folder, and used to test bots that have nothing to do
 * with Rapport. Nothing is fetched, since where this runs there may be no registry: the tarballs are unpacked as npm
 * unpacks them, and what they and the bots declare is linked from this repository's own installation.
 */

const run = promisify(execFile);

const PACKAGES = ["discord-emulator", "letta-server", "slack-emulator", "testing"];
/** What the bots are made with, and their tests. */
const OF_THE_BOTS = ["discord.js", "@slack/bolt", "@letta-ai/letta-client", "pg", "@types/node", "@types/pg"];

/** How long a busy machine may take to compile and pack them. */
const PACKING_MS = 300_000;

/** How long the bots' own tests may take there. */
const BOTS_MS = 120_000;

let server: TestServer;
let folder: string;

const Manifest = z.looseObject({
  name: z.string(),
  private: z.boolean().optional(),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.unknown().optional(),
});
const installed = (name: string) => path.join(folder, "node_modules", name);
const manifestOf = async (name: string) =>
  Manifest.parse(JSON.parse(await readFile(path.join(installed(name), "package.json"), "utf8")));

beforeAll(async () => {
  server = await testServer();
  folder = await realpath(await mkdtemp(path.join(tmpdir(), "packed-")));
  const tarballs = path.join(folder, "tarballs");
  await run(process.execPath, ["scripts/pack.mjs", tarballs]);
  for (const name of PACKAGES) {
    const into = installed(`@rapport/${name}`);
    await mkdir(into, { recursive: true });
    const [tarball = ""] = (await readdir(tarballs)).filter((each) => each.startsWith(`rapport-${name}-`));
    await run("tar", ["-xzf", path.join(tarballs, tarball), "-C", into, "--strip-components=1"]);
  }
  const declared = await Promise.all(PACKAGES.map((name) => manifestOf(`@rapport/${name}`)));
  const wanted = declared.flatMap(({ dependencies }) => Object.keys(dependencies));
  for (const name of new Set([...wanted, ...OF_THE_BOTS].filter((each) => !each.startsWith("@rapport/")))) {
    await mkdir(path.dirname(installed(name)), { recursive: true });
    await symlink(path.resolve("node_modules", name), installed(name));
  }
  await cp("test/emulators/packed/bots", folder, { recursive: true });
  await writeFile(path.join(folder, "package.json"), JSON.stringify({ type: "module" }));
}, PACKING_MS);

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

test(
  "packed and installed into an empty folder, without a registry, they test a discord.js bot, a Bolt app and a Letta client",
  async () => {
    const DATABASE_URL = await server.emptyDatabase();
    const { stdout } = await run(process.execPath, ["--test", "--test-reporter=tap"], {
      cwd: folder,
      env: { PATH: process.env.PATH, DATABASE_URL },
      timeout: BOTS_MS,
    });
    expect(stdout).toMatch(/^# pass 4$/m);
    expect(stdout).toMatch(/^# fail 0$/m);
  },
  PACKING_MS,
);

test(
  "somebody who writes TypeScript finds their types",
  async () => {
    const options = {
      module: "nodenext",
      target: "es2023",
      lib: ["es2023"],
      types: ["node"],
      strict: true,
      noEmit: true,
    };
    const config = { compilerOptions: options, include: ["typed-bot.ts"] };
    await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify(config));
    const tsc = path.resolve("node_modules/typescript/bin/tsc");
    const { stdout } = await run(process.execPath, [tsc], { cwd: folder }).catch(
      (failure: { stdout: string }) => failure,
    );
    expect(stdout).toBe("");
  },
  PACKING_MS,
);

test("each is whole: JavaScript, types and a README; and each may be published", async () => {
  for (const name of PACKAGES) {
    const manifest = await manifestOf(`@rapport/${name}`);
    expect(manifest, name).not.toHaveProperty("private");
    expect(manifest, name).not.toHaveProperty("devDependencies");
    const files = await readdir(installed(`@rapport/${name}`));
    expect(files.sort(), name).toEqual(["LICENSE", "README.md", "index.js", "package.json", "types"]);
    const code = await readFile(path.join(installed(`@rapport/${name}`), "index.js"), "utf8");
    // The kit is bundled, and nothing of the bot is.
    expect(code, name).not.toMatch(/from "\.\.?\//);
    expect(code, name).not.toMatch(/\/\/ src\/(?!emulators\/|letta-server\/|testing\/)/);
  }
});

test("each bot has some twenty lines, and knows nothing of Rapport", async () => {
  for (const name of ["ping-bot.js", "hello-app.js"]) {
    const code = await readFile(path.join(folder, name), "utf8");
    expect(code.trimEnd().split("\n").length, name).toBeLessThanOrEqual(25);
    expect(code, name).not.toMatch(/rapport/i);
  }
});
