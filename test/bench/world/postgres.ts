import { readFileSync, statfsSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { z } from "zod";
import { createLog } from "../../../src/process/log.ts";
import { type EmbeddedServer, startEmbedded } from "../../../src/storage/embedded/embedded-server.ts";
import { databaseUrl } from "../../storage/servers/template.ts";
import { cpuMs } from "./processes.ts";

/** What a database and its server have done since they were made. */
export interface PostgresCounts {
  readonly statements: number;
  readonly commits: number;
  /** How often the log of what was committed was written to the disk, waited for. */
  readonly syncs: number;
  readonly cpuMs: number;
}

/** A process that does nothing tells what it has counted after ten seconds (PostgreSQL's PGSTAT_IDLE_INTERVAL). */
export const COUNTED_AFTER_MS = 11_000;

const TMPFS = 0x01021994;
const FOLDER = path.resolve("node_modules/.cache/bench-postgres");

const Counts = z.object({
  statements: z.coerce.number(),
  commits: z.coerce.number(),
  syncs: z.coerce.number(),
});
const Calls = z.array(z.object({ query: z.string(), calls: z.coerce.number(), ms: z.coerce.number() }));
const Names = z.array(z.object({ datname: z.string() }));
const Setting = z.object({ setting: z.string() });

/** A PostgreSQL as it is shipped, on the disk, with every write waited for; and it counts. */
export class CountedPostgres {
  readonly #server: EmbeddedServer;
  readonly #admin: pg.Client;

  private constructor(server: EmbeddedServer, admin: pg.Client) {
    this.#server = server;
    this.#admin = admin;
  }

  /** `isScenery`: it is not what is measured, and writes nothing down that a power cut would spare. */
  static async start(name: string, { isScenery = false } = {}): Promise<CountedPostgres> {
    const options = { dir: path.join(FOLDER, name), log: createLog({ level: "error" }) };
    let server = await startEmbedded(options);
    let admin = await connect(server.url);
    const { rows } = await admin.query("select setting from pg_settings where name = $1", [
      "shared_preload_libraries",
    ]);
    if (Setting.parse(rows[0]).setting === "") {
      await admin.query("alter system set shared_preload_libraries = 'pg_stat_statements'");
      for (const careful of isScenery ? ["fsync", "synchronous_commit", "full_page_writes"] : [])
        await admin.query(`alter system set ${careful} = off`);
      await admin.end();
      await server.stop();
      server = await startEmbedded(options);
      admin = await connect(server.url);
      await admin.query("create extension if not exists pg_stat_statements");
    }
    return new CountedPostgres(server, admin);
  }

  /** Whether what is written ends on a disk. */
  get isOnDisk(): boolean {
    return statfsSync(this.#server.dir).type !== TMPFS;
  }

  /** A database of this run; those that runs before have left, and nobody uses, are dropped. */
  async newDatabase(name: string): Promise<{ readonly name: string; readonly url: string }> {
    const { rows } = await this.#admin.query(
      `select datname from pg_database d where starts_with(datname, 'bench_')
          and not exists (select from pg_stat_activity a where a.datid = d.oid)`,
    );
    for (const { datname } of Names.parse(rows))
      await this.#admin.query(`drop database if exists ${datname}`);
    const own = `bench_${process.pid}_${name}`;
    await this.#admin.query(`create database ${own}`);
    return { name: own, url: databaseUrl(this.#server.url, own) };
  }

  async counts(database: string): Promise<PostgresCounts> {
    const { rows } = await this.#admin.query(
      `select (select coalesce(sum(calls), 0) from pg_stat_statements s join pg_database d on d.oid = s.dbid
                where d.datname = $1) as statements,
              (select xact_commit from pg_stat_database where datname = $1) as commits,
              (select sum(fsyncs) from pg_stat_io where object = 'wal') as syncs`,
      [database],
    );
    return { ...Counts.parse(rows[0]), cpuMs: cpuMs(this.#pid) };
  }

  /** Which statements were sent how often since they were last forgotten, and how long they took. */
  async statements(database: string): Promise<z.infer<typeof Calls>> {
    const { rows } = await this.#admin.query(
      `select query, sum(calls) as calls, sum(total_exec_time + total_plan_time) as ms
         from pg_stat_statements s join pg_database d on d.oid = s.dbid
        where d.datname = $1 group by query order by calls desc`,
      [database],
    );
    return Calls.parse(rows);
  }

  async run(database: string, text: string, values: readonly unknown[]): Promise<void> {
    const client = await connect(databaseUrl(this.#server.url, database));
    await client.query(text, [...values]);
    await client.end();
  }

  async forgetStatements(): Promise<void> {
    await this.#admin.query("select pg_stat_statements_reset()");
  }

  async stop(): Promise<void> {
    await this.#admin.end();
    await this.#server.stop();
  }

  get #pid(): number {
    return Number(
      readFileSync(path.join(this.#server.dir, "pg", "postmaster.pid"), "utf8").split("\n", 1)[0],
    );
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: "bench" });
  await client.connect();
  return client;
}
