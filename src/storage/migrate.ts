import type pg from "pg";
import { z } from "zod";
import { AppError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import { migrations } from "./migrations/index.ts";
import { endClient, makeClient } from "./pool.ts";

/** Two-int class of the lock under which all tables are made; see also LIVENESS_LOCK and PROCESS_LOCK. */
const MIGRATION_LOCK = 7_003;
const WAIT_FOR_OTHERS = "120s";

const Known = z.array(z.object({ number: z.number().int() }));

/**
 * Brings the schema up to date. Processes that start together wait for each other: `create … if not exists` is not
 * safe against itself. node-pg-migrate is not used since it finds its migrations by scanning a folder.
 */
export async function migrate(url: string, log: Logger): Promise<void> {
  const client = makeClient(url, { name: "rapport migrations" });
  // The statement that runs fails too, and tells more.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select set_config('lock_timeout', $1, false)", [WAIT_FOR_OTHERS]);
    await client.query("select pg_advisory_lock($1, 1)", [MIGRATION_LOCK]);
    await runPending(client, log);
  } finally {
    // Ending the session gives the lock back.
    await endClient(client);
  }
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
    throw new AppError(
      "misconfigured",
      "The database was set up by a newer version of Rapport: start that version, or use another DATABASE_URL.",
    );
  }
  for (const [index, { name, sql }] of migrations.entries()) {
    const number = index + 1;
    if (applied.has(number)) continue;
    await applyOne(client, { number, name, sql });
    log.info({ number, name }, "migration applied");
  }
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
