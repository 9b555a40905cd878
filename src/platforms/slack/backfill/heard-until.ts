import { z } from "zod";
import { type RecordKey, recordKey } from "../../../core/domain/record-key.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { RecordStore } from "../../../core/ports/record-store.ts";

/** In ms since 1970, by Slack's clock. */
export const StoredHeard = z.object({
  /** What was said before we came was not said to us. */
  began: z.number(),
  /** All that was said until then is stored, or was looked for and found. */
  until: z.number(),
});
export type StoredHeard = z.infer<typeof StoredHeard>;

const NOTED_EVERY_MS = 20_000;
/** What came before that may still have been on its way to the database. */
const MARGIN_MS = 60_000;

/** How far we have heard, kept for the next process: one that is killed knows nothing of what it missed. */
export class Heard {
  readonly #records: RecordStore<StoredHeard>;
  readonly #isUpToDate: () => boolean;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #stopping: AbortSignal;
  readonly #key: RecordKey;

  constructor(services: {
    records: RecordStore<StoredHeard>;
    /** Of what is heard: however many workspaces there are, they are heard in one. */
    name: string;
    /** Whether we are connected, and nothing is being looked for. */
    isUpToDate: () => boolean;
    clock: Clock;
    log: Logger;
    stopping: AbortSignal;
  }) {
    this.#records = services.records;
    this.#isUpToDate = services.isUpToDate;
    this.#clock = services.clock;
    this.#log = services.log;
    this.#stopping = services.stopping;
    this.#key = recordKey(services.name);
  }

  /** What came after this may have been missed; undefined where nobody knows. */
  async since(): Promise<number | undefined> {
    const heard = await this.#records.get(this.#key);
    return heard && Math.max(heard.began, heard.until - MARGIN_MS);
  }

  /** Before anything is heard: whoever comes first of all begins here. Must not be called where people talked with us. */
  async begin(): Promise<void> {
    const now = this.#clock.now();
    await this.#records.getOrCreate(this.#key, async () => ({ began: now, until: now }));
  }

  /** Goes on noting it until the process stops. */
  async keep(): Promise<void> {
    let since: number | undefined;
    while (!this.#stopping.aborted) {
      // The connection may be lost without our knowing yet: so the time before is noted.
      const now = this.#clock.now();
      if (!this.#isUpToDate()) since = undefined;
      else {
        if (since !== undefined) await this.#note(since);
        since = now;
      }
      await this.#clock.sleep(NOTED_EVERY_MS, this.#stopping);
    }
  }

  async #note(until: number): Promise<void> {
    try {
      await this.#records.update(this.#key, async (heard) => ({ began: heard?.began ?? until, until }));
    } catch (err) {
      this.#log.debug({ err }, "could not store until when Slack was heard");
    }
  }
}
