import { z } from "zod";
import type { Database } from "../../emulators/kit/database.ts";
import { commonColumns, insertRows } from "./rows.ts";

const contentPart = z.looseObject({ type: z.string(), text: z.string().optional() });
export type ContentPart = z.infer<typeof contentPart>;

const toolCall = z.object({
  id: z.string(),
  type: z.literal("function"),
  function: z.object({ name: z.string(), arguments: z.string() }),
});

const toolReturn = z.object({
  tool_call_id: z.string(),
  status: z.enum(["success", "error"]),
  func_response: z.string(),
});
export type StoredToolReturn = z.infer<typeof toolReturn>;

const approval = z.object({
  type: z.literal("approval"),
  tool_call_id: z.string(),
  approve: z.boolean(),
  reason: z.string().nullable(),
});
export type StoredApproval = z.infer<typeof approval>;

const messageRow = z.object({
  ...commonColumns,
  id: z.string(),
  agent_id: z.string(),
  role: z.enum(["system", "user", "assistant", "tool", "approval", "summary"]),
  content: z.array(contentPart),
  model: z.string().nullable(),
  name: z.string().nullable(),
  tool_calls: z.array(toolCall),
  tool_call_id: z.string().nullable(),
  tool_returns: z.array(toolReturn).nullable(),
  step_id: z.string().nullable(),
  run_id: z.string().nullable(),
  otid: z.string().nullable(),
  group_id: z.string().nullable(),
  sender_id: z.string().nullable(),
  /** NULL in the agent's default history. */
  conversation_id: z.string().nullable(),
  approvals: z.array(approval).nullable(),
});
export type MessageRow = z.infer<typeof messageRow>;

export const textOf = (message: Pick<MessageRow, "content">): string =>
  message.content.map(({ text }) => text ?? "").join("");

export async function insertMessages(db: Database, messages: readonly MessageRow[]): Promise<void> {
  await insertRows(db, "messages", messages);
}

export async function rewriteMessage(db: Database, message: { id: string; text: string }): Promise<void> {
  const content: ContentPart[] = [{ type: "text", text: message.text }];
  await db.query("UPDATE letta.messages SET content = $2 WHERE id = $1", [
    message.id,
    JSON.stringify(content),
  ]);
}

/** In the order of the ids. */
export async function messagesById(db: Database, ids: readonly string[]): Promise<readonly MessageRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await db.query(
    `SELECT messages.* FROM letta.messages
     JOIN json_array_elements_text($1::json) WITH ORDINALITY AS wanted (id, place) ON wanted.id = messages.id
     ORDER BY wanted.place`,
    [JSON.stringify(ids)],
  );
  return z.array(messageRow).parse(rows);
}

export async function messagesOfRun(db: Database, runId: string): Promise<readonly MessageRow[]> {
  const { rows } = await db.query("SELECT * FROM letta.messages WHERE run_id = $1 ORDER BY sequence_id", [
    runId,
  ]);
  return z.array(messageRow).parse(rows);
}

export async function countMessages(db: Database, agentId: string): Promise<number> {
  const { rows } = await db.query(
    "SELECT count(*) AS total FROM letta.messages WHERE agent_id = $1 AND NOT is_deleted",
    [agentId],
  );
  return z.coerce.number().parse(rows[0]?.total);
}

/** Case-insensitive substring over the text of people and the agent, newest first, through all conversations. */
export async function searchMessages(
  db: Database,
  wanted: { agentId: string; text: string; roles: readonly string[]; limit: number },
): Promise<readonly MessageRow[]> {
  const { rows } = await db.query(
    `SELECT * FROM letta.messages
     WHERE agent_id = $1 AND NOT is_deleted
       AND role IN (SELECT json_array_elements_text($2::json))
       AND EXISTS (SELECT 1 FROM json_array_elements(content) part
                   WHERE strpos(lower(part->>'text'), lower($3)) > 0)
     ORDER BY sequence_id DESC LIMIT $4`,
    [wanted.agentId, JSON.stringify(wanted.roles), wanted.text, wanted.limit],
  );
  return z.array(messageRow).parse(rows);
}

