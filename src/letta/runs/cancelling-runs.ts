import { BoundedSet } from "../../core/async/bounded-map.ts";
import { withDeadline } from "../../core/async/deadline.ts";
import type { ConversationId, RunId } from "../../core/domain/model.ts";
import type { Clock } from "../../core/ports/clock.ts";

/** A model that thinks longer than this after its run was cancelled is no longer waited for. */
const DRAIN_WITHIN_MS = 60_000;
/** Cancelled runs that are remembered until somebody leaves their stream. */
const KEPT = 1_000;

/**
 * Cancelled runs whose model still thinks: Letta looks at the cancellation when the model returns, and not before. Without
 * Redis it would take the next message of the conversation meanwhile, and one of both would be lost from its context.
 */
export class CancellingRuns {
  readonly #clock: Clock;
  readonly #cancelled = new BoundedSet<RunId>(KEPT);
  readonly #draining = new Set<ConversationId>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(run: RunId): void {
    this.#cancelled.add(run);
  }

  has(run: RunId | undefined): boolean {
    return run !== undefined && this.#cancelled.has(run);
  }

  /** Whether the end of a cancelled run is waited for there. */
  isDraining(conversation: ConversationId): boolean {
    return this.#draining.has(conversation);
  }

  /** Reads on where a reader left, unheard, until the run ends. */
  drain(conversation: ConversationId, rest: AsyncIterator<unknown>, disconnect: () => void): void {
    this.#draining.add(conversation);
    const inTime = withDeadline(drained(rest), {
      clock: this.#clock,
      ms: DRAIN_WITHIN_MS,
      late: () => undefined,
    });
    void inTime.finally(() => {
      this.#draining.delete(conversation);
      disconnect();
    });
  }
}

/** How a run ends that was stopped concerns nobody. */
async function drained(rest: AsyncIterator<unknown>): Promise<void> {
  try {
    for (;;) if ((await rest.next()).done) return;
  } catch {
    // It ended, and that is all that was waited for.
  }
}
