import { KeyvPostgres, type KeyvPostgresOptions } from "@keyv/postgres";
import { Keyv } from "keyv";
import type pg from "pg";
import type { Logger } from "../../core/ports/logger.ts";
import { storedJson } from "../postgres/stored-json.ts";

/** What @keyv/postgres writes into its SQL without quoting. */
const IDENTIFIER = /^[a-z_][a-z0-9_]{0,62}$/;

interface BorrowingOptions extends KeyvPostgresOptions {
  readonly borrowed: pg.Pool;
}

/**
 * @keyv/postgres 2.2 over a pool of ours. Its own pool is one for the whole process, has no error listener (a restart of
 * the server would end the process), and is gone after any `disconnect()`. Tables come from the migrations.
 */
class BorrowingKeyvPostgres extends KeyvPostgres {
  // The constructor of KeyvPostgres calls connect() before a field of this class exists, so the pool travels in `opts`.
  declare opts: BorrowingOptions;

  constructor(options: BorrowingOptions) {
    super(options);
  }

  override connect(): Promise<(sql: string, values?: unknown[]) => Promise<unknown[]>> {
    const { borrowed } = this.opts;
    return Promise.resolve(async (sql, values) => {
      // The one statement the constructor sends by itself; its failure would be nobody's to catch.
      if (sql.startsWith("CREATE ")) return [];
      return (await borrowed.query(sql, values)).rows;
    });
  }

  /** The owner of the pool ends it. */
  override disconnect(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * Without `throwOnErrors` keyv gives `undefined` while the server is down, and a second conversation would be made.
 * There is no namespace: each kind of record has its table. Nobody may call `clear()`.
 */
export function keyvStore(pool: pg.Pool, table: string, log: Logger): Keyv<unknown> {
  if (!IDENTIFIER.test(table)) throw new Error(`not a name for a table: ${JSON.stringify(table)}`);
  const keyv = new Keyv<unknown>({
    store: new BorrowingKeyvPostgres({ borrowed: pool, schema: "rapport", table }),
    useKeyPrefix: false,
    throwOnErrors: true,
    serialize: storedJson,
  });
  // Whoever called gets the error as well; keyv wants a listener.
  keyv.on("error", (error: unknown) => log.debug({ err: error, table }, "record access failed"));
  return keyv;
}
