import { afterAll, beforeAll, expect, test } from "vitest";
import { openStorage, type Storage } from "../../src/storage/storage.ts";
import { recordingLog, type TestServer, testServer } from "./servers/databases.ts";

let server: TestServer;
let storage: Storage;
beforeAll(async () => {
  server = await testServer();
  // One connection: what is set there holds for all.
  storage = await openStorage({
    url: await server.migratedDatabase(),
    log: recordingLog(),
    maxConnections: 1,
  });
});
afterAll(async () => {
  await storage.close();
  await server.close();
});

test("a database that takes what is stored is well, and keeps nothing of the trial", async () => {
  await storage.checkWritable();
  const { rows } = await storage.query("show work_mem");
  expect(rows).not.toEqual([{ work_mem: "64kB" }]);
});

test.each([
  ["that is read-only", "default_transaction_read_only = on", /read-only/],
  // As little goes to the disk then as when it is full.
  ["whose disk takes nothing", "temp_file_limit = 0", /temporary files/],
])("a database %s says why", async (_which, setting, reason) => {
  await storage.query(`set ${setting}`);
  await expect(storage.checkWritable()).rejects.toMatchObject({
    code: "misconfigured",
    userMessage: expect.stringMatching(reason),
  });
  await storage.query("reset all");
  await storage.checkWritable();
});
