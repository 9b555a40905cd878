import type { Clock } from "../../emulators/kit/clock.ts";
import type { LiveRun } from "./live-run.ts";

/** Not renewed while a turn runs: a longer one loses it, and the next turn may overlap. */
const LOCK_MS = 300_000;
/** How long an otid leads to its run, and a run's stream can be resumed. */
export const REMEMBERED_MS = 3 * 3_600_000;

interface Lock {
  readonly runId: string;
  readonly until: number;
}

/** What the real server keeps in Redis: locks, streams, and which otid led to which run. Gone at a restart. */
export class Redis {
  readonly #clock: Clock;
  readonly #locks = new Map<string, Lock>();
  readonly #runs = new Map<string, LiveRun>();
  /** Over all conversations: the same otid in another one leads to the first one's run. */
  readonly #runOfOtid = new Map<string, LiveRun>();
  readonly #runOfBatch = new Map<string, LiveRun>();
  readonly #latestOfAgent = new Map<string, string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a lock, or says whose it is. */
  lock(key: string, runId: string): string | undefined {
    const held = this.#locks.get(key);
    if (held && held.until > this.#clock.now()) return held.runId;
    this.#locks.set(key, { runId, until: this.#clock.now() + LOCK_MS });
    return undefined;
  }

  /** A plain delete: a turn that outlived its lock takes away the lock of the turn after it. */
  unlock(key: string): void {
    this.#locks.delete(key);
  }

  remember(run: LiveRun, otids: readonly string[]): void {
    this.#forgetOld();
    this.#runs.set(run.id, run);
    if (otids.length > 0) this.#runOfBatch.set(otids.join("|"), run);
    for (const otid of otids) this.#runOfOtid.set(otid, run);
  }

  remembered(runId: string): LiveRun | undefined {
    return this.#runs.get(runId);
  }

  /** The run of exactly these otids in this order. */
  runOfBatch(otids: readonly string[]): LiveRun | undefined {
    this.#forgetOld();
    return otids.length > 0 ? this.#runOfBatch.get(otids.join("|")) : undefined;
  }

  /** The run that any one otid of its batch leads to. */
  runOfOtid(otid: string): LiveRun | undefined {
    return this.#runOfOtid.get(otid);
  }

  /** The run that cancelling an agent without naming a run stops: the last that was started, anywhere. */
  noteLatest(agentId: string, runId: string): void {
    this.#latestOfAgent.set(agentId, runId);
  }

  latestOf(agentId: string): string | undefined {
    return this.#latestOfAgent.get(agentId);
  }

  #forgetOld(): void {
    const oldest = this.#clock.now() - REMEMBERED_MS;
    for (const runs of [this.#runs, this.#runOfOtid, this.#runOfBatch]) {
      for (const [key, run] of runs) if (run.startedAt < oldest) runs.delete(key);
    }
  }
}
