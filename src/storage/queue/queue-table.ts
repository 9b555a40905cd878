import type pg from "pg";
import { z } from "zod";
import { EventId, TurnId } from "../../core/domain/model.ts";
import { type AwaitedService, MAX_ALONE_DEATHS, MAX_DEATHS } from "../../core/ports/turn-queue.ts";
import { asDatabase, type Database, inTransaction } from "../postgres/pool.ts";
import { storedJson } from "../postgres/stored-json.ts";
import { parseStored } from "../records/corrupt-record.ts";
import { holdsLivenessLock, LIVENESS_LOCK } from "./served-platforms.ts";

const Claim = z
  .object({
    lane: z.string(),
    token: z.string(),
    turn_id: z.string(),
    attempt: z.number().int(),
    deaths: z.number().int(),
    buried: z.boolean(),
    events: z.array(z.object({ id: EventId, payload: z.unknown() })),
  })
  .transform(({ turn_id, ...claim }) => ({ ...claim, turn: TurnId.parse(`turn-${turn_id}`) }));

/** A lane that a worker holds, with the events of its turn. */
export type Claim = z.infer<typeof Claim>;

const Accepted = z.tuple([z.object({ outcome: z.enum(["accepted", "repeated", "full"]) })]);
const Held = z.tuple([z.object({ held: z.boolean() })]);
const Workers = z.array(z.object({ worker: z.number() }));
const Tokens = z.array(z.object({ token: z.string() }));
const Dead = z.tuple([z.object({ dead: z.boolean() })]);
const WaitingPayloads = z.array(z.object({ payload: z.unknown() }));

/** So many deaths are a restart or two, and nobody should wait for them: the turn goes on at once. */
const PROMPT_DEATHS = 3;

const Unannounced = z
  .object({
    turn_id: z.coerce.string(),
    lane: z.string(),
    events: z.array(z.object({ id: EventId, payload: z.unknown() })),
  })
  .transform(({ turn_id, ...rest }) => ({ ...rest, turn: TurnId.parse(`turn-${turn_id}`) }));
type Unannounced = z.infer<typeof Unannounced>;

interface ClaimLimits {
  readonly lanes: number;
  readonly events: number;
  readonly leaseMs: number;
  /** Undefined: all. */
  readonly platforms: readonly string[] | undefined;
}

const numberOf = (turn: TurnId): string => turn.replace(/^turn-/, "");

