import { afterAll, afterEach, beforeAll, describe } from "vitest";
import type { DatabaseAddress } from "../../../src/storage/postgres/address.ts";
import { openStorage, type Storage } from "../../../src/storage/storage.ts";
import { emptyLanes, recordingLog, type TestServer } from "../../storage/servers/databases.ts";
import { provenanceContract } from "./provenance-contract.ts";
import { recordsContract } from "./records-contract.ts";
import { tenantContract } from "./tenant-contract.ts";
import { lanesContract } from "./turn-queue-contract.ts";
import { turnsContract } from "./turns-contract.ts";
import { usageContract } from "./usage-contract.ts";

/** Everything short, so that a retry or a lost lane takes no time to wait for. */
const TIMING = { pollMs: 50, silentMs: 50, backoffMs: () => 5 };

export interface StorageUnderTest {
  readonly server: TestServer;
  /** How Rapport reaches a database of the server; directly, if nothing else is said. */
  readonly addressOf?: (databaseUrl: string) => DatabaseAddress;
}

/** What holds for everything that is stored, on every server and on every way to it. */
export function storageContract(start: () => Promise<StorageUnderTest>): void {
  let server: TestServer;
  let addressOf: (databaseUrl: string) => DatabaseAddress;
  beforeAll(async () => {
    const started = await start();
    server = started.server;
    addressOf = started.addressOf ?? ((url) => ({ url }));
  });
  afterAll(async () => {
    await server.close();
  });

  describe("records, turns and origins", () => {
    let storage: Storage;
    let another: Storage;
    beforeAll(async () => {
      const address = addressOf(await server.emptyDatabase());
      storage = await openStorage({ ...address, log: recordingLog() });
      another = await openStorage({ ...address, log: recordingLog() });
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
    usageContract(() => storage);
    tenantContract(() => storage);
  });

  describe("lanes", () => {
    let url: string;
    let opened: Storage[] = [];
    beforeAll(async () => {
      url = await server.emptyDatabase();
    });
    afterEach(async () => {
      for (const storage of opened) await storage.close();
      opened = [];
      await emptyLanes(url);
    });
    lanesContract(() => ({
      open: async () => {
        const log = recordingLog();
        const storage = await openStorage({ ...addressOf(url), log, laneTiming: TIMING });
        opened.push(storage);
        return { storage, log: log.lines };
      },
    }));
  });
}
