import type { HistoryItem, HistoryPage } from "../../core/ports/agents.ts";
import { type ConversationRef, rowsBackwards, visible } from "../rows.ts";

/** How far back one look goes: 2,000 rows, of which a turn makes about three. */
const PAGES = 20;

export async function historyPage(
  conversationRef: ConversationRef,
  { limit, before }: { limit: number; before?: string | undefined },
): Promise<HistoryPage> {
  const newestFirst: HistoryItem[] = [];
  for await (const item of visibleItems(conversationRef, { pages: PAGES, before })) {
    if (newestFirst.length === limit) {
      return { items: newestFirst.toReversed(), older: newestFirst.at(-1)?.id };
    }
    newestFirst.push(item);
  }
  return { items: newestFirst.toReversed(), older: undefined };
}

/** What holds every word of the query, in any case and order. */
export async function searchHistory(
  conversationRef: ConversationRef,
  query: string,
  limit: number,
): Promise<readonly HistoryItem[]> {
  const words = wordsOf(query);
  const found: HistoryItem[] = [];
  if (words.length === 0) return found;
  for await (const item of visibleItems(conversationRef, { pages: PAGES })) {
    if (found.length === limit) break;
    if (item.role !== "summary" && holdsAll(item.text, words)) found.push(item);
  }
  return found;
}

export async function countHistory(
  conversationRef: ConversationRef,
): Promise<{ count: number; more: boolean }> {
  let count = 0;
  let pages = 0;
  for await (const rows of rowsBackwards(conversationRef, { pages: PAGES })) {
    pages += 1;
    count += merged(rows.flatMap((row) => visible(row) ?? [])).filter(
      ({ role }) => role !== "summary",
    ).length;
  }
  return { count, more: pages === PAGES };
}

/** The newest summary of what left the context. */
export async function newestSummary(conversationRef: ConversationRef): Promise<string | undefined> {
  for await (const item of visibleItems(conversationRef, { pages: PAGES })) {
    if (item.role === "summary") return item.text;
  }
  return undefined;
}

export function wordsOf(query: string): readonly string[] {
  return query.toLowerCase().split(/\s+/).filter(Boolean);
}

export function holdsAll(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}

/** Newest first. */
async function* visibleItems(
  conversationRef: ConversationRef,
  page: { pages: number; before?: string | undefined },
): AsyncGenerator<HistoryItem> {
  for await (const rows of rowsBackwards(conversationRef, page)) {
    yield* merged(rows.flatMap((row) => visible(row) ?? []));
  }
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
