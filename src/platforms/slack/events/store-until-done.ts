import { z } from "zod";
import { doubling, retry } from "../../../core/async/retry.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";

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
export class Storing {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #stopping: AbortSignal;
  readonly #recovered: (since: number) => void;
  #repeating = 0;
  #failingSince: number | undefined;

  constructor(services: {
    clock: Clock;
    log: Logger;
    stopping: AbortSignal;
    recovered: (since: number) => void;
  }) {
    this.#clock = services.clock;
    this.#log = services.log;
    this.#stopping = services.stopping;
    this.#recovered = services.recovered;
  }

  /** Repeats what could not be stored until it is. Throws when that must be left to Slack, which brings it again. */
  async untilDone<T>(work: () => Promise<T>): Promise<T> {
    let isRepeating = false;
    const mayPass = (error: unknown): boolean => {
      if (isRepeating) return true;
      // What cannot be read never can.
      if (error instanceof z.ZodError) return false;
      this.#failed(error);
      if (this.#repeating >= REPEATED_AT_ONCE) return false;
      this.#repeating += 1;
      isRepeating = true;
      return true;
    };
    try {
      const done = await retry(work, {
        clock: this.#clock,
        waits: doubling(FIRST_WAIT_MS, LONGEST_WAIT_MS),
        isPassing: mayPass,
        signal: this.#stopping,
      });
      this.#worked();
      return done;
    } finally {
      if (isRepeating) this.#repeating -= 1;
    }
  }

  #failed(error: unknown): void {
    if (this.#failingSince !== undefined) return;
    this.#failingSince = this.#clock.now();
    this.#log.warn({ err: error }, "could not store an event of Slack, trying again");
  }

  #worked(): void {
    if (this.#failingSince === undefined) return;
    const since = this.#failingSince;
    this.#failingSince = undefined;
    const awayMs = this.#clock.now() - since;
    this.#log.info({ awayMs }, "events of Slack are stored again");
    if (awayMs > LONG_MS) this.#recovered(since);
  }
}
