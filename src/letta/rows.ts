import type Letta from "@letta-ai/letta-client";
import type { AgentId, ConversationId } from "../core/domain/model.ts";
import type { HistoryItem } from "../core/ports/agent/history.ts";
import { translateErrors } from "./connection.ts";
import { withoutThoughts } from "./thoughts/thought-filter.ts";
import { type Frame, Frames } from "./wire.ts";

/** The largest page that the client's documentation names; fewer requests than its default of 50. */
const PAGE = 100;

export interface ConversationRef {
  readonly client: Letta;
  readonly agent: AgentId;
  readonly conversation: ConversationId;
}

/**
 * The stored items of a conversation, newest first, page by page up to `pages`. Paged by hand, since the client
 * repeats itself going backwards: a descending page holds the newest rows in ASCENDING order, so the next one is
 * before its first item. `limit` counts rows, of which one may become several items (sharing its id) or none, so
 * that only an empty page is the end.
 */
export async function* rowsBackwards(
  { client, agent, conversation }: ConversationRef,
  { pages, before, limit = PAGE }: { pages: number; before?: string | undefined; limit?: number },
): AsyncGenerator<readonly Frame[]> {
  let cursor = before;
  for (let page = 0; page < pages; page += 1) {
    // A null cursor would be sent as an empty one, which the server looks up in vain.
    const from = cursor === undefined ? {} : { before: cursor };
    const query = { conversation_id: conversation, order: "desc", limit, ...from };
    const items = await translateErrors(async () =>
      Frames.parse((await client.agents.messages.list(agent, query)).items),
    );
    const oldest = items[0]?.id;
    if (oldest === undefined) return;
    yield items.toReversed();
    cursor = oldest;
  }
}

/** A stored item as people may see it; undefined for prompts, reasoning, tools and what Letta says to the model. */
export function visible(frame: Frame): HistoryItem | undefined {
  const words = wordsOf(frame);
  if (!words?.text || frame.id === undefined) return undefined;
  return { id: frame.id, ...words, at: frame.date ?? "" };
}

/** Whether a person sent this row: summaries and keep-alives are stored as user messages, too. */
export function isSaid(frame: Frame): boolean {
  return frame.message_type === "user_message" && alertOf(frame.content ?? "") === undefined;
}

function wordsOf({
  message_type,
  content = "",
  summary = "",
}: Frame): Pick<HistoryItem, "role" | "text"> | undefined {
  if (message_type === "assistant_message") return { role: "persona", text: withoutThoughts(content) };
  // Letta Cloud and newer servers have a kind of its own for what 0.16 stores as a user's message.
  if (message_type === "summary_message")
    return { role: "summary", text: alertOf(summary)?.message ?? summary };
  if (message_type !== "user_message") return undefined;
  const alert = alertOf(content);
  if (!alert) return { role: "person", text: content };
  return alert.type === "system_alert" ? { role: "summary", text: alert.message } : undefined;
}

/** What Letta itself puts among the messages of people: JSON with one of these types. */
const ALERTS = new Set(["system_alert", "heartbeat", "login"]);

function alertOf(content: string): { readonly type: string; readonly message: string } | undefined {
  if (!content.startsWith("{")) return undefined;
  const parsed = parse(content);
  if (typeof parsed !== "object" || parsed === null || !("type" in parsed)) return undefined;
  if (typeof parsed.type !== "string" || !ALERTS.has(parsed.type)) return undefined;
  const message = "message" in parsed && typeof parsed.message === "string" ? parsed.message : "";
  return { type: parsed.type, message };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Words of a person that merely begin with a brace.
    return undefined;
  }
}
