import type { Logger } from "../../core/ports/logger.ts";
import type { Database } from "../postgres/pool.ts";
import type { QueueState } from "./queue-state.ts";
import type { QueueTiming } from "./timing.ts";

type DeadWorkerTiming = Pick<QueueTiming, "pollMs" | "silentMs">;

/** So many deaths are a restart or two, and nobody should wait for them: the turn goes on at once. */
const PROMPT_DEATHS = 3;

/**
 * Finds workers that died and frees their lanes. A worker counts as dead when it lacked its liveness lock in every look
 * for `silentMs`: one that only opens its control connection anew keeps its lanes. After an outage of the database
 * everybody is forgiven for a while, so that all can come back before anybody takes lanes.
 */
export class DeadWorkers {
  readonly #db: Database;
  readonly #timing: DeadWorkerTiming;
  readonly #log: Logger;
  #silentSince: ReadonlyMap<number, number> = new Map();
  #forgiveUntil = 0;

  constructor({ db, timing, log }: { db: Database; timing: DeadWorkerTiming; log: Logger }) {
    this.#db = db;
    this.#timing = timing;
    this.#log = log;
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
  async freeLanes({ silent, lapsed }: QueueState, ownWorker: number): Promise<number> {
    if (performance.now() < this.#forgiveUntil) return 0;
    const now = performance.now();
    this.#silentSince = new Map(
      silent
        .filter((worker) => worker !== ownWorker)
        .map((worker) => [worker, this.#silentSince.get(worker) ?? now]),
    );
    const dead = [...this.#silentSince].filter(([, since]) => now - since >= this.#timing.silentMs);
    if (dead.length === 0 && !lapsed) return 0;
    const freed = await this.#freeLost(dead.map(([worker]) => worker));
    if (freed > 0) this.#log.warn({ lanes: freed }, "worker lost, its lanes were freed");
    return freed;
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
