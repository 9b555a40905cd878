import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { z } from "zod";
import { AppError } from "../../core/domain/errors.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { sentences } from "../../sentences/sentences.ts";
import { migrations } from "../migrations/index.ts";
import { connectToHold, endClient, makeClient } from "./pool.ts";

/** Two-int class of the lock under which all tables are made; see also LIVENESS_LOCK and PROCESS_LOCK. */
const MIGRATION_LOCK = 7_003;
/** Making all tables takes a second or two. */
const WAIT_MS = 60_000;
const LOOK_EVERY_MS = 50;

const Got = z.tuple([z.object({ got: z.boolean() })]);
const Holder = z.object({
  pid: z.number(),
  application: z.string().nullable(),
  address: z.string().nullable(),
  since: z.string().nullable(),
});
const Known = z.array(z.object({ number: z.number().int() }));

/**
 * Brings the schema up to date. Processes that start together wait for each other: `create … if not exists` is not
 * safe against itself. node-pg-migrate is not used since it finds its migrations by scanning a folder.
 */
export async function migrate(
  url: string,
  log: Logger,
  { waitMs = WAIT_MS }: { readonly waitMs?: number } = {},
): Promise<void> {
  const client = makeClient(url, { name: "rapport migrations" });
  // The statement that runs fails too, and tells more.
  client.on("error", () => undefined);
  try {
    await connectToHold(client);
    await takeLock(client, log, waitMs);
    await runPending(client, log);
  } finally {
    // Ending the session gives the lock back.
    await endClient(client);
  }
}

/** Others make the same tables just now, or one that was cut off holds the lock still: whoever waits says for whom. */
async function takeLock(client: pg.Client, log: Logger, waitMs: number): Promise<void> {
  const giveUpAt = performance.now() + waitMs;
  for (let isTold = false; ; ) {
    const { rows } = await client.query("select pg_try_advisory_lock($1, 1) as got", [MIGRATION_LOCK]);
    if (Got.parse(rows)[0].got) return;
    const isOver = performance.now() > giveUpAt;
    if (isOver || !isTold) {
      const holder = await holderOfLock(client);
      if (holder && isOver) throw heldBy(holder, waitMs);
      if (holder) log.info({ holder }, "another process makes the tables, waiting for it");
      isTold ||= holder !== undefined;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** Undefined when it has just been given back. */
async function holderOfLock(client: pg.Client): Promise<z.infer<typeof Holder> | undefined> {
  const { rows } = await client.query(
    `select a.pid, a.application_name as application, host(a.client_addr) as address,
            to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ') as since
       from pg_locks k join pg_stat_activity a using (pid)
      where k.locktype = 'advisory' and k.granted and k.objsubid = 2
        and k.database = (select oid from pg_database where datname = current_database())
        and k.classid::bigint = $1 and k.objid::bigint = 1`,
    [MIGRATION_LOCK],
  );
  return rows[0] && Holder.parse(rows[0]);
}

function heldBy(holder: z.infer<typeof Holder>, waitMs: number): AppError {
  const seconds = Math.round(waitMs / 1_000);
  return new AppError("misconfigured", sentences.database.tables.locked({ seconds, holder }));
}

async function runPending(client: pg.Client, log: Logger): Promise<void> {
  // `create schema if not exists` wants a permission that is not needed where somebody made the schema beforehand.
  await client.query(`
    do $$ begin if to_regnamespace('rapport') is null then create schema rapport; end if; end $$;
    create table if not exists rapport.migration(
      number     int primary key,
      name       text not null,
      applied_at timestamptz not null default now()
    )`);
  const { rows } = await client.query("select number from rapport.migration");
  const applied = new Set(Known.parse(rows).map(({ number }) => number));
  if (Math.max(0, ...applied) > migrations.length) {
    throw new AppError("misconfigured", sentences.database.tables.setUpByNewer);
  }
  const pending = migrations
    .map((migration, index) => ({ ...migration, number: index + 1 }))
    .filter(({ number }) => !applied.has(number));
  for (const { number, name, sql } of pending) {
    await applyOne(client, { number, name, sql });
    log.debug({ number, name }, "migration applied");
  }
  const [first, last] = [pending[0], pending.at(-1)];
  if (first && last)
    log.info({ count: pending.length, from: first.number, to: last.number }, "migrations applied");
}

async function applyOne(
  client: pg.Client,
  migration: { number: number; name: string; sql: string },
): Promise<void> {
  await client.query("begin");
  try {
    await client.query(migration.sql);
    await client.query("insert into rapport.migration(number, name) values ($1, $2)", [
      migration.number,
      migration.name,
    ]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}
