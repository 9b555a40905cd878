import type pg from "pg";
import type { Logger } from "../../core/ports/logger.ts";
import { inTransaction, makePool } from "../postgres/pool.ts";

/** Seed of the bigint form, so that these locks never meet those of the two-int form. */
const RECORD_LOCK_SEED = 7_100;
const LOCKS_AT_ONCE = 4;
/** Making an agent and its conversation takes Letta some seconds, and others may be before us. */
const WAIT_MS = 60_000;

/**
 * Locks across processes, held by connections of their own pool: callers who hold a lock and wait for a data
 * connection of the same pool would starve each other. For the same reason each kind of record has its own locks,
 * since making a binding makes an agent while it holds the binding's lock.
 */
export class RecordLocks {
  readonly #pool: pg.Pool;
  readonly #table: string;

  constructor(url: string, table: string, log: Logger) {
    this.#table = table;
    this.#pool = makePool(url, { log, name: `rapport ${table} locks`, max: LOCKS_AT_ONCE, waitMs: WAIT_MS });
  }

  /** Runs `work` while nobody else in the fleet holds the lock of this record. */
  async under<T>(key: string, work: () => Promise<T>): Promise<T> {
    return inTransaction(this.#pool, async (db) => {
      await db.query("select pg_advisory_xact_lock(hashtextextended($1, $2))", [
        `${this.#table}/${key}`,
        RECORD_LOCK_SEED,
      ]);
      return work();
    });
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
