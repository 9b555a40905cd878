import { BoundedMap } from "../../core/async/bounded-map.ts";
import type { ConversationId } from "../../core/domain/model.ts";
import { isLettaError, LettaError } from "../errors.ts";

/** So many failures in a row are not chance: something that stays in the conversation may be the cause. */
const STREAK_LIMIT = 3;
/** Conversations whose failures are counted; the oldest is forgotten. */
const KEPT = 1_000;

/**
 * An orphaned tool call (letta-ai/letta#3250), or pictures that are too much for the provider in the end, make every
 * later turn of a conversation fail alike, in words that each provider has of its own.
 */
export class FailureStreak {
  readonly #inARow = new BoundedMap<ConversationId, number>(KEPT);

  reset(conversation: ConversationId): void {
    this.#inARow.delete(conversation);
  }

  /** What to throw for a failure: when the model fails again and again, one that offers a fresh conversation. */
  count(conversation: ConversationId, error: unknown): unknown {
    if (!isLettaError(error, "model_failed")) return error;
    const count = (this.#inARow.get(conversation) ?? 0) + 1;
    this.#inARow.set(conversation, count);
    return count < STREAK_LIMIT ? error : new LettaError("failing_again", { cause: error });
  }
}
