import type { Agents } from "./agents.ts";
import type { Clock } from "./clock.ts";
import { hasCode } from "./errors.ts";
import type { Lanes } from "./lanes.ts";
import type { Logger } from "./logger.ts";
import type { TurnId } from "./model.ts";

/** When the agents' server was away, kept for every process: whoever saw it may die with it. */
export interface Outages {
  /** It is away now. `gone`: nobody is there, so that what it did has ended. */
  seen(outage: { readonly gone: boolean }): Promise<void>;
  over(): Promise<void>;
  /** Whether it is away, as far as anybody knows. */
  goesOn(): Promise<boolean>;
  /** Whether it was gone since this turn asked. */
  goneSince(turn: TurnId): Promise<boolean>;
}

/** Looks after an outage of the agents' server. */
export interface AgentWatch {
  /** Somebody was not answered. From now on it is looked whether the server is there, until it is. */
  noticed(): void;
  /** Whether the server was gone since this turn asked: what it asked for has ended then. */
  goneSince(turn: TurnId): Promise<boolean>;
}

/** Asks the server something. Whoever finds nobody there may be the only one to know that what ran there has ended. */
export async function notingGone(
  agents: Pick<Agents, "onGone">,
  outages: Pick<Outages, "seen">,
  ask: () => Promise<unknown>,
): Promise<void> {
  let isGone = false;
  const enough = agents.onGone(() => {
    isGone = true;
  });
  try {
    await ask();
  } finally {
    enough();
    if (isGone) await outages.seen({ gone: true });
  }
}

const LOOK_EVERY_MS = 1_000;
/** A turn that failed just before the end of an outage begins to wait after it. */
const WAKE_AGAIN_MS = 3_000;

/**
 * - quiet:   nobody knows of an outage
 * - looking: somebody does; the server is asked every second, whether it is there and whether anybody is
 * - back:    it answered. The outage is over for every process, and who waits for its end is worked on
 */
export function createAgentWatch(parts: {
  readonly agents: Pick<Agents, "ready" | "onGone">;
  readonly outages: Outages;
  readonly lanes: Pick<Lanes, "wake">;
  readonly clock: Clock;
  readonly log: Logger;
}): AgentWatch & { start(): Promise<void>; stop(): Promise<void> } {
  const { agents, outages, lanes, clock, log } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  let looking: Promise<void> | undefined;
  let noting: Promise<void> = Promise.resolve();

  function note(gone: boolean): void {
    const failed = (err: unknown) => log.warn({ err }, "could not note that the agents' server is away");
    noting = noting.then(() => outages.seen({ gone })).catch(failed);
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
    while (!signal.aborted && !(await isBack())) await clock.sleep(LOOK_EVERY_MS, signal);
    for (const laterMs of [0, WAKE_AGAIN_MS]) {
      await clock.sleep(laterMs, signal);
      if (!signal.aborted) await wake();
    }
  }

  async function isBack(): Promise<boolean> {
    try {
      await agents.ready();
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
      await outages.over();
      await lanes.wake("agents");
    } catch (err) {
      log.warn({ err }, "could not wake who waits for the agents' server");
    }
  }

  const deaf = agents.onGone(() => {
    note(true);
    look();
  });

  return {
    noticed: look,
    goneSince: async (turn) => {
      await noting;
      return outages.goneSince(turn);
    },
    async start() {
      if (await outages.goesOn()) look();
    },
    async stop() {
      stopping.abort();
      deaf();
      await looking;
      await noting;
    },
  };
}
