import type { ConversationId } from "../core/model.ts";
import { isFailure, LettaFailure } from "./failure.ts";

/** So many failures in a row are not chance: something that stays in the conversation may be the cause. */
const TOO_MANY = 3;
/** Conversations whose failures are counted; the oldest is forgotten. */
const KEPT = 1_000;

export interface FailureCount {
  answered(conversation: ConversationId): void;
  /** What to throw for a failure: when the model fails again and again, one that offers a fresh conversation. */
  failed(conversation: ConversationId, error: unknown): unknown;
}

/**
 * An orphaned tool call (letta-ai/letta#3250), or pictures that are too much for the provider in the end, make every
 * later turn of a conversation fail alike, in words that each provider has of its own.
 */
export function createFailureCount(): FailureCount {
  const inARow = new Map<ConversationId, number>();
  return {
    answered(conversation) {
      inARow.delete(conversation);
    },
    failed(conversation, error) {
      if (!isFailure(error, "model_failed")) return error;
      const count = (inARow.get(conversation) ?? 0) + 1;
      inARow.delete(conversation);
      inARow.set(conversation, count);
      const [oldest] = inARow.keys();
      if (inARow.size > KEPT && oldest !== undefined) inARow.delete(oldest);
      return count < TOO_MANY ? error : new LettaFailure("failing_again", { cause: error });
    },
  };
}
