import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isBotAlive } from "../../src/storage/liveness.ts";
import { openStorage } from "../../src/storage/storage.ts";
import { bundledProgram } from "../harness/build/programs.ts";
import { recordingLog, type TestServer, testServer } from "../storage/servers/databases.ts";

let server: TestServer;
let program: string;
beforeAll(async () => {
  [server, program] = await Promise.all([testServer(), bundledProgram(PROGRAM)]);
});
afterAll(() => server.close());

const PROGRAM = new URL("../../src/cli/liveness.ts", import.meta.url);

const run = promisify(execFile);
const pulse = (DATABASE_URL: string) =>
  run(process.execPath, [program], {
    env: { PATH: process.env.PATH, DATABASE_URL },
  });

test("the pulse is felt from when the bot works until it stops", async () => {
  const url = await server.emptyDatabase();
  const storage = await openStorage({ url, log: recordingLog() });
  expect(await isBotAlive(url)).toBe(false);
  await storage.turnQueue.start(() => Promise.resolve());
  expect(await isBotAlive(url)).toBe(true);
  // Another installation's, on the same server.
  expect(await isBotAlive(await server.emptyDatabase())).toBe(false);
  expect((await pulse(url)).stderr).toBe("");
  await storage.close();
  expect(await isBotAlive(url)).toBe(false);
  await expect(pulse(url)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^No bot on this machine/),
  });
});
