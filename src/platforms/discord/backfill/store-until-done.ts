import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { PlatformUnavailable } from "../../shared/unavailable.ts";

/** The process stops before something could be stored: the next one takes it again. */
export class ProcessStopping extends Error {
  override readonly name = "ProcessStopping";
}

/** Repeats `work` until it is done. */
export type StoreUntilDone = <T>(work: () => Promise<T>) => Promise<T>;

const FIRST_MS = 250;
const MAX_MS = 5_000;
/** What fails so often while so much else could be stored is at fault itself: then the rest goes on without it. */
const MAX_TRIES = 20;
const OTHERS_STORED = 20;

/**
 * The gateway brings nothing twice, so what it brought is kept until database and Discord have taken it, however long
 * they are away.
 */
export function createStoring(services: {
  clock: Clock;
  log: Logger;
  stopping: AbortSignal;
}): StoreUntilDone {
  const { clock, log, stopping } = services;
  let stored = 0;

  return async (work) => {
    let before: number | undefined;
    let waitMs = FIRST_MS;
    for (let tries = 1; ; tries += 1) {
      try {
        const done = await work();
        stored += 1;
        return done;
      } catch (error) {
        before ??= stored;
        const isAtFault = tries >= MAX_TRIES && stored - before >= OTHERS_STORED;
        if (isAtFault && !(error instanceof PlatformUnavailable)) throw error;
        if (stopping.aborted) throw new ProcessStopping("stopped before it was stored", { cause: error });
        log.warn({ err: error, waitMs }, "could not store an event, trying again");
        await clock.sleep(waitMs, stopping);
        waitMs = Math.min(waitMs * 2, MAX_MS);
      }
    }
  };
}
