import pg from "pg";
import type { z } from "zod";
import type { TenantData } from "../core/access/tenant-erasure.ts";
import type { Place } from "../core/domain/model.ts";
import {
  AgentRecord,
  Binding,
  LateAnswer,
  PlaceSetting,
  StoredPersona,
  TenantSetting,
} from "../core/domain/stored-records.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { OutageStore } from "../core/ports/outages.ts";
import type { ProvenanceStore } from "../core/ports/provenance-store.ts";
import type { RecordStore } from "../core/ports/record-store.ts";
import type { TurnQueue } from "../core/ports/turn-queue.ts";
import type { TurnStore } from "../core/ports/turn-store.ts";
import type { UsageStore } from "../core/ports/usage-store.ts";
import { requireUsableDatabase } from "./checks/requirements.ts";
import { checkWritable } from "./checks/writable.ts";
import { type QueueStats, queueStats, sweep } from "./housekeeping.ts";
import { migrate } from "./postgres/migrate.ts";
import { asDatabase, inTransaction, makePool, type Transactional } from "./postgres/pool.ts";
import { withPreparedStatements } from "./postgres/prepared.ts";
import { type ProcessLock, tryProcessLock } from "./postgres/process-lock.ts";
import { toStartError } from "./postgres/start-errors.ts";
import { PostgresTurnQueue } from "./queue/postgres-turn-queue.ts";
import { QueueTable } from "./queue/queue-table.ts";
import { unserved } from "./queue/served-platforms.ts";
import { QUEUE_TIMING, type QueueTiming } from "./queue/timing.ts";
import { QueueWorker } from "./queue/worker.ts";
import { keyvStore } from "./records/keyv-postgres.ts";
import { KeyvRecordStore } from "./records/keyv-record-store.ts";
import { RecordCache } from "./records/record-cache.ts";
import { RecordLocks } from "./records/record-locks.ts";
import { PostgresOutageStore } from "./tables/outage-store.ts";
import { PostgresProvenanceStore } from "./tables/provenance-store.ts";
import { recentPeople } from "./tables/recent-people.ts";
import { tenantData } from "./tables/tenant-data.ts";
import { PostgresTurnStore } from "./tables/turn-store.ts";
import { PostgresUsageStore } from "./tables/usage-store.ts";

/** Everything Rapport keeps. It lives in the schema `rapport` of one PostgreSQL database. */
export interface Storage {
  readonly bindings: RecordStore<Binding>;
  readonly settings: RecordStore<PlaceSetting>;
  readonly personas: RecordStore<StoredPersona>;
  readonly agents: RecordStore<AgentRecord>;
  readonly tenants: RecordStore<TenantSetting>;
  readonly lateAnswers: RecordStore<LateAnswer>;
  readonly turnQueue: TurnQueue;
  readonly turns: TurnStore;
  readonly provenance: ProvenanceStore;
  readonly usage: UsageStore;
  readonly outages: OutageStore;
  readonly tenantData: TenantData;
  /** What an adapter keeps for itself, in a table that a migration made. */
  records<T>(
    table: "exchange" | "installation" | "gateway" | "alert" | "heard",
    schema: z.ZodType<T>,
  ): RecordStore<T>;
  /** For the sandbox's Letta, which keeps a schema of its own in the same database. */
  query: Transactional["query"];
  transaction: Transactional["transaction"];
  /** What those are called who lately talked with a persona there. */
  recentPeople(where: Pick<Place, "platform" | "tenant">): Promise<readonly string[]>;
  queueStats(): Promise<QueueStats>;
  /** Resolves when something can be stored; else rejects, with the reason where that is known. */
  checkWritable(): Promise<void>;
  /**
   * Forgets what is no longer needed; call it now and then, in any number of processes. Turns are kept for so many days
   * where their tenant chose nothing; 0: for ever.
   */
  sweep(retentionDays?: number): Promise<void>;
  /** A lock that one process in the fleet holds. Resolves undefined when another holds it. */
  tryProcessLock(name: string): Promise<ProcessLock | undefined>;
  /** Stops the lanes where nobody did, and ends all connections. */
  close(): Promise<void>;
}

const CONNECTIONS = 10;

/** Resolves when the schema is up to date; rejects when the database cannot be used as it is. */
export async function openStorage(options: {
  url: string;
  /** See DatabaseAddress. */
  directUrl?: string | undefined;
  log: Logger;
  maxConnections?: number;
  laneTiming?: Partial<QueueTiming>;
}): Promise<Storage> {
  const { url, directUrl, log } = options;
  await requireUsableDatabase({ url, directUrl }, log);
  // What lives as long as a connection, or is held by one.
  const direct = directUrl ?? url;
  await migrate(direct, log).catch((error: unknown) => {
    throw toStartError(error);
  });
  const pool = makePool(url, { log, name: "rapport", max: options.maxConnections ?? CONNECTIONS });
  // A pooler that keeps no sessions keeps no statements either.
  const db = directUrl === undefined ? withPreparedStatements(pool) : asDatabase(pool);
  const allLocks: RecordLocks[] = [];
  const records = <T>(table: string, schema: z.ZodType<T>): RecordStore<T> => {
    const locks = new RecordLocks(direct, table, log);
    allLocks.push(locks);
    return new KeyvRecordStore({ table, schema, keyv: keyvStore(pool, table, log), db, locks });
  };
  const cache = new RecordCache();
  // A lost connection may be noticed here before it is by the one that listens.
  pool.on("release", (error) => {
    if (error instanceof Error && !(error instanceof pg.DatabaseError)) cache.doubt();
  });
  // What every turn reads: kept in memory while this process works the lanes, and so hears of changes.
  const kept = <T>(table: string, schema: z.ZodType<T>) => cache.over(table, records(table, schema));
  const laneTable = new QueueTable(pool, db);
  const usage = new PostgresUsageStore(db);
  const timing = { ...QUEUE_TIMING, ...options.laneTiming };
  const lanes = new PostgresTurnQueue(
    laneTable,
    new QueueWorker({ url: direct, db, table: laneTable, timing, log, records: cache }),
  );

  return {
    bindings: kept("binding", Binding),
    settings: kept("setting", PlaceSetting),
    personas: kept("persona", StoredPersona),
    agents: kept("agent", AgentRecord),
    tenants: kept("tenant", TenantSetting),
    lateAnswers: records("late_answer", LateAnswer),
    turnQueue: lanes,
    turns: new PostgresTurnStore({ pool, db, usage }),
    provenance: new PostgresProvenanceStore(pool),
    usage,
    outages: new PostgresOutageStore(db),
    tenantData: tenantData(pool),
    records,
    query: db.query,
    transaction: (work) => inTransaction(pool, work),
    recentPeople: (where) => recentPeople(db, where),
    async queueStats() {
      const [stats, waiting] = await Promise.all([queueStats(db), unserved(db, timing.unservedMs)]);
      return { ...stats, unserved: waiting };
    },
    checkWritable: () => checkWritable(pool),
    sweep: (retentionDays = 0) => sweep(db, log, retentionDays),
    tryProcessLock: (name) => tryProcessLock(direct, name),
    close: async () => {
      await lanes.stop({ deadlineMs: 0, graceMs: 0 });
      await Promise.all(allLocks.map((locks) => locks.close()));
      await pool.end();
    },
  };
}
