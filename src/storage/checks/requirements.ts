import { statfsSync, statSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { type CheckResult, failedCheck } from "../../core/domain/check-result.ts";
import { AppError } from "../../core/domain/errors.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { DatabaseAddress } from "../postgres/address.ts";
import { asDatabase, type Database, endClient, makeClient } from "../postgres/pool.ts";
import { toStartError } from "../postgres/start-errors.ts";
import { isSameDatabase, keepsSession, supportsTransactions } from "./pooler.ts";

/** `server_version_num` of the oldest PostgreSQL that the README promises. */
const OLDEST = 140_000;
const QUERY_TIMEOUT_MS = 10_000;
const MEGABYTE = 2 ** 20;
/** PostgreSQL stops when it cannot write its log, which grows by files of 16 MB. */
const TOO_LITTLE_ROOM_MB = 50;
const LITTLE_ROOM_MB = 500;

/** Connections to a database under examination. The first is to where sessions are kept. */
export interface OpenedDatabase {
  readonly direct: Database;
  readonly another: Database;
  /** Absent where everything goes directly. */
  readonly pooled: Database | undefined;
}

/** Opens the connections of a look, hands them over, and ends them. Throws an AppError when one cannot be opened. */
export async function* withConnections(
  { url, directUrl }: DatabaseAddress,
  check: (opened: OpenedDatabase) => AsyncGenerator<CheckResult>,
): AsyncGenerator<CheckResult> {
  const clients: ReturnType<typeof makeClient>[] = [];
  const open = async (to: string, setting: string) => {
    try {
      const client = makeClient(to, { name: "rapport check", queryTimeoutMs: QUERY_TIMEOUT_MS });
      // The statement that runs fails too, and tells more.
      client.on("error", () => undefined);
      clients.push(client);
      await client.connect();
      return asDatabase(client);
    } catch (error) {
      throw toStartError(error, setting);
    }
  };
  const name = directUrl === undefined ? "DATABASE_URL" : "DATABASE_DIRECT_URL";
  try {
    const pooled = directUrl === undefined ? undefined : await open(url, "DATABASE_URL");
    const direct = await open(directUrl ?? url, name);
    yield* check({ pooled, direct, another: await open(directUrl ?? url, name) });
  } catch (error) {
    throw error instanceof AppError ? error : toStartError(error, name);
  } finally {
    await Promise.all(clients.map(endClient));
  }
}

/** What must be so of a database before Rapport can work with it. Looking changes nothing. */
export async function* databaseChecks(
  opened: OpenedDatabase,
  schemas: readonly string[],
): AsyncGenerator<CheckResult> {
  const server = await factsOf(opened.direct);
  yield server.number < OLDEST
    ? failed(`PostgreSQL ${server.version} answers; Rapport needs 14 or newer: update it.`)
    : ok(`PostgreSQL ${server.version} answers.`);
  if (server.encoding !== "UTF8") {
    yield failed(
      `The database keeps text as ${server.encoding}, which has no room for emoji and most scripts: make one with \`createdb --encoding=UTF8 --template=template0\`, and name it in DATABASE_URL.`,
    );
  }
  yield* await writable(opened.direct, server, schemas);
  yield* await sessions(opened);
  yield* room(server.data_directory, server.is_here);
}

/**
 * Before a start touches anything.
 *
 * @throws {AppError} `misconfigured`, with one sentence for each thing that keeps it from working
 */
export async function requireUsableDatabase(address: DatabaseAddress, log: Logger): Promise<void> {
  const faults: string[] = [];
  try {
    for await (const { state, text } of withConnections(address, (opened) =>
      databaseChecks(opened, ["rapport"]),
    )) {
      if (state === "error") faults.push(text);
      if (state === "warning") log.warn({ database: text }, "the database may not last");
    }
  } catch (error) {
    throw error instanceof AppError ? error : cannotBeUsed(error);
  }
  if (faults.length > 0) throw new AppError("misconfigured", faults.join("\n"));
}

/** What has no sentence of its own: the server's words hold no address and no password. */
function cannotBeUsed(error: unknown): AppError {
  const { text } = failedCheck(error);
  return new AppError("misconfigured", `The database at DATABASE_URL does not answer as it should. ${text}`, {
    cause: error,
  });
}

const Facts = z.tuple([
  z.object({
    version: z.string(),
    number: z.number(),
    encoding: z.string(),
    standby: z.boolean(),
    read_only: z.boolean(),
    is_here: z.boolean(),
    data_directory: z.string().nullable(),
  }),
]);
type Facts = z.infer<typeof Facts>[0];

async function factsOf(db: Database): Promise<Facts> {
  const { rows } = await db.query(`
    select current_setting('server_version') as version,
           current_setting('server_version_num')::int as number,
           current_setting('server_encoding') as encoding,
           pg_is_in_recovery() as standby,
           current_setting('transaction_read_only')::bool as read_only,
           coalesce(inet_client_addr() = inet_server_addr(), true) as is_here,
           (select setting from pg_settings where name = 'data_directory') as data_directory`);
  return Facts.parse(rows)[0];
}

const Refused = z.array(z.object({ name: z.string() }));

async function writable(db: Database, server: Facts, schemas: readonly string[]): Promise<CheckResult[]> {
  if (server.standby)
    return [failed("This is a standby that takes no changes: set DATABASE_URL to the primary server.")];
  if (server.read_only) {
    return [
      failed(
        "The database takes no changes, since default_transaction_read_only is on: turn it off for this user (`alter role … set default_transaction_read_only = off`), or set DATABASE_URL to another one.",
      ),
    ];
  }
  const { rows } = await db.query(
    `select name from unnest($1::text[]) as name
      where not coalesce(has_schema_privilege(to_regnamespace(name)::oid, 'create')
                           and has_schema_privilege(to_regnamespace(name)::oid, 'usage'),
                         has_database_privilege(current_database(), 'create'))`,
    [schemas],
  );
  const refused = Refused.parse(rows).map(({ name }) => name);
  const named = (names: readonly string[]) =>
    `the schema${names.length > 1 ? "s" : ""} ${names.join(" and ")}`;
  if (refused.length > 0) {
    return [
      failed(`The user in DATABASE_URL may not make ${named(refused)}: grant it CREATE on the database.`),
    ];
  }
  const strangers = await tablesOfOthers(db);
  return strangers === undefined
    ? [ok(`The user may make and use ${named(schemas)}.`)]
    : [
        failed(
          `The tables in the schema rapport belong to ${strangers}, and the user in DATABASE_URL may not use them: name ${strangers} there, or run \`reassign owned by\` as an administrator.`,
        ),
      ];
}

/** Whose they are, when the user may not do everything with them. */
async function tablesOfOthers(db: Database): Promise<string | undefined> {
  const { rows } = await db.query(`
    select distinct pg_get_userbyid(relowner) as name from pg_class
     where relnamespace = to_regnamespace('rapport')::oid and relkind = 'r'
       and not (has_table_privilege(oid, 'select') and has_table_privilege(oid, 'insert')
                and has_table_privilege(oid, 'update') and has_table_privilege(oid, 'delete'))`);
  return Refused.parse(rows)[0]?.name;
}

async function sessions({ direct, another, pooled }: OpenedDatabase): Promise<CheckResult[]> {
  const isKept = await keepsSession(direct, another);
  if (!pooled) {
    return isKept
      ? []
      : [
          failed(
            "DATABASE_URL leads through a pooler that gives each transaction another connection (pgbouncer in transaction mode, for instance): set DATABASE_DIRECT_URL to the PostgreSQL behind it, for locks and notifications.",
          ),
        ];
  }
  if (!isKept) {
    return [
      failed(
        "DATABASE_DIRECT_URL leads through a pooler that gives each transaction another connection: it should be the address of the PostgreSQL itself.",
      ),
    ];
  }
  if (!(await supportsTransactions(pooled))) {
    return [
      failed(
        "DATABASE_URL leads through a pooler that takes no transactions: set its pool_mode to transaction.",
      ),
    ];
  }
  return (await isSameDatabase(direct, pooled))
    ? [ok("DATABASE_URL and DATABASE_DIRECT_URL lead to the same database.")]
    : [
        failed(
          "DATABASE_URL and DATABASE_DIRECT_URL lead to different databases: both should name the same.",
        ),
      ];
}

/** As far as it can be told: on this machine, and by a user who may see where the server keeps its data. */
function* room(folder: string | null, isHere: boolean): Generator<CheckResult> {
  const megabytes = folder === null || !isHere ? undefined : roomIn(folder);
  if (megabytes === undefined) return;
  yield* roomLeft(megabytes);
}

/** Nothing is said of a disk with room. */
export function roomLeft(megabytes: number): readonly CheckResult[] {
  const left = `The disk of the database has ${Math.floor(megabytes)} MB left`;
  if (megabytes < TOO_LITTLE_ROOM_MB) return [failed(`${left}: make room on it, or PostgreSQL stops.`)];
  if (megabytes < LITTLE_ROOM_MB) return [{ state: "warning", text: `${left}: make room on it soon.` }];
  return [];
}

function roomIn(folder: string): number | undefined {
  try {
    // A server in a container may name a folder that is another one here.
    statSync(path.join(folder, "PG_VERSION"));
    const { bavail, bsize } = statfsSync(folder);
    return (bavail * bsize) / MEGABYTE;
  } catch {
    return undefined;
  }
}

const ok = (text: string): CheckResult => ({ state: "ok", text });
const failed = (text: string): CheckResult => ({ state: "error", text });
