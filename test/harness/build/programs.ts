import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "@rapport/testing";
import { inject } from "vitest";
import { buildPrograms } from "./build-programs.ts";

/** What tests start as processes of their own. */
const PROGRAMS = [
  "src/main.ts",
  "src/cli/doctor.ts",
  "src/cli/liveness.ts",
  "test/harness/bot-process.ts",
  "test/harness/letta-process.ts",
  "test/storage/queue/queue-process.ts",
  "test/storage/embedded/embedded-process.ts",
];

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
  if (isFirst) await buildPrograms(PROGRAMS, folder);
  else await eventually("the programs that tests start are made", () => existsSync(folder), 60_000);
  return folder;
}
