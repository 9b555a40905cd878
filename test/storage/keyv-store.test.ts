import { readdirSync, readFileSync } from "node:fs";
import pg from "pg";
import { expect, test } from "vitest";
import { keyvStore } from "../../src/storage/records/keyv-postgres.ts";
import { recordingLog } from "./servers/databases.ts";

/* What @keyv/postgres does to those who do not know it. No server is asked here. */

test.each(["a:b", "my-table", "Mixed", "x; drop table y", ""])(
  "%j is no table: keyv would not quote it",
  (name) => {
    expect(() => keyvStore(new pg.Pool(), name, recordingLog())).toThrow(/not a name for a table/);
  },
);

test("a store that is disconnected leaves the pool to the others", async () => {
  const pool = new pg.Pool();
  await keyvStore(pool, "binding", recordingLog()).disconnect();
  expect(pool.ended).toBe(false);
});

test("nothing clears a store: that would take the records of others along", () => {
  const clearing = readdirSync("src/storage").filter(
    (file) =>
      file.endsWith(".ts") && /keyv\w*\s*\.clear\(/i.test(readFileSync(`src/storage/${file}`, "utf8")),
  );
  expect(clearing).toEqual([]);
});
