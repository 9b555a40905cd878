import type { Clock } from "../core/clock.ts";
import type { ConversationId, RunId } from "../core/model.ts";

/** A model that thinks longer than this after its run was cancelled is no longer waited for. */
const ENDING_MS = 60_000;
/** Cancelled runs that are remembered until somebody leaves their stream. */
const KEPT = 1_000;

/**
 * Cancelled runs whose model still thinks: Letta looks at the cancellation when the model returns, and not before. Without
 * Redis it would take the next message of the conversation meanwhile, and one of both would be lost from its context.
 */
export interface EndingRuns {
  cancelled(run: RunId): void;
  isCancelled(run: RunId | undefined): boolean;
  /** Reads on where a reader left, unheard, until the run ends. */
  readOn(conversation: ConversationId, rest: AsyncIterator<unknown>, hangUp: () => void): void;
  isEnding(conversation: ConversationId): boolean;
}

export function createEndingRuns(clock: Clock): EndingRuns {
  const cancelled = new Set<RunId>();
  const ending = new Set<ConversationId>();
  return {
    cancelled(run) {
      cancelled.add(run);
      const [oldest] = cancelled;
      if (cancelled.size > KEPT && oldest !== undefined) cancelled.delete(oldest);
    },
    isCancelled: (run) => run !== undefined && cancelled.has(run),
    readOn(conversation, rest, hangUp) {
      ending.add(conversation);
      const over = new AbortController();
      void Promise.race([toTheEnd(rest), clock.sleep(ENDING_MS, over.signal)]).finally(() => {
        over.abort();
        ending.delete(conversation);
        hangUp();
      });
    },
    isEnding: (conversation) => ending.has(conversation),
  };
}

/** How a run ends that was stopped concerns nobody. */
async function toTheEnd(rest: AsyncIterator<unknown>): Promise<void> {
  try {
    for (;;) if ((await rest.next()).done) return;
  } catch {
    // It ended, and that is all that was waited for.
  }
}
