import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface Assets {
  readonly script: string;
  readonly style: string;
}

const SOURCES = join(import.meta.dirname, "..", "browser");
const PREBUILT = join(import.meta.dirname, "..", "bundle");

/** The browser's code: as `npm run build` left it, else bundled now from its sources, in memory. */
export async function loadAssets(): Promise<Assets> {
  if (!existsSync(PREBUILT)) return await bundle();
  const read = (name: string) => readFile(join(PREBUILT, name), "utf8");
  return { script: await read("page.js"), style: await read("page.css") };
}

/** Bundles into a folder where `loadAssets` of the compiled server finds it. */
export async function prebuildAssets(folder: string): Promise<void> {
  const { script, style } = await bundle();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "page.js"), script);
  await writeFile(join(folder, "page.css"), style);
}

async function bundle(): Promise<Assets> {
  // Loaded only here: what was built does without it.
  const { build } = await import("esbuild");
  const result = await build({
    entryPoints: [
      { in: join(SOURCES, "main.tsx"), out: "page" },
      { in: join(SOURCES, "styles", "page.css"), out: "page" },
    ],
    outdir: "page",
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "silent",
  });
  const text = (ending: string) => result.outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return { script: text(".js"), style: text(".css") };
}
