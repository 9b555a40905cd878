import { type Database, poolDatabase } from "@rapport/letta-server";
import pg from "pg";

export interface TestDatabase extends Database {
  close(): Promise<void>;
}

/** An emulator's own connections: the bot's are cut in tests, and end with the bot. */
export function databaseAt(connectionString: string): TestDatabase {
  const pool = new pg.Pool({ connectionString, max: 8, application_name: "emulator" });
  // A server that is shut down tells idle connections so, and an error that nobody hears ends the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return { ...poolDatabase(pool), close: () => pool.end() };
}
