import type { Logger } from "../../core/ports/logger.ts";
import type { Database } from "../postgres/pool.ts";
import type { DeadLetters } from "./dead-letters.ts";
import { unserved } from "./served-platforms.ts";
import type { QueueTiming } from "./timing.ts";

/** So often is looked for what nobody else sees to. */
const EVERY_MS = 15_000;

interface QueueChoreServices {
  readonly db: Database;
  readonly deadLetters: DeadLetters;
  readonly timing: QueueTiming;
  readonly log: Logger;
}

/**
 * What a worker sees to now and then: dead letters that nobody was told of, what waits for a platform that nobody serves,
 * and what the server's clock left waiting.
 */
export class QueueChores {
  readonly #db: Database;
  readonly #deadLetters: DeadLetters;
  readonly #timing: QueueTiming;
  readonly #log: Logger;
  #doneAt = Number.NEGATIVE_INFINITY;
  /** When each platform was last reported. */
  readonly #reportedAt = new Map<string, number>();

  constructor({ db, deadLetters, timing, log }: QueueChoreServices) {
    this.#db = db;
    this.#deadLetters = deadLetters;
    this.#timing = timing;
    this.#log = log;
  }

  async runDue(serves: readonly string[] | undefined): Promise<void> {
    const now = performance.now();
    if (now - this.#doneAt < Math.min(EVERY_MS, this.#timing.unservedMs)) return;
    this.#doneAt = now;
    await this.#readyStranded();
    await this.#deadLetters.announceDue(serves);
    for (const { platform, waiting } of await unserved(this.#db, this.#timing.unservedMs)) {
      const last = this.#reportedAt.get(platform);
      if (last !== undefined && now - last < this.#timing.reportEveryMs) continue;
      this.#reportedAt.set(platform, now);
      this.#log.warn({ platform, waiting }, "messages wait for a platform that no process serves");
    }
  }

  /**
   * Makes ready what was to wait until a time that is further away than anything waits: the server's clock was set back
   * since, or another server took its place.
   */
  async #readyStranded(): Promise<void> {
    const after = "now() + make_interval(secs => $1)";
    const seconds = [this.#timing.longestWaitMs / 1_000];
    await this.#db.query(`update rapport.dead_letter set tell_at = now() where tell_at > ${after}`, seconds);
    const { rowCount } = await this.#db.query(
      `update rapport.lane set ready_at = now() where worker is null and pending > 0 and ready_at > ${after}`,
      seconds,
    );
    if (rowCount)
      this.#log.warn({ lanes: rowCount }, "the database's clock was set back: nothing waits for it");
  }
}
