import os from "node:os";
import path from "node:path";
import pg from "pg";
import { z } from "zod";
import type { Logger } from "../../../src/core/ports/logger.ts";
import { startEmbedded } from "../../../src/storage/embedded/embedded-server.ts";
import { databaseUrl, templateOn } from "./template.ts";

export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly fields: object;
  readonly message: string;
}

/** Keeps what was logged, with the fields of the child it was logged by. */
export function recordingLog(): Logger & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const loggerWith = (common: object): Logger => {
    const at = (level: LogLine["level"]) => (fields: object, message: string) => {
      lines.push({ level, fields: { ...common, ...fields }, message });
    };
    return {
      debug: at("debug"),
      info: at("info"),
      warn: at("warn"),
      error: at("error"),
      child: (fields) => loggerWith({ ...common, ...fields }),
    };
  };
  return { ...loggerWith({}), lines };
}

/** A PostgreSQL server that tests make databases on. */
export interface TestServer {
  /** The address of a new, empty database. */
  emptyDatabase(): Promise<string>;
  /** The address of a new database with all tables in it, as any start but the first finds it. */
  migratedDatabase(): Promise<string>;
  /** Drops the databases, and stops the server where it is ours. */
  close(): Promise<void>;
}

/** Once is enough for all files of a worker. */
const prepared = new Set<string>();

/** Nothing here must outlive a power cut, and databases are made and dropped by the dozen. */
const CAREFUL = ["fsync", "synchronous_commit", "full_page_writes", "autovacuum"];

/**
 * One embedded server for all test files of this user, also for those that run at the same time: to make one takes a
 * second, to join or start it again next to nothing. The last one that leaves stops it.
 */
export async function embeddedServer(): Promise<TestServer> {
  const dir = path.join(os.tmpdir(), `rapport-tests-pg18-${process.getuid?.() ?? "user"}`);
  const server = await startEmbedded({ dir, log: recordingLog() });
  const on = scratchesOn(server.url);
  if (!prepared.has(server.url)) {
    prepared.add(server.url);
    await on.hurry();
    await on.dropForgotten();
  }
  return {
    emptyDatabase: on.emptyDatabase,
    migratedDatabase: on.migratedDatabase,
    close: async () => {
      await on.dropAll();
      await server.stop();
    },
  };
}

/** Where tests keep their databases: the system's PostgreSQL when there is one, else the embedded one. */
export function testServer(): Promise<TestServer> {
  const url = process.env.TEST_DATABASE_URL;
  return url ? Promise.resolve(systemServer(url)) : embeddedServer();
}

/** The server at TEST_DATABASE_URL, whose role may make databases. */
export function systemServer(url: string): TestServer {
  const on = scratchesOn(url);
  return { emptyDatabase: on.emptyDatabase, migratedDatabase: on.migratedDatabase, close: on.dropAll };
}

/** A killed test leaves its databases behind; nobody uses them for that long. */
const FORGOTTEN_AFTER_MS = 30 * 60_000;

interface TestDatabases {
  emptyDatabase(): Promise<string>;
  migratedDatabase(): Promise<string>;
  dropAll(): Promise<void>;
  dropForgotten(): Promise<void>;
  hurry(): Promise<void>;
}

function scratchesOn(serverUrl: string): TestDatabases {
  const made: string[] = [];
  // A connection costs as much as what is asked through it, so it is kept; not for long, for whoever stops the server.
  const admin = new pg.Pool({
    connectionString: serverUrl,
    max: 4,
    idleTimeoutMillis: 1_000,
    allowExitOnIdle: true,
  });
  // Of one that nobody uses: a story has restarted its server. What is asked through one fails by itself.
  admin.on("error", () => undefined);
  const drop = (name: string) => admin.query(`drop database if exists ${name} with (force)`);
  const make = async (template?: string) => {
    const name = `rapport_scratch_${Date.now()}_${process.pid}_${made.length}`;
    made.push(name);
    await admin.query(`create database ${name} ${template ? `template ${template}` : ""}`);
    return databaseUrl(serverUrl, name);
  };
  return {
    emptyDatabase: () => make(),
    migratedDatabase: async () => make(await templateOn(serverUrl)),
    // At once: each waits for a checkpoint, and one serves them all.
    dropAll: async () => {
      await Promise.all(made.map(drop));
      await admin.end();
    },
    hurry: async () => {
      for (const setting of CAREFUL) await admin.query(`alter system set ${setting} = off`);
      await admin.query("select pg_reload_conf()");
    },
    dropForgotten: async () => {
      const { rows } = await admin.query(
        "select datname from pg_database where datname like 'rapport\\_scratch\\_%'",
      );
      for (const { datname } of z.array(z.object({ datname: z.string() })).parse(rows)) {
        if (Number(datname.split("_")[2]) < Date.now() - FORGOTTEN_AFTER_MS) await drop(datname);
      }
    },
  };
}

/** One statement from outside, as an administrator. */
export async function run(url: string, text: string, values: readonly unknown[] = []): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** As if nothing had ever been accepted: quicker than a new database for each test. */
export async function emptyLanes(url: string): Promise<void> {
  await run(url, "truncate rapport.inbox, rapport.lane, rapport.seen_event, rapport.dead_letter");
}

/** Cuts the connections of a database whose application_name begins so; tells how many. */
export async function cutConnections(url: string, name: string): Promise<number> {
  const rows = await run(
    url,
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and starts_with(application_name, $1)`,
    [name],
  );
  return rows.length;
}