export interface HistoryRequest {
  readonly order: "asc" | "desc";
  readonly limit: number;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly groupId: string | undefined;
}

/**
 * An agent's messages by their true order. `before` means older and `after` newer, whatever the order of the
 * page; undefined when a cursor is unknown. Descending, it is the newest page, which itself runs upwards.
 */
export async function agentHistory(
  db: Database,
  agentId: string,
  wanted: HistoryRequest & { readonly conversationId: string | undefined },
): Promise<readonly MessageRow[] | undefined> {
  const values: unknown[] = [agentId];
  const conditions = ["agent_id = $1", "NOT is_deleted"];
  if (wanted.conversationId === "default") conditions.push("conversation_id IS NULL");
  else if (wanted.conversationId) {
    conditions.push(`conversation_id = $${values.push(wanted.conversationId)}`);
  }
  if (wanted.groupId) conditions.push(`group_id = $${values.push(wanted.groupId)}`);
  for (const [cursor, comparison] of [
    [wanted.after, ">"],
    [wanted.before, "<"],
  ]) {
    if (!cursor) continue;
    const { rows } = await db.query("SELECT sequence_id FROM letta.messages WHERE id = $1", [cursor]);
    if (!rows[0]) return undefined;
    conditions.push(`sequence_id ${comparison} $${values.push(rows[0].sequence_id)}`);
  }
  const direction = wanted.order === "asc" ? "ASC" : "DESC";
  const { rows } = await db.query(
    `SELECT * FROM letta.messages WHERE ${conditions.join(" AND ")}
     ORDER BY sequence_id ${direction} LIMIT $${values.push(wanted.limit)}`,
    values,
  );
  const page = z.array(messageRow).parse(rows);
  return wanted.order === "asc" ? page : page.toReversed();
}

/**
 * A conversation's messages by their position in it, which is wrong after a compaction: then messages in
 * context are numbered anew from 0 and lie among the old ones. An unknown cursor is ignored.
 */
export async function conversationHistory(
  db: Database,
  conversationId: string,
  wanted: HistoryRequest,
): Promise<readonly MessageRow[]> {
  const values: unknown[] = [conversationId];
  const conditions = ["link.conversation_id = $1", "NOT link.is_deleted"];
  if (wanted.groupId) conditions.push(`messages.group_id = $${values.push(wanted.groupId)}`);
  for (const [cursor, comparison] of [
    [wanted.after, ">"],
    [wanted.before, "<"],
  ]) {
    if (!cursor) continue;
    const { rows } = await db.query(
      "SELECT position FROM letta.conversation_messages WHERE conversation_id = $1 AND message_id = $2",
      [conversationId, cursor],
    );
    if (rows[0]) conditions.push(`link.position ${comparison} $${values.push(rows[0].position)}`);
  }
  const direction = wanted.order === "asc" ? "ASC" : "DESC";
  const { rows } = await db.query(
    `SELECT messages.* FROM letta.conversation_messages link
     JOIN letta.messages ON messages.id = link.message_id
     WHERE ${conditions.join(" AND ")}
     ORDER BY link.position ${direction}, messages.sequence_id ${direction}
     LIMIT $${values.push(wanted.limit)}`,
    values,
  );
  return z.array(messageRow).parse(rows);
}

export async function contextOfConversation(
  db: Database,
  conversationId: string,
): Promise<readonly MessageRow[]> {
  const { rows } = await db.query(
    `SELECT messages.* FROM letta.conversation_messages link
     JOIN letta.messages ON messages.id = link.message_id
     WHERE link.conversation_id = $1 AND link.in_context AND NOT link.is_deleted
     ORDER BY link.position, messages.sequence_id`,
    [conversationId],
  );
  return z.array(messageRow).parse(rows);
}
