import type { z } from "zod";
import type { OutageStore } from "../core/agent-watch.ts";
import {
  AgentRecord,
  Binding,
  LateAnswer,
  PlaceSetting,
  StoredPersona,
  TenantSetting,
} from "../core/bindings.ts";
import type { TenantData } from "../core/erasure.ts";
import type { TurnQueue } from "../core/lanes.ts";
import type { Logger } from "../core/logger.ts";
import type { Place } from "../core/model.ts";
import type { ProvenanceStore } from "../core/provenance.ts";
import type { RecordStore } from "../core/records.ts";
import type { TurnStore } from "../core/turns.ts";
import type { UsageStore } from "../core/usage.ts";
import { requireFitDatabase } from "./checks.ts";
import { type LaneStats, laneStats, sweep } from "./housekeeping.ts";
import { KeyvRecords } from "./keyv-records.ts";
import { keyvStore } from "./keyv-store.ts";
import { LaneQueue } from "./lane-queue.ts";
import { unserved } from "./lane-serving.ts";
import { LaneTable } from "./lane-table.ts";
import { LANE_TIMING, type LaneTiming } from "./lane-timing.ts";
import { LaneWorker } from "./lane-worker.ts";
import { migrate } from "./migrate.ts";
import { peopleMet } from "./people-met.ts";
import { asDatabase, inTransaction, makePool, type Transactional } from "./pool.ts";
import { type ProcessLock, tryProcessLock } from "./process-lock.ts";
import { RecordLocks } from "./record-locks.ts";
import { SqlOutages } from "./sql-outages.ts";
import { SqlProvenance } from "./sql-provenance.ts";
import { SqlTurns } from "./sql-turns.ts";
import { SqlUsage } from "./sql-usage.ts";
import { understood } from "./start-failure.ts";
import { tenantData } from "./tenant-data.ts";
import { tryToWrite } from "./writable.ts";

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
  peopleMet(where: Pick<Place, "platform" | "tenant">): Promise<readonly string[]>;
  laneStats(): Promise<LaneStats>;
  /** Resolves when something can be stored; else rejects, with the reason where that is known. */
  tryToWrite(): Promise<void>;
  /**
   * Forgets what is no longer needed; call it now and then, in any number of processes. Turns are kept for so many days
   * where their tenant chose nothing; 0: for ever.
   */
  sweep(retentionDays?: number): Promise<void>;
  /** A lock that one process in the fleet holds. Resolves undefined when another holds it. */
  tryLock(name: string): Promise<ProcessLock | undefined>;
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
  laneTiming?: Partial<LaneTiming>;
}): Promise<Storage> {
  const { url, directUrl, log } = options;
  await requireFitDatabase({ url, directUrl }, log);
  // What lives as long as a connection, or is held by one.
  const direct = directUrl ?? url;
  await migrate(direct, log).catch((error: unknown) => {
    throw understood(error);
  });
  const pool = makePool(url, { log, name: "rapport", max: options.maxConnections ?? CONNECTIONS });
  const db = asDatabase(pool);
  const allLocks: RecordLocks[] = [];
  const records = <T>(table: string, schema: z.ZodType<T>): RecordStore<T> => {
    const locks = new RecordLocks(direct, table, log);
    allLocks.push(locks);
    return new KeyvRecords({ table, schema, keyv: keyvStore(pool, table, log), db, locks });
  };
  const laneTable = new LaneTable(pool);
  const timing = { ...LANE_TIMING, ...options.laneTiming };
  const lanes = new LaneQueue(laneTable, new LaneWorker({ url: direct, db, table: laneTable, timing, log }));

  return {
    bindings: records("binding", Binding),
    settings: records("setting", PlaceSetting),
    personas: records("persona", StoredPersona),
    agents: records("agent", AgentRecord),
    tenants: records("tenant", TenantSetting),
    lateAnswers: records("late_answer", LateAnswer),
    turnQueue: lanes,
    turns: new SqlTurns(pool),
    provenance: new SqlProvenance(pool),
    usage: new SqlUsage(db),
    outages: new SqlOutages(db),
    tenantData: tenantData(pool),
    records,
    query: db.query,
    transaction: (work) => inTransaction(pool, work),
    peopleMet: (where) => peopleMet(db, where),
    async laneStats() {
      const [stats, waiting] = await Promise.all([laneStats(db), unserved(db, timing.unservedMs)]);
      return { ...stats, unserved: waiting };
    },
    tryToWrite: () => tryToWrite(pool),
    sweep: (retentionDays = 0) => sweep(db, log, retentionDays),
    tryLock: (name) => tryProcessLock(direct, name),
    close: async () => {
      await lanes.stop({ deadlineMs: 0, graceMs: 0 });
      await Promise.all(allLocks.map((locks) => locks.close()));
      await pool.end();
    },
  };
}
