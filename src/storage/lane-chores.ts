import type { Logger } from "../core/logger.ts";
import { unserved } from "./lane-serving.ts";
import type { Claim, LaneTable } from "./lane-table.ts";
import type { LaneTiming } from "./lane-timing.ts";
import type { Database } from "./pool.ts";

/** So often is looked for what nobody else sees to. */
const EVERY_MS = 10_000;

interface ChoreParts {
  readonly db: Database;
  readonly table: LaneTable;
  readonly timing: LaneTiming;
  readonly log: Logger;
}

type Dead = Pick<Claim, "turn" | "lane" | "events">;

/** What a worker sees to now and then: dead letters that nobody was told of, and what waits for a platform that nobody serves. */
export class LaneChores {
  readonly #db: Database;
  readonly #table: LaneTable;
  readonly #timing: LaneTiming;
  readonly #log: Logger;
  #doneAt = Number.NEGATIVE_INFINITY;
  /** When each platform was last reported. */
  readonly #reportedAt = new Map<string, number>();

  constructor({ db, table, timing, log }: ChoreParts) {
    this.#db = db;
    this.#table = table;
    this.#timing = timing;
    this.#log = log;
  }

  async now(serves: readonly string[] | undefined, tell: (dead: Dead) => void): Promise<void> {
    const now = performance.now();
    if (now - this.#doneAt < Math.min(EVERY_MS, this.#timing.unservedMs)) return;
    this.#doneAt = now;
    for (const dead of await this.#table.untold(serves)) tell(dead);
    for (const { platform, waiting } of await unserved(this.#db, this.#timing.unservedMs)) {
      const last = this.#reportedAt.get(platform);
      if (last !== undefined && now - last < this.#timing.reportEveryMs) continue;
      this.#reportedAt.set(platform, now);
      this.#log.warn({ platform, waiting }, "messages wait for a platform that no process serves");
    }
  }
}
