import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "../../core/ports/logger.ts";
import { connectionConfig } from "./address.ts";

/** What can run a statement: a pool, a client, or a transaction. */
export interface Database {
  query(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ rows: Record<string, unknown>[]; rowCount: number | null }>;
}

/** A database that can also do several statements wholly or not at all; within itself too, by savepoints. */
export interface Transactional extends Database {
  transaction<T>(work: (db: Transactional) => Promise<T>): Promise<T>;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** A half-open socket would keep a query waiting for ever. */
const QUERY_TIMEOUT_MS = 30_000;

/** A host that is gone is noticed in some 20 s: libuv asks ten times, a second apart. */
const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 };

/** `waitMs`: how long to wait for a connection, be it to open or to be given back. */
export function makePool(
  url: string,
  options: { log: Logger; name: string; max: number; waitMs?: number },
): pg.Pool {
  const pool = new pg.Pool({
    ...connectionConfig(url),
    max: options.max,
    connectionTimeoutMillis: options.waitMs ?? CONNECT_TIMEOUT_MS,
    query_timeout: options.waitMs ?? QUERY_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    ...KEEP_ALIVE,
    application_name: options.name,
  });
  // Without a listener the process ends when the server restarts while a client is idle.
  pool.on("error", (error) => options.log.warn({ err: error, pool: options.name }, "idle connection lost"));
  // Nor has pg-pool one between a connection's being ready and its being used: a server that is shut down then ends the
  // process. The statement that runs fails too, and tells more.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/**
 * A connection outside of the pools, for what lives as long as the connection: session locks and LISTEN. `setting`: the
 * one that holds the address.
 */
export function makeClient(
  url: string,
  options: { name: string; queryTimeoutMs?: number; setting?: string },
): pg.Client {
  return new pg.Client({
    ...connectionConfig(url, options.setting),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    ...(options.queryTimeoutMs === undefined ? {} : { query_timeout: options.queryTimeoutMs }),
    ...KEEP_ALIVE,
    application_name: options.name,
  });
}

/**
 * Connects, and has the server notice within seconds that this host is gone (5 + 3 × 2), and drop its locks. By a
 * statement, since poolers refuse it as a parameter of the connection.
 */
export async function connectToHold(client: pg.Client): Promise<void> {
  await client.connect();
  await client.query(
    `select set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '2', false),
            set_config('tcp_keepalives_count', '3', false)`,
  );
}

const END_TIMEOUT_MS = 2_000;

/** Ends a connection that may be broken already: how it ends does not matter to anybody, and may take for ever. */
export async function endClient(client: pg.Client): Promise<void> {
  const ended = client.end().catch(() => undefined);
  await Promise.race([ended, sleep(END_TIMEOUT_MS, undefined, { ref: false })]);
}

/** READ COMMITTED, whatever the server's default: the lane functions rely on each statement seeing what is committed. */
export async function inTransaction<T>(pool: pg.Pool, work: (db: Transactional) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const remember = (error: Error) => {
    broken = error;
  };
  client.on("error", remember);
  try {
    await client.query("begin isolation level read committed");
    const result = await work(withSavepoints(asDatabase(client)));
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(remember);
    throw error;
  } finally {
    client.off("error", remember);
    client.release(broken);
  }
}

function withSavepoints(db: Database): Transactional {
  return {
    query: db.query,
    transaction: async (work) => {
      await db.query("savepoint nested");
      try {
        const result = await work(withSavepoints(db));
        await db.query("release savepoint nested");
        return result;
      } catch (error) {
        await db.query("rollback to savepoint nested; release savepoint nested");
        throw error;
      }
    },
  };
}

/** pg's own types take a mutable array of values. */
export function asDatabase(connection: pg.Pool | pg.PoolClient | pg.Client): Database {
  return { query: (text, values) => connection.query(text, values && [...values]) };
}
