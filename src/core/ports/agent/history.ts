import type { AgentId, ConversationId } from "../../domain/model.ts";

export interface HistoryItem {
  readonly id: string;
  readonly role: "person" | "persona" | "summary";
  readonly text: string;
  /** ISO 8601, whole seconds. */
  readonly at: string;
}

export interface HistoryPage {
  /** Oldest first. */
  readonly items: readonly HistoryItem[];
  /** Pass as `before` for the page of older items; absent when there are none. */
  readonly older: string | undefined;
}

/** What was said in a conversation. */
export interface AgentHistory {
  page(
    agent: AgentId,
    conversation: ConversationId,
    page: { readonly limit: number; readonly before?: string | undefined },
  ): Promise<HistoryPage>;
  /** What holds all words of the query, newest first. */
  search(
    agent: AgentId,
    conversation: ConversationId,
    query: string,
    limit: number,
  ): Promise<readonly HistoryItem[]>;
  /** How many messages of people and persona the conversation holds; `more` when counting stopped early. */
  count(
    agent: AgentId,
    conversation: ConversationId,
  ): Promise<{ readonly count: number; readonly more: boolean }>;
  /** The newest summary of what left the context, if there was a compaction. */
  summary(agent: AgentId, conversation: ConversationId): Promise<string | undefined>;
}
