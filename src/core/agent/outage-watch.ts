import { hasCode } from "../domain/errors.ts";
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
export function createOutageWatch(services: {
  readonly health: Pick<AgentHealth, "ping" | "onUnreachable">;
  readonly outages: OutageStore;
  readonly lanes: Pick<TurnQueue, "wake">;
  readonly clock: Clock;
  readonly log: Logger;
}): OutageWatch & { start(): Promise<void>; stop(): Promise<void> } {
  const { health, outages, lanes, clock, log } = services;
  const stopping = new AbortController();
  const { signal } = stopping;
  let looking: Promise<void> | undefined;
  let noting: Promise<void> = Promise.resolve();

  function note(gone: boolean): void {
    const failed = (err: unknown) => log.warn({ err }, "could not store that an outage began");
    noting = noting.then(() => outages.begin({ gone })).catch(failed);
  }

  function look(): void {
    if (signal.aborted) return;
    looking ??= Promise.resolve()
      .then(untilBack)
      .finally(() => {
        looking = undefined;
      });
  }

  async function untilBack(): Promise<void> {
    while (!signal.aborted && !(await isBack())) await clock.sleep(POLL_EVERY_MS, signal);
    for (const laterMs of [0, WAKE_AGAIN_MS]) {
      await clock.sleep(laterMs, signal);
      if (!signal.aborted) await wake();
    }
  }

  async function isBack(): Promise<boolean> {
    try {
      await health.ping();
      return true;
    } catch (error) {
      if (!hasCode(error, "agent_unavailable")) return true;
      note(false);
      return false;
    }
  }

  async function wake(): Promise<void> {
    try {
      await noting;
      await outages.end();
      await lanes.wake("agents");
    } catch (err) {
      log.warn({ err }, "could not wake the lanes that wait for the end of an outage");
    }
  }

  const deaf = health.onUnreachable(() => {
    note(true);
    look();
  });

  return {
    report: look,
    wasDownSince: async (turn) => {
      await noting;
      return outages.wasDownSince(turn);
    },
    async start() {
      if (await outages.isOngoing()) look();
    },
    async stop() {
      stopping.abort();
      deaf();
      await looking;
      await noting;
    },
  };
}
