import type { Logger } from "../../core/ports/logger.ts";
import type { Database } from "../postgres/pool.ts";
import type { Claim, QueueTable } from "./queue-table.ts";
import { unserved } from "./served-platforms.ts";
import type { QueueTiming } from "./timing.ts";

/** So often is looked for what nobody else sees to. */
const EVERY_MS = 10_000;

interface QueueChoreServices {
  readonly db: Database;
  readonly table: QueueTable;
  readonly timing: QueueTiming;
  readonly log: Logger;
}

type DeadLetter = Pick<Claim, "turn" | "lane" | "events">;

/** What a worker sees to now and then: dead letters that nobody was told of, and what waits for a platform that nobody serves. */
export class QueueChores {
  readonly #db: Database;
  readonly #table: QueueTable;
  readonly #timing: QueueTiming;
  readonly #log: Logger;
  #doneAt = Number.NEGATIVE_INFINITY;
  /** When each platform was last reported. */
  readonly #reportedAt = new Map<string, number>();

  constructor({ db, table: queueTable, timing, log }: QueueChoreServices) {
    this.#db = db;
    this.#table = queueTable;
    this.#timing = timing;
    this.#log = log;
  }

  async runDue(serves: readonly string[] | undefined, announce: (dead: DeadLetter) => void): Promise<void> {
    const now = performance.now();
    if (now - this.#doneAt < Math.min(EVERY_MS, this.#timing.unservedMs)) return;
    this.#doneAt = now;
    for (const dead of await this.#table.unannounced(serves)) announce(dead);
    for (const { platform, waiting } of await unserved(this.#db, this.#timing.unservedMs)) {
      const last = this.#reportedAt.get(platform);
      if (last !== undefined && now - last < this.#timing.reportEveryMs) continue;
      this.#reportedAt.set(platform, now);
      this.#log.warn({ platform, waiting }, "messages wait for a platform that no process serves");
    }
  }
}
