import { z } from "zod";
import { doubling, retry } from "../../../core/async/retry.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";

/** Repeats what could not be stored until it is. Throws when that must be left to Slack, which brings it again. */
export type StoreUntilDone = <T>(work: () => Promise<T>) => Promise<T>;

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
/** Of so many at a time; further ones are left to Slack, and looked for when the database is back. */
const REPEATED_AT_ONCE = 1_000;
/** What was not acknowledged for longer than this Slack may have ceased to bring. */
const LONG_MS = 20_000;

/**
 * A database that is away for a minute loses nothing and changes no order: what came meanwhile waits here, unacknowledged.
 * `recovered` is called when it is back after a while, with when it went.
 */
export function createStoring(services: {
  clock: Clock;
  log: Logger;
  stopping: AbortSignal;
  recovered: (since: number) => void;
}): StoreUntilDone {
  const { clock, log, stopping, recovered } = services;
  let repeating = 0;
  let failingSince: number | undefined;

  function failed(error: unknown): void {
    if (failingSince !== undefined) return;
    failingSince = clock.now();
    log.warn({ err: error }, "could not store an event of Slack, trying again");
  }

  function worked(): void {
    if (failingSince === undefined) return;
    const since = failingSince;
    failingSince = undefined;
    const awayMs = clock.now() - since;
    log.info({ awayMs }, "events of Slack are stored again");
    if (awayMs > LONG_MS) recovered(since);
  }

  return async (work) => {
    let isRepeating = false;
    function mayPass(error: unknown): boolean {
      if (isRepeating) return true;
      // What cannot be read never can.
      if (error instanceof z.ZodError) return false;
      failed(error);
      if (repeating >= REPEATED_AT_ONCE) return false;
      repeating += 1;
      isRepeating = true;
      return true;
    }
    try {
      const done = await retry(work, {
        clock,
        waits: doubling(FIRST_WAIT_MS, LONGEST_WAIT_MS),
        isPassing: mayPass,
        signal: stopping,
      });
      worked();
      return done;
    } finally {
      if (isRepeating) repeating -= 1;
    }
  };
}
