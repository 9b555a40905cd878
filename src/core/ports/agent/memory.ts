import type { AgentId, ConversationId } from "../../domain/model.ts";

/** What people tell a persona goes into this block first: it is in mind in every conversation. Letta's own label. */
export const PEOPLE_BLOCK = "human";

export interface MemoryBlock {
  readonly label: string;
  readonly value: string;
  readonly description: string | undefined;
  readonly limit: number;
  readonly readOnly: boolean;
}

export interface Passage {
  readonly id: string;
  readonly text: string;
  readonly at: string | undefined;
  readonly tags: readonly string[];
}

/** What a persona wrote into its own memory in a turn. */
export type MemoryWrite =
  | { readonly kind: "inserted"; readonly label: string; readonly text: string }
  | { readonly kind: "replaced"; readonly label: string; readonly before: string; readonly after: string }
  | {
      readonly kind: "archived";
      readonly text: string;
      /** When its turn began, as the clock has it that dates passages. */
      readonly since?: string | undefined;
    };

/** What of a conversation the model sees. */
export interface WorkingMemory {
  readonly messagesInContext: number;
  readonly tokensInContext: number | undefined;
  /** True when the tokens are a guess from the number of characters. */
  readonly tokensAreEstimated?: boolean;
  readonly contextWindow: number | undefined;
}

/** What an agent remembers, and what of it the model sees. */
export interface AgentMemory {
  blocks(agent: AgentId): Promise<readonly MemoryBlock[]>;
  /** Throws `invalid_input` above the block's limit (the server would not). Pass `expected` to refuse lost updates: `conflict`. */
  writeBlock(agent: AgentId, label: string, value: string, expected?: string): Promise<void>;
  /** Oldest first. */
  passages(
    agent: AgentId,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<readonly Passage[]>;
  /** Nearest passages. `exact` is false when they are merely the nearest and need not be about the query. */
  searchPassages(
    agent: AgentId,
    query: string,
    limit: number,
  ): Promise<{ readonly passages: readonly Passage[]; readonly exact: boolean }>;
  addPassage(agent: AgentId, text: string, tags: readonly string[]): Promise<Passage>;
  deletePassage(agent: AgentId, id: string): Promise<void>;
  /** What was written in the turn that these messages began, in its order. */
  turnWrites(
    agent: AgentId,
    conversation: ConversationId,
    otids: readonly string[],
  ): Promise<readonly MemoryWrite[]>;
  workingMemory(agent: AgentId, conversation: ConversationId): Promise<WorkingMemory>;
  systemPrompt(agent: AgentId): Promise<string>;
}
