import type { QueueTable } from "./queue-table.ts";

/**
 * Finds workers that died and frees their lanes. A worker counts as dead when it lacked its liveness lock in every look
 * for `silentMs`: one that only opens its control connection anew keeps its lanes. After an outage of the database
 * everybody is forgiven for a while, so that all can come back before anybody takes lanes.
 */
export class DeadWorkers {
  readonly #table: QueueTable;
  readonly #timing: { readonly pollMs: number; readonly silentMs: number };
  #silentSince: ReadonlyMap<number, number> = new Map();
  #forgiveUntil = 0;

  constructor(queueTable: QueueTable, timing: { readonly pollMs: number; readonly silentMs: number }) {
    this.#table = queueTable;
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
    const silent = await this.#table.silentWorkers();
    const now = performance.now();
    this.#silentSince = new Map(
      silent
        .filter((worker) => worker !== ownWorker)
        .map((worker) => [worker, this.#silentSince.get(worker) ?? now]),
    );
    const dead = [...this.#silentSince].filter(([, since]) => now - since >= this.#timing.silentMs);
    return this.#table.freeLost(dead.map(([worker]) => worker));
  }
}
