import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { eventually } from "@rapport/testing";
import { afterAll, expect, test } from "vitest";

/* `npm start` itself, and what is left when it ends: nothing. */

/** A whole start, on a machine that may be busy, and a whole end. */
const START_AND_END_MS = 90_000;

/** A developer's own .env must not make this a real bot: what is set, even to nothing, counts before it. */
const NO_SETTINGS = Object.fromEntries(
  [...readFileSync(".env.example", "utf8").matchAll(/^#([A-Z][A-Z_]+)=/gm)].map(([, name = ""]) => [
    name,
    "",
  ]),
);

const all: { readonly npm: ChildProcess; readonly folder: string }[] = [];
afterAll(() => {
  for (const { npm, folder } of all) {
    // Its whole group, should anything be left.
    if (npm.pid !== undefined && npm.exitCode === null) killGroup(npm.pid, "SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
});

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // All of it has ended.
  }
}

/** In a group of its own, as a terminal makes one. */
async function startByNpm() {
  const folder = mkdtempSync(path.join(os.tmpdir(), "rapport-ending-"));
  const child = spawn("npm", ["start"], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...NO_SETTINGS, PATH: process.env.PATH, HOME: folder, DATA_DIR: folder, PORT: "0", API_PORT: "0" },
  });
  all.push({ npm: child, folder });
  // It closes when the last of its processes has: all of them hold the same pipe.
  const closed = once(child, "close");
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (piece) => {
      said += piece;
    });
  await eventually("it runs", () => said.includes("Ctrl-C ends it."), 60_000);
  const [, page = ""] = /Open (\S+) and say hello/.exec(said) ?? [];
  return { child, pid: child.pid ?? 0, closed, page, folder };
}

test.concurrent.each([
  ["npm is told to end", ({ child }: Running) => child.kill("SIGTERM")],
  [
    "Ctrl-C reaches all of them, and npm hands it on once more",
    ({ pid }: Running) => killGroup(pid, "SIGINT"),
  ],
  ["npm is killed", ({ child }: Running) => child.kill("SIGKILL")],
  [
    "its terminal is closed",
    ({ child, pid }: Running) => {
      child.stdout?.destroy();
      killGroup(pid, "SIGHUP");
    },
  ],
])(
  "when %s, the bot, its database and its ports are gone",
  async (_, happens) => {
    const running = await startByNpm();
    expect((await fetch(running.page)).status).toBe(200);
    const pidFile = path.join(running.folder, "pg", "postmaster.pid");
    expect(existsSync(pidFile)).toBe(true);
    happens(running);
    await running.closed;
    await expect(fetch(running.page)).rejects.toThrow();
    expect(existsSync(pidFile)).toBe(false);
  },
  START_AND_END_MS,
);

type Running = Awaited<ReturnType<typeof startByNpm>>;
