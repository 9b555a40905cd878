import { randomInt } from "node:crypto";
import pg from "pg";
import { z } from "zod";
import type { Database } from "../postgres/pool.ts";

/** A pooler may give the same backend twice by chance, since it prefers the one that was used last. */
const ROUNDS = 3;

const Backend = z.tuple([z.object({ pid: z.number() })]);
const Got = z.tuple([z.object({ got: z.boolean() })]);

/**
 * Whether a connection has a backend of its own from its first statement to its last. Through pgbouncer in transaction
 * mode it has none: what one connection locks or listens to is another's a moment later. Both are connections to
 * the same address.
 */
export async function keepsSession(one: Database, other: Database): Promise<boolean> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = await backendOf(one);
    await other.query("begin");
    try {
      if ((await backendOf(other)) === first || (await backendOf(one)) !== first) return false;
    } finally {
      await other.query("rollback");
    }
  }
  return true;
}

async function backendOf(db: Database): Promise<number> {
  const { rows } = await db.query("select pg_backend_pid() as pid");
  return Backend.parse(rows)[0].pid;
}

/** A pooler in statement mode refuses them. */
export async function supportsTransactions(db: Database): Promise<boolean> {
  try {
    await db.query("begin");
    await db.query("rollback");
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError) return false;
    throw error;
  }
}

/** Two-int class of a lock that nobody needs: whoever sees it taken is in the same database. */
const MEETING_LOCK = 7_004;
const NUMBERS = 2 ** 31 - 1;

/** Whether two addresses lead to one database: what one locks, the other cannot. */
export async function isSameDatabase(one: Database, other: Database): Promise<boolean> {
  const lock = [MEETING_LOCK, randomInt(NUMBERS)];
  await one.query("begin");
  try {
    await one.query("select pg_advisory_xact_lock($1, $2)", lock);
    const { rows } = await other.query("select pg_try_advisory_xact_lock($1, $2) as got", lock);
    return !Got.parse(rows)[0].got;
  } finally {
    await one.query("rollback");
  }
}
