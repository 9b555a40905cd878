import { z } from "zod";
import type { Database } from "../../emulators/kit/database.ts";
import { conversationNotFound } from "../http/errors.ts";
import { Listing, type PageRequest } from "./listing.ts";
import { commonColumns, insertRows, jsonObject, optionalInstant, updateRow } from "./rows.ts";

const conversationRow = z.object({
  ...commonColumns,
  id: z.string(),
  agent_id: z.string(),
  summary: z.string().nullable(),
  model: z.string().nullable(),
  model_settings: jsonObject.nullable(),
  last_message_at: optionalInstant,
});
export type ConversationRow = z.infer<typeof conversationRow>;

export async function insertConversation(db: Database, conversation: ConversationRow): Promise<void> {
  await insertRows(db, "conversations", [conversation]);
}

export async function findConversation(db: Database, id: string): Promise<ConversationRow> {
  const { rows } = await db.query("SELECT * FROM letta.conversations WHERE id = $1 AND NOT is_deleted", [id]);
  if (!rows[0]) throw conversationNotFound(id);
  return conversationRow.parse(rows[0]);
}

export async function updateConversation(
  db: Database,
  changes: { readonly id: string } & Partial<ConversationRow>,
): Promise<void> {
  await updateRow(db, "conversations", changes);
}

/** Soft: the conversation, its links, and those messages that no fork shares, are marked as deleted. */
export async function deleteConversation(db: Database, id: string): Promise<void> {
  await db.query("UPDATE letta.conversations SET is_deleted = true WHERE id = $1", [id]);
  await db.query("UPDATE letta.conversation_messages SET is_deleted = true WHERE conversation_id = $1", [id]);
  await db.query(
    `UPDATE letta.messages SET is_deleted = true WHERE conversation_id = $1 AND NOT EXISTS (
       SELECT 1 FROM letta.conversation_messages link
       WHERE link.message_id = messages.id AND link.conversation_id <> $1 AND NOT link.is_deleted)`,
    [id],
  );
}

type ConversationOrder = "created_at" | "last_run_completion" | "last_message_at";

const ORDER_BY = {
  created_at: "row.sort_key",
  last_message_at: "row.last_message_at",
  last_run_completion:
    "(SELECT max(run.completed_at) FROM letta.runs run WHERE run.conversation_id = row.id)",
} as const satisfies Record<ConversationOrder, string>;

export interface ConversationFilter {
  readonly agentId?: string | undefined;
  readonly summarySearch?: string | undefined;
  readonly orderBy: ConversationOrder;
}

export async function listConversations(
  db: Database,
  filter: ConversationFilter,
  page: PageRequest,
): Promise<readonly ConversationRow[]> {
  const list = new Listing("conversations", conversationRow);
  if (filter.agentId) list.where`row.agent_id = ${filter.agentId}`;
  if (filter.summarySearch) list.where`strpos(row.summary, ${filter.summarySearch}) > 0`;
  return list.page(db, page, { missing: conversationNotFound, orderBy: ORDER_BY[filter.orderBy] });
}
