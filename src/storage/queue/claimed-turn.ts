import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../../core/ports/logger.ts";
import { MAX_ATTEMPTS, type QueuedTurn, RetryLater } from "../../core/ports/turn-queue.ts";
import type { Claim, QueueTable } from "./queue-table.ts";
import type { QueueTiming } from "./timing.ts";

export type Handler = (turn: QueuedTurn) => Promise<void>;

interface SettleCallbacks {
  readonly onRetry: (delayMs: number) => void;
  readonly onDeadLetter: (claim: Claim) => Promise<void>;
}

const FIRST_STORE_RETRY_MS = 100;
const LAST_STORE_RETRY_MS = 2_000;

/**
 * One attempt at a turn, from its claim until its outcome is stored.
 *
 * It is *running* until the handler settles: returned, the turn is completed; failed, it waits for its next attempt, or
 * goes to the dead letters after the last. Then it is *settling*: the outcome is stored, and tried again while the
 * database is away. A turn that was told `loseLane` stores nothing: its lane is another's. One that was told `interrupt`
 * is given back uncounted, unless its handler ends well all the same.
 */
export class ClaimedTurn {
  readonly claim: Claim;
  /** Resolves when the outcome is stored, or cannot be; never rejects. */
  readonly done: Promise<void>;
  readonly #table: QueueTable;
  readonly #worker: number;
  readonly #timing: QueueTiming;
  readonly #log: Logger;
  readonly #processEnds: AbortSignal;
  readonly #abort = new AbortController();
  #ownership: "ours" | "lost" | "interrupted" = "ours";
  #settling: boolean = false;
  #waits = 0;
  #leavesMore: boolean = false;
  readonly #endListeners: (() => void)[] = [];
  readonly #onWaiting: () => void;

  constructor(parts: {
    claim: Claim;
    worker: number;
    table: QueueTable;
    timing: QueueTiming;
    log: Logger;
    /** From here on a failure to store is final. */
    processEnds: AbortSignal;
    handler: Handler;
    onRetry: (delayMs: number) => void;
    onDeadLetter: (claim: Claim) => Promise<void>;
    /** It begins to wait: another turn may be worked in its place. */
    onWaiting: () => void;
  }) {
    this.claim = parts.claim;
    this.#worker = parts.worker;
    this.#table = parts.table;
    this.#timing = parts.timing;
    const { turn, lane, attempt } = parts.claim;
    this.#log = parts.log.child({ turn, lane, attempt });
    this.#processEnds = parts.processEnds;
    this.#onWaiting = parts.onWaiting;
    this.done = this.#run(parts).catch((error: unknown) => {
      this.#log.error({ err: error }, "outcome of a turn could not be stored");
    });
  }

  /** Once it is done: more waits in its lane. */
  get leavesMore(): boolean {
    return this.#leavesMore;
  }

  /** False while its outcome is being stored: the lane may be free already, and that is no loss. */
  get isRunning(): boolean {
    return !this.#settling;
  }

  /** A failure of this attempt is the last: a death is none. */
  get #isLast(): boolean {
    return this.claim.attempt - this.claim.deaths >= MAX_ATTEMPTS;
  }

  /** It works on nothing, and takes no place. */
  get isWaiting(): boolean {
    return this.#waits > 0;
  }

  loseLane(): void {
    this.#end("lost");
  }

  interrupt(): void {
    this.#end("interrupted");
  }

  async giveBack(): Promise<void> {
    await this.#settle(() => this.#table.retry(this.#worker, this.claim, { delayMs: 0, counts: false }));
    await this.#table.notify();
  }

  #end(fate: "lost" | "interrupted"): void {
    if (this.#ownership !== "ours") return;
    this.#ownership = fate;
    this.#abort.abort();
  }

  async #run({ handler, ...after }: SettleCallbacks & { readonly handler: Handler }): Promise<void> {
    const { turn, lane, attempt, events } = this.claim;
    const { signal } = this.#abort;
    try {
      await handler({
        id: turn,
        lane,
        attempt,
        begun: this.claim.begun,
        onEnded: (listener) => this.#endListeners.push(listener),
        isLastAttempt: this.#isLast,
        events,
        signal,
        whileWaiting: (wait, how) => this.#waiting(wait, how),
      });
    } catch (error) {
      await this.#afterFailure(error, after);
      return;
    }
    await this.#settle(async () => {
      const ended = await this.#table.complete(this.#worker, this.claim);
      this.#leavesMore = ended?.more ?? false;
      if (ended) for (const listener of this.#endListeners.splice(0)) listener();
      return ended !== undefined;
    });
  }

  async #waiting<T>(wait: () => Promise<T>, { isAttempt } = { isAttempt: false }): Promise<T> {
    if (!isAttempt) await this.#table.count(this.#worker, this.claim, false);
    this.#waits += 1;
    this.#onWaiting();
    try {
      return await wait();
    } finally {
      this.#waits -= 1;
      if (!isAttempt && this.#ownership === "ours") await this.#table.count(this.#worker, this.claim, true);
    }
  }

  async #afterFailure(error: unknown, { onRetry, onDeadLetter }: SettleCallbacks): Promise<void> {
    if (this.#ownership === "lost") return;
    if (this.#ownership === "interrupted") return this.giveBack();
    const { attempt } = this.claim;
    const counts = !(error instanceof RetryLater) || error.counts;
    if (counts && this.#isLast) {
      this.#log.error({ err: error }, "turn became a dead letter after its last attempt");
      await this.#settle(() => this.#table.deadLetter(this.#worker, this.claim, describe(error)));
      return onDeadLetter(this.claim);
    }
    const delayMs = error instanceof RetryLater ? error.delayMs : this.#timing.backoffMs(attempt);
    const waitsFor = error instanceof RetryLater ? error.waitsFor : undefined;
    // An outage is told of by whoever waits for its end; it is not the turn's.
    if (counts) this.#log.warn({ err: error, delayMs }, "turn failed, another attempt follows");
    else this.#log.debug({ waitsFor, delayMs }, "turn waits");
    await this.#settle(() => this.#table.retry(this.#worker, this.claim, { delayMs, counts, waitsFor }));
    onRetry(delayMs);
  }

  /** While the database is away the outcome is kept, for as long as the lane may still be ours. */
  async #settle(store: () => Promise<boolean>): Promise<void> {
    this.#settling = true;
    const giveUpAt = performance.now() + this.#timing.leaseMs;
    for (let againMs = FIRST_STORE_RETRY_MS; ; againMs = Math.min(2 * againMs, LAST_STORE_RETRY_MS)) {
      try {
        if (!(await store())) this.#log.warn({}, "lane lost before its turn ended");
        return;
      } catch (error) {
        if (this.#processEnds.aborted || performance.now() > giveUpAt) throw error;
        this.#log.warn({ err: error }, "outcome of a turn is not stored yet");
        await sleep(againMs, undefined, { signal: this.#processEnds }).catch(() => undefined);
      }
    }
  }
}

/** Resolves when all of them are, or when it took too long. */
export async function allDone(turns: Iterable<ClaimedTurn>, limitMs: number): Promise<void> {
  const waiting = new AbortController();
  const limit = sleep(limitMs, undefined, { signal: waiting.signal }).catch(() => undefined);
  await Promise.race([Promise.all([...turns].map(({ done }) => done)), limit]);
  waiting.abort();
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
