import { setTimeout as sleep } from "node:timers/promises";
import { BoundedSet } from "../../core/async/bounded-map.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { TurnQueue } from "../../core/ports/turn-queue.ts";
import type { Database } from "../postgres/pool.ts";
import type { RecordCache } from "../records/record-cache.ts";
import { QueueChores } from "./chores.ts";
import { allDone, ClaimedTurn, type Handler } from "./claimed-turn.ts";
import { DeadLetters, type OnDeadLetter } from "./dead-letters.ts";
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
  /** Tokens of what was begun here lately, ended or not: of more turns than an outage or a crash of the server cuts off. */
  readonly #taken = new BoundedSet<string>(1_000);
  readonly #wakers = new Set<NodeJS.Timeout>();
  readonly #ended = new AbortController();
  #handler: Handler | undefined;
  readonly #deadLetters: DeadLetters;
  #serves: readonly string[] | undefined;
  readonly #chores: QueueChores;
  #stopping: Promise<void> | undefined;
  #claiming: Promise<void> | undefined;
  #claimAgain: boolean = false;
  /** A claim failed: it may have been made, and only its answer was lost. */
  #isUnsure: boolean = false;
  /** Events on their way into lanes that are claimed with them. */
  readonly #entering = new Set<Promise<unknown>>();
  /** The last claim found no place, or took the last one: more may wait. */
  #isFull: boolean = false;
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
    this.#silent = new DeadWorkers(parts);
    this.#deadLetters = new DeadLetters(parts);
    this.#chores = new QueueChores({ ...parts, deadLetters: this.#deadLetters });
    this.#control = new WorkerConnection({
      url: parts.url,
      log: parts.log,
      onNotify: () => this.pump(),
      onLost: () => {
        this.#silent.forgive();
        // A server that crashed forgets how the last turns ended: their lanes would be ours until the leases run out.
        this.#isUnsure = true;
      },
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
    this.#deadLetters.announceWith(onDeadLetter);
    this.#ticking = this.#tickUntilEnded();
    this.pump();
  }

  /** Accepts an event, and works it at once where its lane is free and this worker may. */
  async accept(entry: Parameters<TurnQueue["accept"]>[0]): Promise<"accepted" | "repeated" | "full"> {
    const handler = this.#mayTakeAtOnce(entry) ? this.#handler : undefined;
    if (!handler) {
      const { outcome } = await this.#table.accept(entry);
      if (outcome === "accepted") this.pumpIn(entry.debounceMs ?? 0);
      return outcome;
    }
    const { worker } = this.#control;
    const entering = this.#table.accept(entry, { worker, leaseMs: this.#timing.leaseMs });
    this.#entering.add(entering);
    try {
      const { outcome, claim } = await entering;
      if (claim && this.#isStopping()) await this.#giveBack([claim]);
      else if (claim) this.#take(claim, handler);
      else if (outcome === "accepted") this.pump();
      return outcome;
    } catch (error) {
      this.#isUnsure = true;
      throw error;
    } finally {
      this.#entering.delete(entering);
    }
  }

  /** While a claim is unsure nothing else is claimed: it could not be told from what is to be given back. */
  #mayTakeAtOnce({ platform, debounceMs = 0 }: Parameters<TurnQueue["accept"]>[0]): boolean {
    const isServed = platform === undefined || (this.#serves?.includes(platform) ?? true);
    const isFree = this.#places > this.#entering.size;
    return debounceMs === 0 && isServed && isFree && !this.#isUnsure && !this.#isStopping();
  }

  /** How many more turns may be worked on. */
  get #places(): number {
    return this.#timing.concurrency - [...this.#active].filter(({ isWaiting }) => !isWaiting).length;
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
    await Promise.allSettled(this.#entering);
    await allDone(this.#active, limits.deadlineMs);
    for (const turn of this.#active) turn.interrupt();
    await allDone(this.#active, limits.graceMs);
    this.#ended.abort();
    await this.#ticking;
    for (const turn of this.#active) await turn.giveBack().catch(this.#failed("give back"));
    if (this.#serves)
      await forgetServed(this.#db, this.#control.worker).catch(this.#failed("forget what it serves"));
    await this.#control.close();
  }

  async #claimWhileFree(handler: Handler): Promise<void> {
    while (this.#claimAgain && !this.#isStopping()) {
      this.#claimAgain = false;
      const places = this.#places;
      this.#isFull = places <= 0;
      if (this.#isFull) return;
      try {
        const claims = await this.#claim(places);
        this.#isFull = claims.length >= places;
        if (this.#isStopping()) await this.#giveBack(claims);
        else for (const claim of claims) this.#take(claim, handler);
      } catch (error) {
        this.#failed("claim")(error);
      }
    }
  }

  async #claim(lanes: number): Promise<Claim[]> {
    const { worker } = this.#control;
    const { leaseMs, eventsPerTurn: events } = this.#timing;
    if (this.#isUnsure) {
      // What is being accepted may be claimed already, and is not among the claims yet.
      await Promise.allSettled(this.#entering);
      await this.#table.giveBackUnknown(worker, { known: this.#claims(), taken: this.#taken });
      this.#isUnsure = false;
    }
    return this.#table
      .claim(worker, { lanes, events, leaseMs, platforms: this.#serves })
      .catch((error: unknown) => {
        this.#isUnsure = true;
        throw error;
      });
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
      this.#log.error({ turn, lane }, "turn became a dead letter: its process died again and again");
      void this.#deadLetters.announce(claim);
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
      onDeadLetter: (buried) => this.#deadLetters.announce(buried),
      onWaiting: () => this.pump(),
    });
    this.#active.add(turn);
    this.#taken.add(claim.token);
    turn.done
      .finally(() => {
        this.#active.delete(turn);
        // What else becomes ready is told of, or found on the next tick.
        if (turn.leavesMore || this.#isFull) this.pump();
      })
      .catch(this.#failed("end"));
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
    let mayWait = true;
    try {
      const state = await this.#control.readState();
      await this.#renew();
      const isWorking = !this.#isStopping();
      if (state && isWorking) {
        const freed = await this.#silent.freeLanes(state, this.#control.worker);
        mayWait = state.ready || freed > 0 || this.#isUnsure;
      }
      if (isWorking) await this.#chores.runDue(this.#serves);
    } catch (error) {
      this.#silent.forgive();
      this.#failed("tick")(error);
    }
    if (mayWait) this.pump();
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

  #failed = (step: string) => (error: unknown) =>
    this.#log.warn({ step, err: error }, "turn queue step failed, it is tried again");
}
