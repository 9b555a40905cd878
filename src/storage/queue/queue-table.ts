import type pg from "pg";
import { z } from "zod";
import { EventId, TurnId } from "../../core/domain/model.ts";
import {
  type AwaitedService,
  MAX_ALONE_DEATHS,
  MAX_DEATHS,
  type TurnQueue,
} from "../../core/ports/turn-queue.ts";
import { begunTurn, type TurnRecord } from "../../core/ports/turn-store.ts";
import { type Database, inTransaction } from "../postgres/pool.ts";
import { storedJson } from "../postgres/stored-json.ts";
import { parseStored } from "../records/corrupt-record.ts";

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

/** A lane that a worker holds, with the events of its turn, and the turn where it was stored with the claim. */
export type Claim = z.infer<typeof Claim> & { readonly begun?: TurnRecord };

const Entered = z.tuple([
  z.looseObject({
    outcome: z.enum(["accepted", "repeated", "full"]),
    token: z.string().nullable(),
    is_begun: z.boolean().nullable(),
  }),
]);
const Ended = z.tuple([z.object({ more: z.boolean().nullable() })]);
const Held = z.tuple([z.object({ held: z.boolean() })]);
const Tokens = z.array(z.object({ token: z.string() }));
const Dead = z.tuple([z.object({ dead: z.boolean() })]);
const WaitingPayloads = z.array(z.object({ payload: z.unknown() }));

const WaitingEvents = z.array(z.object({ event_id: z.string(), payload: z.unknown() }));

type QueueEntry = Parameters<TurnQueue["accept"]>[0];

interface Claimant {
  readonly worker: number;
  readonly leaseMs: number;
}

interface Entered {
  readonly outcome: "accepted" | "repeated" | "full";
  readonly claim?: Claim;
}

interface ClaimLimits {
  readonly lanes: number;
  readonly events: number;
  readonly leaseMs: number;
  /** Undefined: all. */
  readonly platforms: readonly string[] | undefined;
}

/** The statements of the lane queue. What the tables mean is said in migrations/queue/turn-queue.ts. */
export class QueueTable {
  readonly #pool: pg.Pool;
  readonly #db: Database;

  constructor(pool: pg.Pool, db: Database) {
    this.#pool = pool;
    this.#db = db;
  }

  /** With `claimant` the lane is claimed for it at once where it is free and need not settle. */
  async accept(entry: QueueEntry, claimant?: Claimant): Promise<Entered> {
    const { rows } = await this.#db.query(
      "select * from rapport.lane_enter($1, $2, $3::jsonb, $4, $5, $6, $7, $8, $9::jsonb)",
      [
        entry.lane,
        entry.id,
        storedJson(entry.payload),
        entry.cap,
        (entry.debounceMs ?? 0) / 1_000,
        entry.platform,
        claimant?.worker,
        (claimant?.leaseMs ?? 0) / 1_000,
        entry.turn && storedJson(entry.turn),
      ],
    );
    const [entered] = Entered.parse(rows);
    if (entered.token === null) return { outcome: entered.outcome };
    const first = { attempt: 1, deaths: 0, buried: false, lane: entry.lane };
    const claim = parseStored(Claim, { ...entered, ...first }, "lane");
    const begun = entered.is_begun && entry.turn && begunTurn(claim.turn, entry.turn);
    return { outcome: entered.outcome, claim: { ...claim, ...(begun && { begun }) } };
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

  async reviseAll(platform: string, change: (payload: unknown) => unknown): Promise<void> {
    await inTransaction(this.#pool, async (db) => {
      const { rows } = await db.query(
        `select i.event_id, i.payload from rapport.inbox i join rapport.lane l using (lane)
          where l.platform = $1 order by i.id for update of i`,
        [platform],
      );
      for (const { event_id, payload } of WaitingEvents.parse(rows)) {
        const changed = change(payload);
        if (changed === undefined) continue;
        const values = [event_id, storedJson(changed)];
        await db.query("update rapport.inbox set payload = $2::jsonb where event_id = $1", values);
      }
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

  /**
   * Gives back all that this worker owns but the known: what it claimed without hearing of it, uncounted, and what was
   * taken and is not known to have ended.
   */
  async giveBackUnknown(
    worker: number,
    { known, taken }: { readonly known: readonly Claim[]; readonly taken: ReadonlySet<string> },
  ): Promise<void> {
    await this.#db.query(
      `update rapport.lane
          set worker = null, lease_until = null, counted = true,
              attempts = attempts - (counted and token <> all($3::bigint[]))::int
        where worker = $1 and token <> all($2::bigint[])`,
      [worker, known.map(({ token }) => token), [...taken]],
    );
  }

  /** Ends the turn, and with it that its answer is delivered. Undefined when the lane is no longer ours. */
  async complete(worker: number, claim: Claim): Promise<{ readonly more: boolean } | undefined> {
    const { rows } = await this.#db.query("select rapport.lane_end($1, $2, $3) as more", [
      claim.lane,
      worker,
      claim.token,
    ]);
    const [{ more }] = Ended.parse(rows);
    return more === null ? undefined : { more };
  }

  /** False when the lane is no longer ours; so with `deadLetter`. */
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
