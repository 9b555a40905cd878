import path from "node:path";
import { pathToFileURL } from "node:url";
import { inject, TestRunner } from "vitest";

/** Loads test files from the bundle, where there is one. */
// biome-ignore lint/style/noDefaultExport: vitest looks for this one.
export default class BundledRunner extends TestRunner {
  override importFile(file: string, source: "collect" | "setup"): unknown {
    const bundle = inject("bundle");
    if (bundle === undefined || source === "setup") return super.importFile(file, source);
    const { dir, name } = path.parse(path.relative(this.config.root, file));
    return import(pathToFileURL(path.join(bundle, dir, `${name}.js`)).href);
  }
}
