import type { Database } from "../../src/emulators/kit/database.ts";
import { asDatabase, inTransaction, makePool } from "../../src/storage/postgres/pool.ts";
import { silentLog } from "../core/world/fakes.ts";

export interface TestDatabase extends Database {
  close(): Promise<void>;
}

/** An emulator's own connections: the bot's are cut in tests, and end with the bot. */
export function databaseAt(url: string): TestDatabase {
  const pool = makePool(url, { log: silentLog, name: "emulator", max: 8 });
  return {
    query: asDatabase(pool).query,
    transaction: (work) => inTransaction(pool, work),
    close: () => pool.end(),
  };
}
