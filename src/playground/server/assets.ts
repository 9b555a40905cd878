import { join } from "node:path";

export interface Assets {
  readonly script: string;
  readonly style: string;
}

const SOURCES = join(import.meta.dirname, "..", "browser");

/** The browser's code, bundled now from its sources, in memory. */
export async function loadAssets(): Promise<Assets> {
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
