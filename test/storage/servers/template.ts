import { createHash } from "node:crypto";
import pg from "pg";
import { z } from "zod";
import type { Database } from "../../../src/emulators/kit/database.ts";
import { createSchema } from "../../../src/letta-server/store/schema.ts";
import { migrations } from "../../../src/storage/migrations/index.ts";
import { migrate } from "../../../src/storage/postgres/migrate.ts";
import { silentLog } from "../../core/world/fakes.ts";
import { databaseAt } from "../../emulators/database.ts";

/** Two-int class of the lock under which a template is made. */
const TEMPLATE_LOCK = 7_900;
const DAY_MS = 24 * 60 * 60_000;

const Names = z.array(z.object({ datname: z.string() }));

const onServers = new Map<string, Promise<string>>();

/**
 * The name of a database with all tables in it, to be copied: to make them takes three times as long. It stays on the
 * server for all test files and for later runs, a day or two.
 */
export function templateOn(serverUrl: string): Promise<string> {
  const making = onServers.get(serverUrl) ?? makeOnce(serverUrl);
  onServers.set(serverUrl, making);
  return making;
}

async function makeOnce(serverUrl: string): Promise<string> {
  const today = Math.floor(Date.now() / DAY_MS);
  const name = `rapport_template_${today}_${await fingerprint()}`;
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  try {
    await admin.query("select pg_advisory_lock($1, 1)", [TEMPLATE_LOCK]);
    const { rows } = await admin.query(
      "select datname from pg_database where datname like 'rapport\\_template\\_%'",
    );
    const there = Names.parse(rows).map(({ datname }) => datname);
    for (const old of there.filter((each) => Number(each.split("_")[2]) < today - 1))
      await admin.query(`drop database ${old} with (force)`);
    if (there.includes(name)) return name;
    await admin.query(`drop database if exists ${name}_making`);
    await admin.query(`create database ${name}_making`);
    await furnish(databaseUrl(serverUrl, `${name}_making`));
    await admin.query(`alter database ${name}_making rename to ${name}`);
    return name;
  } finally {
    await admin.end();
  }
}

async function furnish(url: string): Promise<void> {
  await migrate(url, silentLog);
  const db = databaseAt(url);
  await createSchema(db);
  await db.close();
}

/** Other tables, another template. */
async function fingerprint(): Promise<string> {
  const hash = createHash("sha1");
  for (const { sql } of migrations) hash.update(sql);
  const listening: Database = {
    query: async (text) => {
      hash.update(text);
      return { rows: [] };
    },
    transaction: (work) => work(listening),
  };
  await createSchema(listening);
  return hash.digest("hex").slice(0, 12);
}

export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}
