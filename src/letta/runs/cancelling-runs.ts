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
export interface CancellingRuns {
  cancelled(run: RunId): void;
  isCancelled(run: RunId | undefined): boolean;
  /** Reads on where a reader left, unheard, until the run ends. */
  drain(conversation: ConversationId, rest: AsyncIterator<unknown>, disconnect: () => void): void;
  isCancelling(conversation: ConversationId): boolean;
}

export function createCancellingRuns(clock: Clock): CancellingRuns {
  const cancelled = new BoundedSet<RunId>(KEPT);
  const draining = new Set<ConversationId>();
  return {
    cancelled(run) {
      cancelled.add(run);
    },
    isCancelled: (run) => run !== undefined && cancelled.has(run),
    drain(conversation, rest, hangUp) {
      draining.add(conversation);
      const inTime = withDeadline(drained(rest), { clock, ms: DRAIN_WITHIN_MS, late: () => undefined });
      void inTime.finally(() => {
        draining.delete(conversation);
        hangUp();
      });
    },
    isCancelling: (conversation) => draining.has(conversation),
  };
}

/** How a run ends that was stopped concerns nobody. */
async function drained(rest: AsyncIterator<unknown>): Promise<void> {
  try {
    for (;;) if ((await rest.next()).done) return;
  } catch {
    // It ended, and that is all that was waited for.
  }
}
