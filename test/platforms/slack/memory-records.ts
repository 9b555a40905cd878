import type { RecordKey } from "../../../src/core/domain/record-key.ts";
import type { RecordStore } from "../../../src/core/ports/record-store.ts";

/** Records in memory, for one process. */
export class KeptRecords<T> implements RecordStore<T> {
  readonly all = new Map<RecordKey, T>();

  async get(key: RecordKey): Promise<T | undefined> {
    return this.all.get(key);
  }

  async set(key: RecordKey, value: T): Promise<void> {
    this.all.set(key, value);
  }

  async delete(key: RecordKey): Promise<boolean> {
    return this.all.delete(key);
  }

  async getOrCreate(key: RecordKey, make: () => Promise<T>): Promise<T> {
    const value = this.all.get(key) ?? (await make());
    this.all.set(key, value);
    return value;
  }

  async update(
    key: RecordKey,
    change: (value: T | undefined) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const changed = await change(this.all.get(key));
    if (changed !== undefined) this.all.set(key, changed);
    return this.all.get(key);
  }

  async list(): Promise<readonly T[]> {
    return [...this.all.values()];
  }
}
