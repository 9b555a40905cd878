import { z } from "zod";
import type { CheckResult } from "../../core/domain/check-result.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { sentences } from "../../sentences/sentences.ts";
import { migrations } from "../migrations/index.ts";
import type { DatabaseAddress } from "../postgres/address.ts";
import type { Database } from "../postgres/pool.ts";
import { unserved } from "../queue/served-platforms.ts";
import { databaseChecks, withConnections } from "./requirements.ts";

const { database } = sentences;

/** Turns and housekeeping compare times of the database with those of the process; seconds do no harm. */
const MAX_SKEW_MS = 5_000;

const Server = z.tuple([z.object({ now: z.coerce.number(), has_schema: z.boolean() })]);
const Newest = z.tuple([z.object({ newest: z.number() })]);

/**
 * Looks at a database without changing anything. `beside` are schemas that are wanted there besides ours. Throws an
 * AppError when it cannot be reached.
 */
export function checkDatabase(
  address: DatabaseAddress,
  clock: Clock,
  beside: readonly string[] = [],
): AsyncGenerator<CheckResult> {
  return withConnections(address, async function* (opened) {
    yield* databaseChecks(opened, ["rapport", ...beside]);
    yield* clockAndTables(opened.direct, clock);
  });
}

async function* clockAndTables(db: Database, clock: Clock): AsyncGenerator<CheckResult> {
  const asked = clock.now();
  const { rows } = await db.query(`
    select extract(epoch from clock_timestamp()) * 1000 as now,
           to_regclass('rapport.migration') is not null as has_schema`);
  const [server] = Server.parse(rows);
  const skewMs = server.now - (asked + clock.now()) / 2;
  yield Math.abs(skewMs) > MAX_SKEW_MS
    ? { state: "warning", text: database.server.clockDiffers(Math.round(Math.abs(skewMs) / 1_000)) }
    : ok(database.server.clockAgrees);
  const found: CheckResult = server.has_schema
    ? await tables(db)
    : { state: "info", text: database.tables.toBeMade };
  yield found;
  if (found.state === "ok") yield* waiting(db);
}

async function tables(db: Database): Promise<CheckResult> {
  const { rows } = await db.query("select coalesce(max(number), 0) as newest from rapport.migration");
  const [{ newest }] = Newest.parse(rows);
  if (newest > migrations.length) return failed(database.tables.newer);
  const missing = migrations.length - newest;
  return missing > 0 ? { state: "info", text: database.tables.older(missing) } : ok(database.tables.upToDate);
}

async function* waiting(db: Database): AsyncGenerator<CheckResult> {
  for (const each of await unserved(db, 0)) yield { state: "warning", text: database.unserved(each) };
}

const ok = (text: string): CheckResult => ({ state: "ok", text });
const failed = (text: string): CheckResult => ({ state: "error", text });
