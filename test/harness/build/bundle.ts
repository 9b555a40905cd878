import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import type { TestProject } from "vitest/node";
import { ownPackages, whereItLies } from "./where-it-lies.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder where every test file lies as JavaScript; undefined where they are run from their sources. */
    bundle: string | undefined;
    /** The folder for the programs that tests start. */
    programs: string;
  }
}

const ALL_RUNS = path.resolve("dist/test");

/**
 * Before a run: every test file as JavaScript, with what they share in chunks. A worker then loads a dozen files instead
 * of a thousand; packages it loads as they are. Who watches gets the sources: those change.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await forgetKilledRuns();
  const folder = path.join(ALL_RUNS, `${project.name}-${process.pid}`);
  const bundle = project.vitest.config.watch ? undefined : path.join(folder, "tests");
  project.provide("bundle", bundle);
  project.provide("programs", path.join(folder, "programs"));
  if (bundle) await bundleTests(project, bundle);
  project.onTestsRerun(() => project.provide("programs", path.join(folder, `programs-${Date.now()}`)));
  return () => rm(folder, { recursive: true, force: true });
}

async function bundleTests(project: TestProject, folder: string): Promise<void> {
  const { testFiles } = await project.globTestFiles();
  await build({
    entryPoints: testFiles,
    outbase: ".",
    outdir: folder,
    bundle: true,
    splitting: true,
    packages: "external",
    platform: "node",
    format: "esm",
    sourcemap: true,
    sourcesContent: false,
    plugins: [ownPackages, whereItLies],
    logLevel: "warning",
  });
}

/** Each run's folder ends with its process's id. */
async function forgetKilledRuns(): Promise<void> {
  for (const run of await readdir(ALL_RUNS).catch(() => [])) {
    const [pid] = /\d+$/.exec(run) ?? [];
    if (!pid || !isAlive(Number(pid))) await rm(path.join(ALL_RUNS, run), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
