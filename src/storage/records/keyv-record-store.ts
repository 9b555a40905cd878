import type { Keyv } from "keyv";
import { z } from "zod";
import type { RecordKey } from "../../core/domain/record-key.ts";
import type { RecordStore } from "../../core/ports/record-store.ts";
import type { Database } from "../postgres/pool.ts";
import { parseStored } from "./corrupt-record.ts";
import type { RecordLocks } from "./record-locks.ts";

const Row = z.object({ key: z.string(), value: z.object({ value: z.unknown() }) });

/** Records of one table through keyv, parsed on every read and write. */
export class KeyvRecordStore<T> implements RecordStore<T> {
  readonly #table: string;
  readonly #schema: z.ZodType<T>;
  readonly #keyv: Keyv<unknown>;
  readonly #db: Database;
  readonly #locks: RecordLocks;
  /** Callers in this process that ask for the same record share one making of it. */
  readonly #making = new Map<RecordKey, Promise<T>>();

  constructor(parts: {
    table: string;
    schema: z.ZodType<T>;
    keyv: Keyv<unknown>;
    db: Database;
    locks: RecordLocks;
  }) {
    this.#table = parts.table;
    this.#schema = parts.schema;
    this.#keyv = parts.keyv;
    this.#db = parts.db;
    this.#locks = parts.locks;
  }

  async get(key: RecordKey): Promise<T | undefined> {
    const stored = await this.#keyv.get(key);
    return stored === undefined ? undefined : this.#parse(key, stored);
  }

  async set(key: RecordKey, value: T): Promise<void> {
    const stored = await this.#keyv.set(key, this.#schema.parse(value));
    if (!stored) throw new Error(`the record was not stored: ${this.#table} ${key}`);
  }

  async delete(key: RecordKey): Promise<boolean> {
    return this.#keyv.delete(key);
  }

  async getOrCreate(key: RecordKey, make: () => Promise<T>): Promise<T> {
    const there = await this.get(key);
    if (there !== undefined) return there;
    const running = this.#making.get(key);
    if (running !== undefined) return running;
    const making = this.#makeOnce(key, make).finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    return making;
  }

  async #makeOnce(key: RecordKey, make: () => Promise<T>): Promise<T> {
    return this.#locks.under(key, async () => {
      const there = await this.get(key);
      if (there !== undefined) return there;
      const made = await make();
      await this.set(key, made);
      return made;
    });
  }

  async update(
    key: RecordKey,
    change: (value: T | undefined) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    return this.#locks.under(key, async () => {
      const before = await this.get(key);
      const after = await change(before);
      if (after === undefined) return before;
      await this.set(key, after);
      return after;
    });
  }

  async list(...firstParts: readonly string[]): Promise<readonly T[]> {
    const { rows } = await this.#select(firstParts);
    return rows.map((row) => {
      const { key, value } = Row.parse(row);
      return this.#parse(key, value.value);
    });
  }

  async #select(firstParts: readonly string[]): Promise<{ rows: unknown[] }> {
    if (firstParts.length === 0) return this.#db.query(`select * from rapport.${this.#table} order by key`);
    const first = firstParts.map(encodeURIComponent).join("/");
    return this.#db.query(`select * from rapport.${this.#table} where key = $1 or key like $2 order by key`, [
      first,
      `${likeLiteral(first)}/%`,
    ]);
  }

  #parse(key: string, stored: unknown): T {
    return parseStored(this.#schema, stored, `${this.#table} ${key}`);
  }
}

/** Keys are full of "%": they are URI-encoded. */
function likeLiteral(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
