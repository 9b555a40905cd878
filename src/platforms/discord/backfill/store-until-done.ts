import { doubling, retry } from "../../../core/async/retry.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { PlatformUnavailable } from "../../shared/unavailable.ts";

/** The process stops before something could be stored: the next one takes it again. */
export class ProcessStopping extends Error {
  override readonly name = "ProcessStopping";
}

const FIRST_MS = 250;
const MAX_MS = 5_000;
/** What fails so often while so much else could be stored is at fault itself: then the rest goes on without it. */
const MAX_TRIES = 20;
const OTHERS_STORED = 20;

/**
 * The gateway brings nothing twice, so what it brought is kept until database and Discord have taken it, however long
 * they are away.
 */
export class Storing {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #stopping: AbortSignal;
  #stored = 0;

  constructor(services: {
    clock: Clock;
    log: Logger;
    stopping: AbortSignal;
  }) {
    this.#clock = services.clock;
    this.#log = services.log;
    this.#stopping = services.stopping;
  }

  /** Repeats `work` until it is done. */
  async untilDone<T>(work: () => Promise<T>): Promise<T> {
    let failures = 0;
    let storedBefore = 0;
    const mayPass = (error: unknown): boolean => {
      failures += 1;
      if (failures === 1) storedBefore = this.#stored;
      const isAtFault = failures >= MAX_TRIES && this.#stored - storedBefore >= OTHERS_STORED;
      return !isAtFault || error instanceof PlatformUnavailable;
    };
    try {
      const done = await retry(work, {
        clock: this.#clock,
        waits: doubling(FIRST_MS, MAX_MS),
        isPassing: mayPass,
        signal: this.#stopping,
        onWait: (err, waitMs) => this.#log.warn({ err, waitMs }, "could not store an event, trying again"),
      });
      this.#stored += 1;
      return done;
    } catch (error) {
      if (!this.#stopping.aborted) throw error;
      throw new ProcessStopping("stopped before it was stored", { cause: error });
    }
  }
}
