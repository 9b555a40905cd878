import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { eventually } from "@rapport/testing";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { bundledProgram } from "../harness/build/programs.ts";
import { embeddedServer, type TestServer } from "../storage/servers/databases.ts";

/* `npm start` as whoever types it sees it: a process in a folder of its own, whose .env counts. */

/** As package.json starts it, in another folder. */
const AS_NPM_START = ["--import", import.meta.resolve("tsx"), path.resolve("src/main.ts")];
/** Three whole starts, on a machine that may be busy. */
const STARTS_MS = 90_000;

let server: TestServer;
let folder: string;
/** The same program, sooner there: for starts that end at once. */
let onePiece: string;
const running: ChildProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "rapport-start-"));
  [server, onePiece] = await Promise.all([
    embeddedServer(),
    bundledProgram(new URL("../../src/main.ts", import.meta.url)),
  ]);
});
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode === null && child.kill("SIGKILL")) await once(child, "close");
  }
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

function start(settings: Record<string, string>, program: readonly string[] = [onePiece]) {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  writeFileSync(path.join(folder, ".env"), lines.join("\n"));
  const child = spawn(process.execPath, program, {
    cwd: folder,
    env: { PATH: process.env.PATH },
  });
  running.push(child);
  const heard = { log: "", said: "" };
  child.stdout.setEncoding("utf8").on("data", (piece) => {
    heard.log += piece;
  });
  child.stderr.setEncoding("utf8").on("data", (piece) => {
    heard.said += piece;
  });
  const closed = once(child, "close");
  return {
    heard,
    /** Resolves when this was said to people; fails when the process ended before. */
    async says(text: string) {
      while (!heard.said.includes(text)) {
        const ended = await Promise.race([
          once(child.stderr, "data").then(() => false),
          closed.then(() => true),
        ]);
        if (ended && !heard.said.includes(text)) throw new Error(`it ended, and said: ${heard.said}`);
      }
    },
    async ends() {
      const [code] = await closed;
      return code;
    },
    interrupt: () => child.kill("SIGINT"),
  };
}

async function takenPort() {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { port: address.port, close: () => once(other.close(), "close") };
}

test(
  "it says what runs and where, keeps its log apart, refuses a second one on the same data, and ends when told",
  async () => {
    const DATABASE_URL = await server.emptyDatabase();
    const page = await takenPort();
    const first = start({ DATABASE_URL, PORT: String(page.port), API_PORT: "0" }, AS_NPM_START);
    await first.says("Ctrl-C ends it.");
    const { said } = first.heard;
    for (const what of ["Discord", "Slack", "Letta", "Model", "Database", "HTTP API"])
      expect(said).toContain(what);
    expect(said).toContain(`(${page.port} is taken.)`);
    const [, address = ""] = /Open (\S+) and say hello/.exec(said) ?? [];
    expect(new URL(address).port).not.toBe(String(page.port));
    expect((await fetch(address)).status).toBe(200);
    await page.close();

    const second = start({ DATABASE_URL, PORT: "0", API_PORT: "0" });
    expect(await second.ends()).toBe(1);
    expect(second.heard.said).toContain("Rapport runs already with this data");

    first.interrupt();
    expect(await first.ends()).toBe(0);
    const lines = first.heard.log.trim().split("\n");
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty("msg");
  },
  STARTS_MS,
);

test(
  "what keeps it from starting is one sentence, and no stack",
  async () => {
    const nowhere = "postgresql://127.0.0.1:1/nowhere";
    const started = start({ DATABASE_URL: nowhere, DISCORD_TOKNE: "x", COMPOSE_PROJECT_NAME: "y" });
    expect(await started.ends()).toBe(1);
    const warned = started.heard.log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(warned).toMatchObject([
      { setting: "DISCORD_TOKNE", msg: expect.stringContaining("Did you mean DISCORD_TOKEN?") },
    ]);
    expect(started.heard.said).toBe(
      "\n  No database answers at DATABASE_URL: start PostgreSQL, or correct host and port.\n\n",
    );
  },
  STARTS_MS,
);

test(
  "while a platform is away at the start it tells which one, and its API is answered",
  async () => {
    const free = await takenPort();
    await free.close();
    const started = start({
      DATABASE_URL: await server.emptyDatabase(),
      DISCORD_TOKEN: `${"a".repeat(24)}.abcdef.${"b".repeat(38)}`,
      // Nothing is there, and so no Discord.
      HTTPS_PROXY: "http://127.0.0.1:1",
      LETTA_BASE_URL: "sandbox",
      API_PORT: String(free.port),
    });
    const asked = (path: string) => fetch(`http://127.0.0.1:${free.port}${path}`);
    const ready = await eventually("it listens", () =>
      asked("/readyz").then(
        (answer) => (answer.status === 503 ? answer.json() : undefined),
        () => undefined,
      ),
    );
    expect(ready).toMatchObject({ ready: false, parts: { database: "ready", discord: "away" } });
    expect((await asked("/api/personas?user=alice")).status).toBe(200);
    started.interrupt();
    expect(await started.ends()).toBe(0);
  },
  STARTS_MS,
);
