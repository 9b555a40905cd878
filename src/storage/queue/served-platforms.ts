import { z } from "zod";
import type { Database } from "../postgres/pool.ts";

/** Two-int class of the lock that says "this worker lives"; the other int is the worker. */
export const LIVENESS_LOCK = 7_001;

/** Whether a worker holds its lock; the class of these locks is the statement's first parameter. */
export const holdsLivenessLock = (worker: "s.worker" | "l.worker"): string => `exists (
  select from pg_locks k
   where k.locktype = 'advisory' and k.granted and k.objsubid = 2
     and k.database = (select oid from pg_database where datname = current_database())
     and k.classid::bigint = $1 and k.objid::bigint = ${worker})`;

/** Notes which platforms a worker serves, once it holds its lock, and forgets what dead ones served. */
export async function recordServed(
  db: Database,
  worker: number,
  platforms: readonly string[],
): Promise<void> {
  await db.query(`delete from rapport.serving s where not ${holdsLivenessLock("s.worker")}`, [LIVENESS_LOCK]);
  await db.query(
    `insert into rapport.serving(worker, platforms) values ($1, $2)
       on conflict (worker) do update set platforms = excluded.platforms`,
    [worker, platforms],
  );
}

export async function forgetServed(db: Database, worker: number): Promise<void> {
  await db.query("delete from rapport.serving where worker = $1", [worker]);
}

const Unserved = z.object({ platform: z.string(), waiting: z.number() });
/** So many events wait for a platform. */
export type Unserved = z.infer<typeof Unserved>;

/** What has waited for `forMs` and no living worker serves. */
export async function unserved(db: Database, forMs: number): Promise<readonly Unserved[]> {
  const { rows } = await db.query(
    `select l.platform, count(*)::int as waiting
       from rapport.lane l join rapport.inbox i using (lane)
      where l.worker is null and l.platform is not null
        and i.accepted_at <= now() - make_interval(secs => $2)
        and not exists (select from rapport.serving s where l.platform = any(s.platforms) and ${holdsLivenessLock("s.worker")})
      group by l.platform order by l.platform`,
    [LIVENESS_LOCK, forMs / 1_000],
  );
  return z.array(Unserved).parse(rows);
}
