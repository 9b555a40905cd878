import type { Database } from "../../emulators/kit/database.ts";

interface Connection {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: Record<string, unknown>[] }>;
}

/** As much of a pool of the package `pg` as this needs. */
export interface ConnectionPool extends Connection {
  connect(): Promise<Connection & { release(error?: Error | boolean): void }>;
}

const overConnection = (connection: Connection): Database["query"] => {
  return (text, values) => connection.query(text, values && [...values]);
};

/** A pool of connections to PostgreSQL, as the database that a server keeps everything in. */
export function poolDatabase(pool: ConnectionPool): Database {
  return {
    query: overConnection(pool),
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query("begin");
        const result = await work({ query: overConnection(client), transaction: nested(client, 1) });
        await client.query("commit");
        client.release();
        return result;
      } catch (error) {
        // Closed rather than given back: what it had begun ends with it.
        client.release(true);
        throw error;
      }
    },
  };
}

/** Within a transaction the work of another one is undone alone. */
function nested(connection: Connection, depth: number): Database["transaction"] {
  return async (work) => {
    const name = `nested_${depth}`;
    await connection.query(`savepoint ${name}`);
    try {
      const inside = { query: overConnection(connection), transaction: nested(connection, depth + 1) };
      const result = await work(inside);
      await connection.query(`release savepoint ${name}`);
      return result;
    } catch (error) {
      await connection.query(`rollback to savepoint ${name}`);
      throw error;
    }
  };
}