/** The statements of the lane queue. What the tables mean is said in migrations/lanes.ts. */
export class QueueTable {
  readonly #pool: pg.Pool;
  readonly #db: Database;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
    this.#db = asDatabase(pool);
  }

  async accept(entry: {
    lane: string;
    id: EventId;
    payload: unknown;
    cap: number;
    debounceMs?: number;
    platform?: string;
  }): Promise<"accepted" | "repeated" | "full"> {
    const values = [
      entry.lane,
      entry.id,
      storedJson(entry.payload),
      entry.cap,
      (entry.debounceMs ?? 0) / 1_000,
      entry.platform,
    ];
    const call = "select rapport.lane_accept($1, $2, $3::jsonb, $4, $5, $6) as outcome";
    const { rows } = await this.#db.query(call, values);
    return Accepted.parse(rows)[0].outcome;
  }

  async revise(id: EventId, change: (payload: unknown) => unknown): Promise<boolean> {
    return inTransaction(this.#pool, async (db) => {
      const waiting = await findWaiting(db, id);
      if (!waiting) {
        await db.query(
          `insert into rapport.revised_event(event_id) select $1
            where not exists (select from rapport.seen_event where event_id = $1) on conflict do nothing`,
          [id],
        );
        return false;
      }
      await db.query("update rapport.inbox set payload = $2::jsonb where event_id = $1", [
        id,
        storedJson(change(waiting.payload)),
      ]);
      return true;
    });
  }

  async takeBack(id: EventId): Promise<boolean> {
    return inTransaction(this.#pool, async (db) => {
      // Waits for whoever is accepting it at this moment.
      const { rowCount } = await db.query(
        "insert into rapport.seen_event(event_id) values ($1) on conflict do nothing",
        [id],
      );
      if (rowCount === 1 || !(await findWaiting(db, id))) return false;
      await db.query(
        `with gone as (delete from rapport.inbox where event_id = $1 returning lane)
         update rapport.lane l set pending = l.pending - 1 from gone where l.lane = gone.lane`,
        [id],
      );
      return true;
    });
  }

  async isDeadLettered(id: EventId): Promise<boolean> {
    const { rows } = await this.#db.query(
      "select exists(select from rapport.dead_letter where event_id = $1) as dead",
      [id],
    );
    return Dead.parse(rows)[0].dead;
  }

  async claim(worker: number, limits: ClaimLimits): Promise<Claim[]> {
    const { rows } = await this.#db.query("select * from rapport.lane_claim($1, $2, $3, $4, $5, $6, $7)", [
      worker,
      limits.leaseMs / 1_000,
      limits.lanes,
      limits.events,
      MAX_DEATHS,
      MAX_ALONE_DEATHS,
      limits.platforms,
    ]);
    return rows.map((row) => parseStored(Claim, row, "lane"));
  }

  /** Gives back, uncounted, what this worker claimed without hearing of it: all that it owns but these. */
  async giveBackUnknown(worker: number, known: readonly Claim[]): Promise<void> {
    await this.#db.query(
      `update rapport.lane set worker = null, lease_until = null, attempts = attempts - counted::int, counted = true
        where worker = $1 and token <> all($2::bigint[])`,
      [worker, known.map(({ token }) => token)],
    );
  }

  /** Ends the turn. False when the lane is no longer ours; so with `retry` and `deadLetter`. */
  async complete(worker: number, claim: Claim): Promise<boolean> {
    return this.#ifHeld("rapport.lane_complete($1, $2, $3)", worker, claim);
  }

  async retry(
    worker: number,
    claim: Claim,
    later: { delayMs: number; counts: boolean; waitsFor?: AwaitedService | undefined },
  ): Promise<boolean> {
    return this.#ifHeld("rapport.lane_retry($1, $2, $3, $4, $5, $6)", worker, claim, [
      later.delayMs / 1_000,
      later.counts,
      later.waitsFor,
    ]);
  }

  /** Whether the attempt that runs counts. */
  async count(worker: number, claim: Claim, counts: boolean): Promise<boolean> {
    return this.#ifHeld("rapport.lane_count($1, $2, $3, $4)", worker, claim, [counts]);
  }

  async wake(what: AwaitedService): Promise<void> {
    const { rowCount } = await this.#db.query(
      "update rapport.lane set ready_at = now(), waits_for = null where waits_for = $1 and worker is null",
      [what],
    );
    if (rowCount) await this.notify();
  }

  /** People were told of a turn in the dead letters. */
  async markAnnounced({ turn }: Pick<Claim, "turn">): Promise<void> {
    await this.#db.query("update rapport.dead_letter set tell_at = null where turn_id = $1", [
      numberOf(turn),
    ]);
  }

  /** Dead letters of which nobody was told though it is time, each given to one worker for a while. */
  async unannounced(platforms: readonly string[] | undefined): Promise<readonly Unannounced[]> {
    const { rows } = await this.#db.query(
      `with mine as (
         update rapport.dead_letter d set tell_at = now() + interval '1 minute'
          where d.id = any(array(
                select x.id from rapport.dead_letter x
                 where x.tell_at <= now() and x.died_at > now() - interval '1 day' and ($1::text[] is null or x.platform is null or x.platform = any($1))
                   for update skip locked))
        returning d.*)
       select turn_id, lane, jsonb_agg(jsonb_build_object('id', event_id, 'payload', payload) order by id) as events
         from mine group by turn_id, lane`,
      [platforms],
    );
    return rows.map((row) => parseStored(Unannounced, row, "dead letter"));
  }

  async deadLetter(worker: number, claim: Claim, why: string): Promise<boolean> {
    return this.#ifHeld("rapport.lane_bury($1, $2, $3, $4)", worker, claim, [why]);
  }

  async #ifHeld(call: string, worker: number, claim: Claim, more: readonly unknown[] = []): Promise<boolean> {
    const values = [claim.lane, worker, claim.token, ...more];
    return Held.parse((await this.#db.query(`select ${call} as held`, values)).rows)[0].held;
  }

  /** Prolongs the leases; gives the tokens of the lanes that are still ours. */
  async renew(worker: number, claims: readonly Claim[], leaseMs: number): Promise<ReadonlySet<string>> {
    const { rows } = await this.#db.query(
      `update rapport.lane l set lease_until = now() + make_interval(secs => $2)
         from unnest($3::text[], $4::bigint[]) mine(lane, token)
        where l.lane = mine.lane and l.token = mine.token and l.worker = $1
       returning l.token`,
      [worker, leaseMs / 1_000, claims.map(({ lane }) => lane), claims.map(({ token }) => token)],
    );
    return new Set(Tokens.parse(rows).map(({ token }) => token));
  }

  /** Workers that own lanes and lack the lock that says they live. */
  async silentWorkers(): Promise<readonly number[]> {
    const { rows } = await this.#db.query(
      `select distinct l.worker from rapport.lane l
        where l.worker is not null and not ${holdsLivenessLock("l.worker")}`,
      [LIVENESS_LOCK],
    );
    return Workers.parse(rows).map(({ worker }) => worker);
  }

  /**
   * Frees the lanes of dead workers and those whose lease ran out, and counts the death of each that was worked. After
   * some a lane is spread over time: a turn that kills its process then stops taking the same innocent neighbours with it,
   * and those are done in between.
   */
  async freeLost(deadWorkers: readonly number[]): Promise<number> {
    const { rowCount } = await this.#db.query(
      `with lost as (
         select x.lane, x.worker, x.counted from rapport.lane x
          where x.worker is not null and (x.lease_until < now() or x.worker = any($1::int[]))
            for update skip locked),
       worked as (
         select x.worker, count(*) as count from rapport.lane x
          where x.counted and x.worker in (select worker from lost) group by x.worker)
       update rapport.lane l
          set worker = null, lease_until = null,
              deaths = l.deaths + lost.counted::int,
              alone_deaths = case when not lost.counted then l.alone_deaths
                                  when worked.count > 1 then 0
                                  else l.alone_deaths + 1 end,
              ready_at = case when l.deaths < ${PROMPT_DEATHS} then l.ready_at
                              else now() + random() * least(60, power(2, l.deaths)) * interval '1 second' end
         from lost left join worked using (worker)
        where l.lane = lost.lane`,
      [deadWorkers],
    );
    return rowCount ?? 0;
  }

  /** Wakes the workers of all processes. */
  async notify(): Promise<void> {
    await this.#db.query("select pg_notify('rapport_lanes', '')");
  }
}

/** An event whose turn has not begun. */
async function findWaiting(db: Database, id: EventId): Promise<{ readonly payload: unknown } | undefined> {
  // The lane is locked first and looked at afterwards, as everywhere: nobody can claim it meanwhile.
  await db.query(
    "select from rapport.lane where lane = (select lane from rapport.inbox where event_id = $1) for update",
    [id],
  );
  const { rows } = await db.query(
    `select i.payload from rapport.inbox i join rapport.lane l using (lane)
      where i.event_id = $1 and i.id > coalesce(l.turn_upto, 0)`,
    [id],
  );
  return WaitingPayloads.parse(rows)[0];
}
