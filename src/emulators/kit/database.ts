/** The PostgreSQL that an emulator keeps its state in. Whoever starts the emulator brings the connection. */
export interface Database {
  query(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: readonly Record<string, unknown>[] }>;
  /** Runs the work on one connection: all of it is kept, or, when it throws, nothing. */
  transaction<T>(work: (db: Database) => Promise<T>): Promise<T>;
}
