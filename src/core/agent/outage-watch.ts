import { hasCode } from "../domain/errors.ts";
import type { TurnId } from "../domain/model.ts";
import type { AgentHealth } from "../ports/agent/health.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { OutageStore, OutageWatch } from "../ports/outages.ts";
import type { TurnQueue } from "../ports/turn-queue.ts";

/** Asks the server something. Whoever finds nobody there may be the only one to know that what ran there has ended. */
export async function recordingOutages(
  health: Pick<AgentHealth, "onUnreachable">,
  outages: Pick<OutageStore, "begin">,
  ask: () => Promise<unknown>,
): Promise<void> {
  let isGone = false;
  const enough = health.onUnreachable(() => {
    isGone = true;
  });
  try {
    await ask();
  } finally {
    enough();
    if (isGone) await outages.begin({ gone: true });
  }
}

const POLL_EVERY_MS = 1_000;
/** A turn that failed just before the end of an outage begins to wait after it. */
const WAKE_AGAIN_MS = 3_000;

/**
 * - quiet:   nobody knows of an outage
 * - looking: somebody does; the server is asked every second, whether it is there and whether anybody is
 * - back:    it answered. The outage is over for every process, and who waits for its end is worked on
 */
export class PollingOutageWatch implements OutageWatch {
  readonly #health: Pick<AgentHealth, "ping" | "onUnreachable">;
  readonly #outages: OutageStore;
  readonly #lanes: Pick<TurnQueue, "wake">;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  readonly #signal: AbortSignal;
  #looking: Promise<void> | undefined;
  #noting: Promise<void> = Promise.resolve();
  readonly #deaf: () => void;

  constructor(services: {
    readonly health: Pick<AgentHealth, "ping" | "onUnreachable">;
    readonly outages: OutageStore;
    readonly lanes: Pick<TurnQueue, "wake">;
    readonly clock: Clock;
    readonly log: Logger;
  }) {
    this.#health = services.health;
    this.#outages = services.outages;
    this.#lanes = services.lanes;
    this.#clock = services.clock;
    this.#log = services.log;
    this.#signal = this.#stopping.signal;
    this.#deaf = this.#health.onUnreachable(() => {
      this.#note(true);
      this.report();
    });
  }

  report(): void {
    if (this.#signal.aborted) return;
    this.#looking ??= Promise.resolve()
      .then(() => this.#untilBack())
      .finally(() => {
        this.#looking = undefined;
      });
  }

  async wasDownSince(turn: TurnId): Promise<boolean> {
    await this.#noting;
    return this.#outages.wasDownSince(turn);
  }

  async start(): Promise<void> {
    if (await this.#outages.isOngoing()) this.report();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#deaf();
    await this.#looking;
    await this.#noting;
  }

  #note(gone: boolean): void {
    const failed = (err: unknown) => this.#log.warn({ err }, "could not store that an outage began");
    this.#noting = this.#noting.then(() => this.#outages.begin({ gone })).catch(failed);
  }

  async #untilBack(): Promise<void> {
    while (!this.#signal.aborted && !(await this.#isBack()))
      await this.#clock.sleep(POLL_EVERY_MS, this.#signal);
    for (const laterMs of [0, WAKE_AGAIN_MS]) {
      await this.#clock.sleep(laterMs, this.#signal);
      if (!this.#signal.aborted) await this.#wake();
    }
  }

  async #isBack(): Promise<boolean> {
    try {
      await this.#health.ping();
      return true;
    } catch (error) {
      if (!hasCode(error, "agent_unavailable")) return true;
      this.#note(false);
      return false;
    }
  }

  async #wake(): Promise<void> {
    try {
      await this.#noting;
      await this.#outages.end();
      await this.#lanes.wake("agents");
    } catch (err) {
      this.#log.warn({ err }, "could not wake the lanes that wait for the end of an outage");
    }
  }
}
