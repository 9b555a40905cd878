import { describe, expect, test } from "vitest";
import { storageContract } from "../contracts/storage/storage-contract.ts";
import { embeddedServer, systemServer } from "./servers/databases.ts";

const system = process.env.TEST_DATABASE_URL;

test("a system PostgreSQL takes part where CI runs", async ({ annotate }) => {
  if (system === undefined) await annotate("TEST_DATABASE_URL is not set: only the embedded one was tested");
  expect(process.env.CI === "true" && system === undefined).toBe(false);
});

describe("on the embedded PostgreSQL", () => {
  storageContract(async () => ({ server: await embeddedServer() }));
});

if (system !== undefined) {
  describe("on a system PostgreSQL", () => {
    storageContract(async () => ({ server: systemServer(system) }));
  });
}
