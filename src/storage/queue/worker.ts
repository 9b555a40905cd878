import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../../core/ports/logger.ts";
import type { Database } from "../postgres/pool.ts";
import type { RecordCache } from "../records/record-cache.ts";
import { QueueChores } from "./chores.ts";
import { ClaimedTurn, type Handler, type OnDeadLetter } from "./claimed-turn.ts";
import { DeadWorkers } from "./dead-workers.ts";
import type { Claim, QueueTable } from "./queue-table.ts";
import { forgetServed, recordServed } from "./served-platforms.ts";
import type { QueueTiming } from "./timing.ts";
import { WorkerConnection } from "./worker-connection.ts";

/**
 * Works lanes in this process.
 *
 * A worker is idle until `start`; then it *claims* lanes whenever something may wait (`pump`: after an accept here, on a
 * notification, on every tick, when a turn ended or its retry is due) as long as it has a free place. A place is free
 * again when the outcome of its turn is stored. On every tick leases are renewed, and a turn whose lane turns out to be
 * another's is told so.
 *
 * After `stop` nothing is claimed; running turns end by themselves until the deadline, are then interrupted, and what
 * still runs when the grace is over is given back under its feet. The control connection is closed last: until then
 * the others know that this worker lives.
 */
export class QueueWorker {
  readonly #db: Database;
  readonly #table: QueueTable;
  readonly #timing: QueueTiming;
  readonly #log: Logger;
  readonly #control: WorkerConnection;
  readonly #silent: DeadWorkers;
  readonly #active = new Set<ClaimedTurn>();
  readonly #wakers = new Set<NodeJS.Timeout>();
  readonly #ended = new AbortController();
  #handler: Handler | undefined;
  #onDeadLetter: OnDeadLetter | undefined;
  #serves: readonly string[] | undefined;
  readonly #chores: QueueChores;
  #stopping: Promise<void> | undefined;
  #claiming: Promise<void> | undefined;
  #claimAgain: boolean = false;
  /** A claim failed: it may have been made, and only its answer was lost. */
  #claimUnsure: boolean = false;
  #ticking: Promise<void> = Promise.resolve();

