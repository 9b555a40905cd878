import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import type { Finding } from "../core/finding.ts";
import { migrations } from "./migrations/index.ts";
import { type Database, endClient, makeClient } from "./pool.ts";
import { understood } from "./start-failure.ts";

/** `server_version_num` of the oldest PostgreSQL that the README promises. */
const OLDEST = 140_000;
/** Turns and housekeeping compare times of the database with those of the process; seconds do no harm. */
const MOST_SKEW_MS = 5_000;
const QUERY_TIMEOUT_MS = 10_000;

const Server = z.tuple([
  z.object({
    version: z.string(),
    number: z.number(),
    now: z.coerce.number(),
    read_only: z.boolean(),
    has_schema: z.boolean(),
  }),
]);
const Newest = z.tuple([z.object({ newest: z.number() })]);

const Refused = z.array(z.object({ name: z.string() }));

/**
 * Looks at a database without changing anything. `beside` are schemas that are wanted there besides ours. Throws an
 * AppError when it cannot be reached.
 */
export async function* inspectDatabase(
  url: string,
  clock: Clock,
  beside: readonly string[] = [],
): AsyncGenerator<Finding> {
  const client = makeClient(url, { name: "rapport doctor", queryTimeoutMs: QUERY_TIMEOUT_MS });
  // The statement that runs fails too, and tells more.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const db = { query: (text: string, values?: unknown[]) => client.query(text, values) };
    yield* findings(db, clock, ["rapport", ...beside]);
  } catch (error) {
    throw understood(error);
  } finally {
    await endClient(client);
  }
}

async function* findings(db: Database, clock: Clock, schemas: readonly string[]): AsyncGenerator<Finding> {
  const asked = clock.now();
  const { rows } = await db.query(`
    select current_setting('server_version') as version,
           current_setting('server_version_num')::int as number,
           extract(epoch from clock_timestamp()) * 1000 as now,
           pg_is_in_recovery() as read_only,
           to_regclass('rapport.migration') is not null as has_schema`);
  const [server] = Server.parse(rows);
  const skewMs = server.now - (asked + clock.now()) / 2;

  yield server.number < OLDEST
    ? bad(`PostgreSQL ${server.version} answers; Rapport needs 14 or newer: update it.`)
    : good(`PostgreSQL ${server.version} answers.`);
  if (server.read_only) {
    yield bad("This is a standby that takes no changes: set DATABASE_URL to the primary server.");
  } else {
    yield await permission(db, schemas);
  }
  yield Math.abs(skewMs) > MOST_SKEW_MS
    ? {
        state: "doubtful",
        text: `Its clock and ours differ by ${Math.round(Math.abs(skewMs) / 1_000)} s: let both machines keep time by NTP.`,
      }
    : good("Its clock agrees with ours.");
  yield server.has_schema
    ? await tables(db)
    : { state: "note", text: "The tables are made at the first start." };
}

async function permission(db: Database, schemas: readonly string[]): Promise<Finding> {
  const { rows } = await db.query(
    `select name from unnest($1::text[]) as name
      where not coalesce(has_schema_privilege(to_regnamespace(name)::oid, 'create'),
                         has_database_privilege(current_database(), 'create'))`,
    [schemas],
  );
  const refused = Refused.parse(rows).map(({ name }) => name);
  const named = (names: readonly string[]) =>
    `the schema${names.length > 1 ? "s" : ""} ${names.join(" and ")}`;
  return refused.length === 0
    ? good(`The user may make and use ${named(schemas)}.`)
    : bad(`The user in DATABASE_URL may not make ${named(refused)}: grant it CREATE on the database.`);
}

async function tables(db: Database): Promise<Finding> {
  const { rows } = await db.query("select coalesce(max(number), 0) as newest from rapport.migration");
  const [{ newest }] = Newest.parse(rows);
  if (newest > migrations.length) {
    return bad("The tables are of a newer Rapport: start that version, or use another DATABASE_URL.");
  }
  const missing = migrations.length - newest;
  return missing > 0
    ? { state: "note", text: `The next start brings the tables up to date (${missing} steps).` }
    : good("The tables are up to date.");
}

const good = (text: string): Finding => ({ state: "good", text });
const bad = (text: string): Finding => ({ state: "bad", text });
