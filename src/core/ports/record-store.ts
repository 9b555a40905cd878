import type { RecordKey } from "../domain/record-key.ts"; /**
 * Typed records by key. An outage throws and never reads as "not there"; so does a record that does not parse.
 */
export interface RecordStore<T> {
  get(key: RecordKey): Promise<T | undefined>;
  set(key: RecordKey, value: T): Promise<void>;
  /** False when there was none. */
  delete(key: RecordKey): Promise<boolean>;
  /** Makes the record at most once, however many ask at the same time, in however many processes. */
  getOrCreate(key: RecordKey, make: () => Promise<T>): Promise<T>;
  /** Reads, changes and writes under the same lock as `getOrCreate`; `undefined` from `change` leaves it is. */
  update(key: RecordKey, change: (value: T | undefined) => Promise<T | undefined>): Promise<T | undefined>;
  /** All records whose key begins with these parts, by key. */
  list(...firstParts: readonly string[]): Promise<readonly T[]>;
}
