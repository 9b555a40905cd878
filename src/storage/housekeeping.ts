import { z } from "zod";
import type { Logger } from "../core/ports/logger.ts";
import type { Database } from "./postgres/pool.ts";
import type { Unserved } from "./queue/served-platforms.ts";

/** Rows a statement may touch: the lanes work on while a sweep runs. */
const BATCH = 5_000;

/** Each is run until it touches less than a batch. */
const SWEEPS = {
  // Longer than any platform redelivers.
  seenEvents: `delete from rapport.seen_event where ctid = any(array(
    select ctid from rapport.seen_event where seen_at < now() - interval '7 days' limit ${BATCH}))`,
  // What overtakes its message does so by minutes.
  revisedEvents: `delete from rapport.revised_event where ctid = any(array(
    select ctid from rapport.revised_event where heard_at < now() - interval '1 day' limit ${BATCH}))`,
  // The condition is checked again on the locked row, so a lane that was just given an event stays.
  idleLanes: `delete from rapport.lane where pending = 0 and worker is null and ctid = any(array(
    select ctid from rapport.lane
     where pending = 0 and worker is null and ready_at < now() - interval '1 day' limit ${BATCH}))`,
  saidInTurns: `update rapport.turn set events = '[]' where id = any(array(
    select id from rapport.turn where events <> '[]'
       and at < 1000 * extract(epoch from now() - interval '7 days') limit ${BATCH}))`,
  // As long as an event's id is known: until then a repeated request gets the answer it got.
  exchanges: `delete from rapport.exchange where key = any(array(
    select key from rapport.exchange
     where (value #>> '{value,at}')::bigint < 1000 * extract(epoch from now() - interval '7 days') limit ${BATCH}))`,
  // Whoever asked for it has asked again by then.
  lateAnswers: `delete from rapport.late_answer where key = any(array(
    select key from rapport.late_answer
     where (value #>> '{value,at}')::bigint < 1000 * extract(epoch from now() - interval '7 days') limit ${BATCH}))`,
  // Told again long before that.
  alerts: `delete from rapport.alert where key = any(array(
    select key from rapport.alert
     where (value #>> '{value,at}')::bigint < 1000 * extract(epoch from now() - interval '7 days') limit ${BATCH}))`,
  deadLetters: `delete from rapport.dead_letter where id = any(array(
    select id from rapport.dead_letter where died_at < now() - interval '30 days' limit ${BATCH}))`,
};

/** As long as their tenant keeps them: $1 is the days where it chose nothing, and 0 is for ever. */
const RETAINED = {
  turns: `delete from rapport.turn where id = any(array(
    select t.id from rapport.turn t
      left join rapport.tenant s on s.value #>> '{value,platform}' = t.place ->> 'platform'
                                and s.value #>> '{value,tenant}' = t.place ->> 'tenant'
     cross join lateral (select coalesce((s.value #>> '{value,policy,retentionDays}')::int, $1::int) as days) kept
     where kept.days > 0 and t.state in ('delivered', 'failed')
       and t.at < 1000 * extract(epoch from now() - kept.days * interval '1 day') limit ${BATCH}))`,
  usage: `delete from rapport.usage where ctid = any(array(
    select u.ctid from rapport.usage u
      left join rapport.tenant s on s.value #>> '{value,platform}' = u.platform
                                and s.value #>> '{value,tenant}' = u.tenant
     cross join lateral (select coalesce((s.value #>> '{value,policy,retentionDays}')::int, $1::int) as days) kept
     where kept.days > 0 and u.day < current_date - kept.days limit ${BATCH}))`,
};

/** Forgets what is no longer needed: what people said is kept no longer than it serves them. */
export async function sweep(db: Database, log: Logger, retentionDays: number): Promise<void> {
  const all = [
    ...Object.entries(SWEEPS).map(([what, statement]) => ({ what, statement, values: [] })),
    ...Object.entries(RETAINED).map(([what, statement]) => ({ what, statement, values: [retentionDays] })),
  ];
  for (const { what, statement, values } of all) {
    let swept = 0;
    let batch: number;
    do {
      batch = (await db.query(statement, values)).rowCount ?? 0;
      swept += batch;
    } while (batch === BATCH);
    if (swept > 0) log.info({ what, swept }, "old rows deleted");
  }
}

export interface QueueStats {
  readonly waiting: number;
  readonly busy: number;
  readonly dead: number;
  /** Age of the event that waits longest; 0 when none does. */
  readonly oldestSeconds: number;
  /** What waits for a platform that no process serves. */
  readonly unserved: readonly Unserved[];
}

const Stats = z.object({
  waiting: z.number(),
  busy: z.number(),
  dead: z.number(),
  oldestSeconds: z.number(),
}) satisfies z.ZodType<Omit<QueueStats, "unserved">>;

export async function queueStats(db: Database): Promise<Omit<QueueStats, "unserved">> {
  const { rows } = await db.query(`
    select (select count(*) from rapport.inbox)::int                        as waiting,
           (select count(*) from rapport.lane where worker is not null)::int as busy,
           (select count(*) from rapport.dead_letter)::int                   as dead,
           (select coalesce(extract(epoch from now() - min(accepted_at)), 0)
              from rapport.inbox)::float8                                    as "oldestSeconds"`);
  return Stats.parse(rows[0]);
}
