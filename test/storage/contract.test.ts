import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openStorage, type Storage } from "../../src/storage/storage.ts";
import { lanesContract } from "../contracts/lanes-contract.ts";
import { provenanceContract } from "../contracts/provenance-contract.ts";
import { recordsContract } from "../contracts/records-contract.ts";
import { turnsContract } from "../contracts/turns-contract.ts";
import { embeddedServer, emptyLanes, keepingLog, systemServer, type TestServer } from "./databases.ts";

/** Everything short, so that a retry or a lost lane takes no time to wait for. */
const TIMING = { pollMs: 50, silentMs: 50, backoffMs: () => 5 };

const system = process.env.TEST_DATABASE_URL;

test("a system PostgreSQL takes part where CI runs", async ({ annotate }) => {
  if (system === undefined) await annotate("TEST_DATABASE_URL is not set: only the embedded one was tested");
  expect(process.env.CI === "true" && system === undefined).toBe(false);
});

describe("on the embedded PostgreSQL", () => {
  contractsOn(embeddedServer);
});

if (system !== undefined) {
  describe("on a system PostgreSQL", () => {
    contractsOn(() => Promise.resolve(systemServer(system)));
  });
}

function contractsOn(start: () => Promise<TestServer>): void {
  let server: TestServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(async () => {
    await server.close();
  });

  describe("records, turns and origins", () => {
    let storage: Storage;
    let another: Storage;
    beforeAll(async () => {
      const url = await server.scratch();
      storage = await openStorage({ url, log: keepingLog() });
      another = await openStorage({ url, log: keepingLog() });
    });
    afterAll(async () => {
      await storage.close();
      await another.close();
    });
    recordsContract(
      () => storage,
      () => another,
    );
    turnsContract(() => storage);
    provenanceContract(() => storage);
  });

  describe("lanes", () => {
    let url: string;
    let opened: Storage[] = [];
    beforeAll(async () => {
      url = await server.scratch();
    });
    afterEach(async () => {
      for (const storage of opened) await storage.close();
      opened = [];
      await emptyLanes(url);
    });
    lanesContract(() => ({
      open: async () => {
        const log = keepingLog();
        const storage = await openStorage({ url, log, laneTiming: TIMING });
        opened.push(storage);
        return { storage, log: log.lines };
      },
    }));
  });
}
