import { mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { ownPackages, whereItLies } from "../../harness/build/where-it-lies.ts";

const PROGRAMS = {
  rapport: "test/harness/bot-process.ts",
  "bare discord.js": "test/bench/programs/discord-peer.ts",
  "bare Bolt": "test/bench/programs/slack-peer.ts",
  chat: "test/bench/programs/chat-process.ts",
  letta: "test/bench/programs/letta-process.ts",
};

export type ProgramName = keyof typeof PROGRAMS;

/**
 * Every program as JavaScript, as production runs it: packages are loaded from where they are installed. The folder lies
 * below them.
 */
export async function buildBench(): Promise<{
  fileOf(name: ProgramName): string;
  remove(): Promise<void>;
}> {
  const cache = path.resolve("node_modules/.cache");
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, "bench-"));
  await build({
    entryPoints: Object.values(PROGRAMS),
    outbase: ".",
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    packages: "external",
    platform: "node",
    format: "esm",
    plugins: [ownPackages, whereItLies],
    logLevel: "warning",
  });
  return {
    fileOf: (name) => path.join(folder, PROGRAMS[name].replace(/\.ts$/, ".mjs")),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
