import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type LettaServer, startLettaServer } from "@rapport/letta-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStorage, type Storage } from "../../src/storage/storage.ts";
import { optimizingLater } from "../harness/build/optimizing-later.ts";
import { bundledProgram } from "../harness/build/programs.ts";
import { recordingLog, type TestServer, testServer } from "../storage/servers/databases.ts";

/* The doctor as scripts call it: a process with an exit code, in a folder of its own, whose .env counts. */

let server: TestServer;
let url: string;
let storage: Storage;
let letta: LettaServer;
let folder: string;
let program: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "rapport-doctor-"));
  program = await bundledProgram(PROGRAM);
  server = await testServer();
  url = await server.emptyDatabase();
  storage = await openStorage({ url, log: recordingLog() });
  letta = await startLettaServer({ db: storage, password: "s3cret" });
});
afterAll(async () => {
  await letta.stop();
  await storage.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

const PROGRAM = new URL("../../src/cli/doctor.ts", import.meta.url);

async function doctor(settings: Record<string, string>, ...words: string[]) {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  writeFileSync(path.join(folder, ".env"), lines.join("\n"));
  const child = spawn(process.execPath, [...optimizingLater, program, ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (piece) => {
    said += piece;
  });
  const [code] = await once(child, "close");
  return { said, code };
}

test("all is well: 0, and no colours where nobody looks", async () => {
  const { said, code } = await doctor({
    DATABASE_URL: url,
    LETTA_BASE_URL: letta.url,
    LETTA_API_KEY: "s3cret",
    LETTA_EMBEDDING: "none",
  });
  expect(said).toContain("✓ Letta     Version 0.16.7 answers");
  expect(said).toMatch(/\n {2}All is well\.\n\n$/);
  expect(said).not.toContain("\u001B");
  expect(code).toBe(0);
});

test("something to mend: 1", async () => {
  const { said, code } = await doctor({ DATABASE_URL: url, LETTA_BASE_URL: letta.url, BURST_MS: "-1" });
  expect(said).toContain("✗ Settings  BURST_MS should be");
  expect(said).toContain("✗ Letta     Letta refused the password. Set LETTA_API_KEY");
  expect(said).toMatch(/\n {2}2 things to mend \(✗\)\.\n\n$/);
  expect(code).toBe(1);
});

test("for programs it is JSON and nothing else", async () => {
  const settings = {
    DATABASE_URL: url,
    LETTA_BASE_URL: letta.url,
    LETTA_API_KEY: "s3cret",
    LETTA_EMBEDDING: "none",
  };
  const { said, code } = await doctor(settings, "--json");
  expect(JSON.parse(said)).toMatchObject({
    healthy: true,
    parts: expect.arrayContaining([
      {
        name: "Letta",
        findings: expect.arrayContaining([{ state: "ok", text: expect.stringContaining("answers") }]),
      },
    ]),
  });
  expect(code).toBe(0);
});

test("what it does not know is refused: 2", async () => {
  expect(await doctor({}, "--jason")).toEqual({ said: "", code: 2 });
});
