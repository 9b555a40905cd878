import { LookupCache } from "../../core/async/lookup-cache.ts";
import type { RecordKey } from "../../core/domain/record-key.ts";
import type { RecordStore } from "../../core/ports/record-store.ts";

/** A process with more than this in use reads the rest from the database. */
const KEPT_OF_A_TABLE = 5_000;
/** Nothing is kept longer, should a notification ever be lost. */
const KEPT_FOR_MS = 10 * 60_000;

const monotonic = { now: () => performance.now() };

/**
 * What this process keeps of records in memory. Something is kept only while the process hears of changes: before that, and
 * while the connection that listens is lost, everything is read from the database.
 */
export class RecordCache {
  readonly #tables = new Map<string, KeptTable>();
  #isListening: boolean = false;

  /** The records of a table, read through what is kept of it. */
  over<T>(table: string, records: RecordStore<T>): RecordStore<T> {
    const kept = new LookupCache<T | undefined>({ ...LIMITS, clock: monotonic });
    const lists = new LookupCache<readonly T[]>({ ...LIMITS, clock: monotonic });
    this.#tables.set(table, {
      forget(key) {
        kept.forget(key);
        lists.forgetAll("");
      },
      forgetAll() {
        kept.forgetAll("");
        lists.forgetAll("");
      },
    });
    return new CachedRecordStore({
      ...{ records, kept, lists },
      isListening: () => this.#isListening,
      forget: (key) => this.changed(`${table}/${key}`),
    });
  }

  /** From now on every change is heard of. */
  listening(): void {
    this.#forgetAll();
    this.#isListening = true;
  }

  /** Changes may be missed from now on. */
  lost(): void {
    this.#isListening = false;
    this.#forgetAll();
  }

  /** The database was not reached: what is kept is not given out in its place. */
  doubt(): void {
    this.#forgetAll();
  }

  /** `table/key`, as the trigger in migrations/records/record-changes.ts sends it. */
  changed(notice: string): void {
    const [table = "", ...key] = notice.split("/");
    this.#tables.get(table)?.forget(key.join("/"));
  }

  #forgetAll(): void {
    for (const table of this.#tables.values()) table.forgetAll();
  }
}

const LIMITS = { freshMs: KEPT_FOR_MS, most: KEPT_OF_A_TABLE };

interface KeptTable {
  forget(key: string): void;
  forgetAll(): void;
}

/** Whoever writes reads what is stored; a record that was written here is read anew at once, without a notification. */
class CachedRecordStore<T> implements RecordStore<T> {
  readonly #records: RecordStore<T>;
  readonly #kept: LookupCache<T | undefined>;
  readonly #lists: LookupCache<readonly T[]>;
  readonly #isListening: () => boolean;
  readonly #forget: (key: RecordKey) => void;

  constructor(parts: {
    readonly records: RecordStore<T>;
    readonly kept: LookupCache<T | undefined>;
    readonly lists: LookupCache<readonly T[]>;
    readonly isListening: () => boolean;
    readonly forget: (key: RecordKey) => void;
  }) {
    this.#records = parts.records;
    this.#kept = parts.kept;
    this.#lists = parts.lists;
    this.#isListening = parts.isListening;
    this.#forget = parts.forget;
  }

  get(key: RecordKey): Promise<T | undefined> {
    const read = () => this.#records.get(key);
    return this.#isListening() ? this.#kept.get(key, read) : read();
  }

  list(...firstParts: readonly string[]): Promise<readonly T[]> {
    const read = () => this.#records.list(...firstParts);
    // All of a table is asked for by housekeeping alone, and may be a great deal.
    if (firstParts.length === 0 || !this.#isListening()) return read();
    return this.#lists.get(JSON.stringify(firstParts), read);
  }

  set(key: RecordKey, value: T): Promise<void> {
    return this.#writing(key, () => this.#records.set(key, value));
  }

  delete(key: RecordKey): Promise<boolean> {
    return this.#writing(key, () => this.#records.delete(key));
  }

  async getOrCreate(key: RecordKey, make: () => Promise<T>): Promise<T> {
    const there = await this.get(key);
    return there ?? this.#writing(key, () => this.#records.getOrCreate(key, make));
  }

  update(key: RecordKey, change: (value: T | undefined) => Promise<T | undefined>): Promise<T | undefined> {
    return this.#writing(key, () => this.#records.update(key, change));
  }

  async #writing<Result>(key: RecordKey, write: () => Promise<Result>): Promise<Result> {
    try {
      return await write();
    } finally {
      this.#forget(key);
    }
  }
}