  constructor(parts: {
    url: string;
    db: Database;
    table: QueueTable;
    timing: QueueTiming;
    log: Logger;
    records: RecordCache;
  }) {
    this.#db = parts.db;
    this.#table = parts.table;
    this.#timing = parts.timing;
    this.#log = parts.log;
    this.#silent = new DeadWorkers(parts.table, parts.timing);
    this.#chores = new QueueChores(parts);
    this.#control = new WorkerConnection({
      url: parts.url,
      log: parts.log,
      onNotify: () => this.pump(),
      onLost: () => this.#silent.forgive(),
      records: parts.records,
    });
  }

  async start(handler: Handler, onDeadLetter?: OnDeadLetter, serves?: readonly string[]): Promise<void> {
    if (this.#handler || this.#isStopping()) throw new Error("lanes are started once");
    await this.#control.open();
    if (serves) await recordServed(this.#db, this.#control.worker, serves);
    this.#serves = serves;
    // Not earlier: a claim by a worker that does not hold its lock would be taken for a dead one's.
    this.#handler = handler;
    this.#onDeadLetter = onDeadLetter;
    this.#ticking = this.#tickUntilEnded();
    this.pump();
  }

  /** Claims what waits, if there is a place for it. */
  pump(): void {
    if (!this.#handler || this.#isStopping()) return;
    this.#claimAgain = true;
    this.#claiming ??= this.#claimWhileFree(this.#handler).finally(() => {
      this.#claiming = undefined;
    });
  }

  /** Lanes of this platform are claimed no more; turns that run are not touched. */
  async serveNoMore(platform: string): Promise<void> {
    if (!this.#serves?.includes(platform)) return;
    this.#serves = this.#serves.filter((each) => each !== platform);
    await recordServed(this.#db, this.#control.worker, this.#serves);
  }

  /** Stopping again waits for the first stop, whatever its limits. */
  stop(limits: { readonly deadlineMs: number; readonly graceMs: number }): Promise<void> {
    this.#stopping ??= this.#stop(limits);
    return this.#stopping;
  }

  async #stop(limits: { readonly deadlineMs: number; readonly graceMs: number }): Promise<void> {
    for (const waker of this.#wakers) clearTimeout(waker);
    await this.#claiming;
    await this.#idle(limits.deadlineMs);
    for (const turn of this.#active) turn.interrupt();
    await this.#idle(limits.graceMs);
    this.#ended.abort();
    await this.#ticking;
    for (const turn of this.#active) {
      await turn.giveBack().catch((error: unknown) => this.#failed("give back", error));
    }
    if (this.#serves)
      await forgetServed(this.#db, this.#control.worker).catch((error: unknown) =>
        this.#failed("say that it serves no more", error),
      );
    await this.#control.close();
  }

  async #idle(limitMs: number): Promise<void> {
    const waiting = new AbortController();
    const limit = sleep(limitMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    await Promise.race([Promise.all([...this.#active].map(({ done }) => done)), limit]);
    waiting.abort();
  }

  async #claimWhileFree(handler: Handler): Promise<void> {
    while (this.#claimAgain && !this.#isStopping()) {
      this.#claimAgain = false;
      const places =
        this.#timing.concurrency - [...this.#active].filter(({ isWaiting }) => !isWaiting).length;
      if (places <= 0) return;
      try {
        const claims = await this.#claim(places);
        if (this.#isStopping()) await this.#giveBack(claims);
        else for (const claim of claims) this.#take(claim, handler);
      } catch (error) {
        this.#failed("claim", error);
      }
    }
  }

  async #claim(lanes: number): Promise<Claim[]> {
    const { worker } = this.#control;
    const { leaseMs, eventsPerTurn: events } = this.#timing;
    if (this.#claimUnsure) await this.#table.giveBackUnknown(worker, this.#claims());
    this.#claimUnsure = true;
    const claims = await this.#table.claim(worker, { lanes, events, leaseMs, platforms: this.#serves });
    this.#claimUnsure = false;
    return claims;
  }

  /** Asked anew after each wait. */
  #isStopping(): boolean {
    return this.#stopping !== undefined;
  }

  /** What was claimed while the worker began to stop. */
  async #giveBack(claims: readonly Claim[]): Promise<void> {
    for (const claim of claims) {
      await this.#table.retry(this.#control.worker, claim, { delayMs: 0, counts: false });
    }
    if (claims.length > 0) await this.#table.notify();
  }

  #take(claim: Claim, handler: Handler): void {
    if (claim.buried) {
      const { turn, lane } = claim;
      this.#log.error({ turn, lane }, "turn given up: its process died again and again");
      void this.#tellGivenUp(claim);
      this.#claimAgain = true;
      return;
    }
    const turn = new ClaimedTurn({
      claim,
      worker: this.#control.worker,
      table: this.#table,
      timing: this.#timing,
      log: this.#log,
      processEnds: this.#ended.signal,
      handler,
      onRetry: (delayMs) => this.pumpIn(delayMs),
      onDeadLetter: (buried) => this.#tellGivenUp(buried),
      onWaiting: () => this.pump(),
    });
    this.#active.add(turn);
    turn.done
      .finally(() => {
        this.#active.delete(turn);
        this.pump();
      })
      .catch((error: unknown) => this.#failed("end", error));
  }

  /** Never rejects. What fails is done again later, by whoever comes to it. */
  async #tellGivenUp({ turn, lane, events }: Pick<Claim, "turn" | "lane" | "events">): Promise<void> {
    try {
      await this.#onDeadLetter?.({ id: turn, lane, events });
      await this.#table.markAnnounced({ turn });
    } catch (error) {
      this.#failed("tell that a turn was given up", error);
    }
  }

  /** Claims what waits then; at once for 0. */
  pumpIn(delayMs: number): void {
    if (delayMs === 0) this.pump();
    if (delayMs === 0 || this.#isStopping()) return;
    const waker = setTimeout(() => {
      this.#wakers.delete(waker);
      this.pump();
    }, delayMs);
    this.#wakers.add(waker);
  }

  async #tickUntilEnded(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      await sleep(this.#silent.nextLookMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.#tick();
    }
  }

  async #tick(): Promise<void> {
    try {
      await this.#control.check();
      await this.#renew();
      const freed = this.#isStopping() ? 0 : await this.#silent.freeLanes(this.#control.worker);
      if (freed > 0) this.#log.warn({ lanes: freed }, "lanes of a lost worker freed");
      if (!this.#isStopping())
        await this.#chores.runDue(this.#serves, (dead) => void this.#tellGivenUp(dead));
    } catch (error) {
      this.#silent.forgive();
      this.#failed("tick", error);
    }
    this.pump();
  }

  async #renew(): Promise<void> {
    const running = [...this.#active];
    if (running.length === 0) return;
    const ours = await this.#table.renew(this.#control.worker, this.#claims(), this.#timing.leaseMs);
    for (const turn of running) {
      if (this.#active.has(turn) && turn.isRunning && !ours.has(turn.claim.token)) turn.loseLane();
    }
  }

  #claims(): Claim[] {
    return [...this.#active].map(({ claim }) => claim);
  }

  #failed(doing: string, error: unknown): void {
    this.#log.warn({ doing, err: error }, "lane queue met an error");
  }
}
