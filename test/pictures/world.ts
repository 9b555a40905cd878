import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const PROGRAM = path.resolve("src/main.ts");
const STOP_WITHIN_MS = 30_000;

export interface World {
  /** The page's address. */
  readonly page: string;
  stop(): Promise<void>;
}

/** What `npm start` makes without any settings, in a folder that goes away. */
export async function startWorld(): Promise<World> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "rapport-pictures-"));
  // For root the database runs as another user, who has to get in.
  chmodSync(folder, 0o711);
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), PROGRAM], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: "0", DATA_DIR: path.join(folder, "data") },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const page = await addressOf(child);
  return {
    page,
    async stop() {
      child.kill("SIGTERM");
      await once(child, "close", { signal: AbortSignal.timeout(STOP_WITHIN_MS) });
      rmSync(folder, { recursive: true });
    },
  };
}

async function addressOf({ stderr }: ChildProcess): Promise<string> {
  let said = "";
  if (stderr) {
    for await (const piece of stderr.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
      said += piece;
      const [, address] = /Open (\S+) and say hello/.exec(said) ?? [];
      if (address !== undefined) return address;
    }
  }
  throw new Error(`it did not start: ${said}`);
}
