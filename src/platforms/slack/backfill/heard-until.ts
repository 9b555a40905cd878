import { z } from "zod";
import { recordKey } from "../../../core/domain/record-key.ts";
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

/** How far we have heard, kept for the next process: one that is killed knows nothing of what it missed. */
export interface Heard {
  /** What came after this may have been missed; undefined where nobody knows. */
  since(): Promise<number | undefined>;
  /** Before anything is heard: whoever comes first of all begins here. Must not be called where people talked with us. */
  begin(): Promise<void>;
  /** Goes on noting it until the process stops. */
  keep(): Promise<void>;
}

const NOTED_EVERY_MS = 20_000;
/** What came before that may still have been on its way to the database. */
const MARGIN_MS = 60_000;

export function createHeard(services: {
  records: RecordStore<StoredHeard>;
  /** Of what is heard: however many workspaces there are, they are heard in one. */
  name: string;
  /** Whether we are connected, and nothing is being looked for. */
  isUpToDate: () => boolean;
  clock: Clock;
  log: Logger;
  stopping: AbortSignal;
}): Heard {
  const { records, name, isUpToDate, clock, log, stopping } = services;
  const key = recordKey(name);

  return {
    async since() {
      const heard = await records.get(key);
      return heard && Math.max(heard.began, heard.until - MARGIN_MS);
    },
    async begin() {
      const now = clock.now();
      await records.getOrCreate(key, async () => ({ began: now, until: now }));
    },
    async keep() {
      let since: number | undefined;
      while (!stopping.aborted) {
        // The connection may be lost without our knowing yet: so the time before is noted.
        const now = clock.now();
        if (!isUpToDate()) since = undefined;
        else {
          if (since !== undefined) await note(since);
          since = now;
        }
        await clock.sleep(NOTED_EVERY_MS, stopping);
      }
    },
  };

  async function note(until: number): Promise<void> {
    try {
      await records.update(key, async (heard) => ({ began: heard?.began ?? until, until }));
    } catch (err) {
      log.debug({ err }, "could not store until when Slack was heard");
    }
  }
}
