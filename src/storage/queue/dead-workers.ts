import { z } from "zod";
import type { Database } from "../postgres/pool.ts";
import { holdsLivenessLock, LIVENESS_LOCK } from "./served-platforms.ts";

const Workers = z.array(z.object({ worker: z.number() }));

/** So many deaths are a restart or two, and nobody should wait for them: the turn goes on at once. */
const PROMPT_DEATHS = 3;

/**
 * Finds workers that died and frees their lanes. A worker counts as dead when it lacked its liveness lock in every look
 * for `silentMs`: one that only opens its control connection anew keeps its lanes. After an outage of the database
 * everybody is forgiven for a while, so that all can come back before anybody takes lanes.
 */
export class DeadWorkers {
  readonly #db: Database;
  readonly #timing: { readonly pollMs: number; readonly silentMs: number };
  #silentSince: ReadonlyMap<number, number> = new Map();
  #forgiveUntil = 0;

  constructor(db: Database, timing: { readonly pollMs: number; readonly silentMs: number }) {
    this.#db = db;
    this.#timing = timing;
  }

  get nextLookMs(): number {
    const { pollMs, silentMs } = this.#timing;
    return this.#silentSince.size > 0 ? Math.min(pollMs, silentMs) : pollMs;
  }

  forgive(): void {
    this.#forgiveUntil = performance.now() + 2 * (this.#timing.pollMs + this.#timing.silentMs);
    this.#silentSince = new Map();
  }

  /** Frees the lanes of dead workers, and those whose lease ran out; says how many. */
  async freeLanes(ownWorker: number): Promise<number> {
    if (performance.now() < this.#forgiveUntil) return 0;
    const silent = await this.#silentWorkers();
    const now = performance.now();
    this.#silentSince = new Map(
      silent
        .filter((worker) => worker !== ownWorker)
        .map((worker) => [worker, this.#silentSince.get(worker) ?? now]),
    );
    const dead = [...this.#silentSince].filter(([, since]) => now - since >= this.#timing.silentMs);
    return this.#freeLost(dead.map(([worker]) => worker));
  }

  /** Workers that own lanes and lack the lock that says they live. */
  async #silentWorkers(): Promise<readonly number[]> {
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
  async #freeLost(deadWorkers: readonly number[]): Promise<number> {
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
}
