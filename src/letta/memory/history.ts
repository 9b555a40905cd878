import type Letta from "@letta-ai/letta-client";
import type { AgentId, ConversationId } from "../../core/domain/model.ts";
import type { AgentHistory, HistoryItem, HistoryPage } from "../../core/ports/agent/history.ts";
import { rowsBackwards, visible } from "../rows.ts";

/** How far back one look goes: 2,000 rows, of which a turn makes about three. */
const PAGES = 20;

export class LettaHistory implements AgentHistory {
  readonly #client: Letta;

  constructor(client: Letta) {
    this.#client = client;
  }

  async page(
    agent: AgentId,
    conversation: ConversationId,
    { limit, before }: { limit: number; before?: string | undefined },
  ): Promise<HistoryPage> {
    const newestFirst: HistoryItem[] = [];
    for await (const item of this.#items(agent, conversation, before)) {
      if (newestFirst.length === limit) {
        return { items: newestFirst.toReversed(), older: newestFirst.at(-1)?.id };
      }
      newestFirst.push(item);
    }
    return { items: newestFirst.toReversed(), older: undefined };
  }

  /** What holds every word of the query, in any case and order. */
  async search(
    agent: AgentId,
    conversation: ConversationId,
    query: string,
    limit: number,
  ): Promise<readonly HistoryItem[]> {
    const words = wordsOf(query);
    const found: HistoryItem[] = [];
    if (words.length === 0) return found;
    for await (const item of this.#items(agent, conversation)) {
      if (found.length === limit) break;
      if (item.role !== "summary" && holdsAll(item.text, words)) found.push(item);
    }
    return found;
  }

  async count(agent: AgentId, conversation: ConversationId): Promise<{ count: number; more: boolean }> {
    let count = 0;
    let pages = 0;
    for await (const items of this.#pages(agent, conversation)) {
      pages += 1;
      count += items.filter(({ role }) => role !== "summary").length;
    }
    return { count, more: pages === PAGES };
  }

  async summary(agent: AgentId, conversation: ConversationId): Promise<string | undefined> {
    for await (const item of this.#items(agent, conversation)) {
      if (item.role === "summary") return item.text;
    }
    return undefined;
  }

  /** Newest first. */
  async *#items(
    agent: AgentId,
    conversation: ConversationId,
    before?: string | undefined,
  ): AsyncGenerator<HistoryItem> {
    for await (const items of this.#pages(agent, conversation, before)) yield* items;
  }

  async *#pages(
    agent: AgentId,
    conversation: ConversationId,
    before?: string | undefined,
  ): AsyncGenerator<readonly HistoryItem[]> {
    const ref = { client: this.#client, agent, conversation };
    for await (const rows of rowsBackwards(ref, { pages: PAGES, before })) {
      yield merged(rows.flatMap((row) => visible(row) ?? []));
    }
  }
}

export function wordsOf(query: string): readonly string[] {
  return query.toLowerCase().split(/\s+/).filter(Boolean);
}

export function holdsAll(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}

/** One item a row: its parts share the row's id. */
function merged(newestFirst: readonly HistoryItem[]): readonly HistoryItem[] {
  const items: HistoryItem[] = [];
  for (const item of newestFirst) {
    const later = items.at(-1);
    if (later?.id !== item.id || later.role !== item.role) items.push(item);
    else items[items.length - 1] = { ...item, text: item.text + later.text };
  }
  return items;
}
