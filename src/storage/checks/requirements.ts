import { statfsSync, statSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { type CheckResult, failedCheck } from "../../core/domain/check-result.ts";
import { AppError } from "../../core/domain/errors.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { sentences } from "../../sentences/sentences.ts";
import type { DatabaseAddress } from "../postgres/address.ts";
import { asDatabase, type Database, endClient, makeClient } from "../postgres/pool.ts";
import { toStartError } from "../postgres/start-errors.ts";
import { isSameDatabase, keepsSession, supportsTransactions } from "./pooler.ts";

const { database } = sentences;

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
      const client = makeClient(to, { name: "rapport check", queryTimeoutMs: QUERY_TIMEOUT_MS, setting });
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
    ? failed(database.server.tooOld(server.version))
    : ok(database.server.answers(server.version));
  if (server.encoding !== "UTF8") yield failed(database.server.wrongEncoding(server.encoding));
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
      if (state === "warning") log.warn({ check: text }, "database check warns");
    }
  } catch (error) {
    throw error instanceof AppError ? error : cannotBeUsed(error);
  }
  if (faults.length > 0) throw new AppError("misconfigured", faults.join("\n"));
}

/** What has no sentence of its own: the server's words hold no address and no password. */
function cannotBeUsed(error: unknown): AppError {
  const { text } = failedCheck(error);
  return new AppError("misconfigured", database.unusable(text), { cause: error });
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
  if (server.standby) return [failed(database.server.standby)];
  if (server.read_only) return [failed(database.server.readOnly)];
  const { rows } = await db.query(
    `select name from unnest($1::text[]) as name
      where not coalesce(has_schema_privilege(to_regnamespace(name)::oid, 'create')
                           and has_schema_privilege(to_regnamespace(name)::oid, 'usage'),
                         has_database_privilege(current_database(), 'create'))`,
    [schemas],
  );
  const refused = Refused.parse(rows).map(({ name }) => name);
  if (refused.length > 0) return [failed(database.rights.missing(refused))];
  const owner = await ownerOfForeignTables(db);
  return owner === undefined
    ? [ok(database.rights.granted(schemas))]
    : [failed(database.rights.tablesOfOthers(owner))];
}

/** Whose they are, when the user may not do everything with them. */
async function ownerOfForeignTables(db: Database): Promise<string | undefined> {
  const { rows } = await db.query(`
    select distinct pg_get_userbyid(relowner) as name from pg_class
     where relnamespace = to_regnamespace('rapport')::oid and relkind = 'r'
       and not (has_table_privilege(oid, 'select') and has_table_privilege(oid, 'insert')
                and has_table_privilege(oid, 'update') and has_table_privilege(oid, 'delete'))`);
  return Refused.parse(rows)[0]?.name;
}

async function sessions({ direct, another, pooled }: OpenedDatabase): Promise<CheckResult[]> {
  const isKept = await keepsSession(direct, another);
  if (!pooled) return isKept ? [] : [failed(database.pooler.noSessions)];
  if (!isKept) return [failed(database.pooler.directNotDirect)];
  if (!(await supportsTransactions(pooled))) return [failed(database.pooler.noTransactions)];
  return (await isSameDatabase(direct, pooled))
    ? [ok(database.pooler.sameDatabase)]
    : [failed(database.pooler.differentDatabases)];
}

/** As far as it can be told: on this machine, and by a user who may see where the server keeps its data. */
function* room(folder: string | null, isHere: boolean): Generator<CheckResult> {
  const megabytes = folder === null || !isHere ? undefined : roomIn(folder);
  if (megabytes === undefined) return;
  yield* roomLeft(megabytes);
}

/** Nothing is said of a disk with room. */
export function roomLeft(megabytes: number): readonly CheckResult[] {
  const { roomGone, roomSoonGone } = database.server;
  if (megabytes < TOO_LITTLE_ROOM_MB) return [failed(roomGone(megabytes))];
  if (megabytes < LITTLE_ROOM_MB) return [{ state: "warning", text: roomSoonGone(megabytes) }];
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
