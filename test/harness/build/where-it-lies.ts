import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";

const SOURCES = ["src", "commands", "test"];

/** Packages of this repository run from their sources: what is bundled takes them in, as it takes in what is ours. */
export const ownPackages: Plugin = {
  name: "own packages",
  setup({ onResolve }) {
    const { resolve } = createRequire(import.meta.url);
    onResolve({ filter: /^@rapport\// }, ({ path: name }) => ({ path: resolve(name) }));
  },
};

/** In a bundle too, whoever looks for files beside itself finds them beside its source. */
export const whereItLies: Plugin = {
  name: "where it lies",
  setup({ onLoad }) {
    const asking = SOURCES.flatMap(filesIn).filter((file) =>
      readFileSync(file, "utf8").includes("import.meta"),
    );
    onLoad({ filter: new RegExp(`^(?:${asking.map(literally).join("|")})$`) }, ({ path: file }) => ({
      contents: readFileSync(file, "utf8")
        .replace(/\bimport\.meta\.url\b/g, JSON.stringify(pathToFileURL(file).href))
        .replace(/\bimport\.meta\.dirname\b/g, JSON.stringify(path.dirname(file))),
      loader: "ts",
    }));
  },
};

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => path.resolve(folder, name));
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
