import { z } from "zod";
import type { Database } from "../../emulators/kit/database.ts";
import { compilePrompt } from "../agents/prompt.ts";
import { newId } from "../ids.ts";
import { type AgentRow, findAgent, updateAgent } from "../store/agents.ts";
import { blocksOf } from "../store/blocks.ts";
import {
  contextOfConversation,
  countMessages,
  insertMessages,
  type MessageRow,
  messagesById,
  rewriteMessage,
} from "../store/messages.ts";
import { countPassages } from "../store/passages.ts";
import { madeAt } from "../store/rows.ts";

/** Where a turn happens: a conversation, or, without one, the agent's default history. */
export interface Thread {
  readonly agentId: string;
  readonly conversationId: string | undefined;
}

/** The messages that the model would be sent, oldest first; the first is the compiled prompt. */
export async function loadContext(db: Database, thread: Thread): Promise<readonly MessageRow[]> {
  if (thread.conversationId) return await contextOfConversation(db, thread.conversationId);
  const { message_ids } = await findAgent(db, thread.agentId);
  return await messagesById(db, message_ids);
}

/**
 * Stores what a step has added, and makes `context` the whole context of the thread. Whoever writes last wins:
 * of turns that ran at once without a lock only the last one's messages stay in context, as on the real server.
 * Messages in context are numbered anew from 0, which after a compaction puts them among older ones.
 */
export async function storeStep(
  db: Database,
  thread: Thread,
  step: { readonly fresh: readonly MessageRow[]; readonly context: readonly string[]; readonly at: number },
): Promise<void> {
  await db.transaction(async (inside) => {
    await insertMessages(inside, step.fresh);
    if (!thread.conversationId) {
      await updateAgent(inside, { id: thread.agentId, message_ids: [...step.context] });
      return;
    }
    await link(inside, thread.conversationId, thread.agentId, step);
    await inside.query("UPDATE letta.conversations SET last_message_at = $2, updated_at = $2 WHERE id = $1", [
      thread.conversationId,
      new Date(step.at),
    ]);
  });
}

/** Compiles the prompt of a new conversation and stores it as its first message. */
export async function startConversation(
  db: Database,
  agent: AgentRow,
  { conversationId, at }: { readonly conversationId: string; readonly at: number },
): Promise<MessageRow> {
  const text = await compileFor(db, agent, { conversationId, at });
  const message = systemMessage(agent, { conversationId, text, at });
  await insertMessages(db, [message]);
  await link(db, conversationId, agent.id, { context: [message.id], fresh: [message], at });
  return message;
}

/** Puts messages of another thread into this conversation's context, after its own prompt. */
export async function shareMessages(
  db: Database,
  thread: Thread,
  shared: { readonly system: MessageRow; readonly shared: readonly MessageRow[]; readonly at: number },
): Promise<void> {
  if (!thread.conversationId) return;
  const context = [shared.system, ...shared.shared].map(({ id }) => id);
  await link(db, thread.conversationId, thread.agentId, { fresh: shared.shared, context, at: shared.at });
}

/** The text that a prompt would have now. */
export async function compileFor(
  db: Database,
  agent: AgentRow,
  { conversationId, at }: { readonly conversationId: string; readonly at: number },
): Promise<string> {
  const [blocks, recallCount, passageCount] = [
    await blocksOf(db, agent.id),
    await countMessages(db, agent.id),
    await countPassages(db, agent.id),
  ];
  return compilePrompt({
    agentId: agent.id,
    conversationId,
    system: agent.system,
    blocks,
    compiledAt: new Date(at),
    recallCount,
    passageCount,
  });
}

/**
 * Rewrites the prompt of the agent's default history: after a block has changed, a passage was inserted, a
 * conversation was compacted. Conversations keep theirs. Gives the text from before.
 */
export async function rebuildDefaultPrompt(
  db: Database,
  agentId: string,
  at: number,
): Promise<{ readonly before: string; readonly after: string }> {
  const agent = await findAgent(db, agentId);
  const after = await compileFor(db, agent, { conversationId: "default", at });
  const [systemId] = agent.message_ids;
  const [current] = systemId ? await messagesById(db, [systemId]) : [];
  if (current) await rewriteMessage(db, { id: current.id, text: after });
  return { before: current?.content[0]?.text ?? "", after };
}

/** The system message of a default history, made with its agent. */
export function systemMessage(
  agent: Pick<AgentRow, "id" | "llm_config">,
  made: { readonly conversationId: string | undefined; readonly text: string; readonly at: number },
): MessageRow {
  return blankMessage(
    { agentId: agent.id, conversationId: made.conversationId },
    { role: "system", text: made.text, model: agent.llm_config.model, at: made.at },
  );
}

/** A message that says something and has nothing else. */
export function blankMessage(
  thread: Thread,
  made: {
    readonly role: MessageRow["role"];
    readonly text: string | undefined;
    readonly model: string | null;
    readonly at: number;
  },
): MessageRow {
  return {
    ...madeAt(made.at),
    id: newId("message"),
    agent_id: thread.agentId,
    role: made.role,
    content: made.text === undefined ? [] : [{ type: "text", text: made.text }],
    model: made.model,
    name: null,
    tool_calls: [],
    tool_call_id: null,
    tool_returns: null,
    step_id: null,
    run_id: null,
    otid: null,
    group_id: null,
    sender_id: null,
    conversation_id: thread.conversationId ?? null,
    approvals: null,
  };
}

async function link(
  db: Database,
  conversationId: string,
  agentId: string,
  step: { readonly fresh: readonly MessageRow[]; readonly context: readonly string[]; readonly at: number },
): Promise<void> {
  const ids = step.fresh.map(({ id }) => id);
  // One writer after the other, as the rows' own locks make it in a real server: the last one has the context.
  await db.query("SELECT 1 FROM letta.conversations WHERE id = $1 FOR UPDATE", [conversationId]);
  const { rows } = await db.query(
    `WITH linked AS (
       INSERT INTO letta.conversation_messages
         (id, conversation_id, agent_id, message_id, position, in_context, created_at, updated_at,
          organization_id)
       SELECT 'conv_msg-' || gen_random_uuid(), $1, $2, fresh.id,
         fresh.place + coalesce((SELECT max(position) FROM letta.conversation_messages
                                 WHERE conversation_id = $1), -1),
         true, $4, $4, (SELECT organization_id FROM letta.agents WHERE id = $2)
       FROM json_array_elements_text($3::json) WITH ORDINALITY AS fresh (id, place))
     SELECT count(*) AS before FROM letta.conversation_messages
     WHERE conversation_id = $1 AND in_context AND NOT is_deleted`,
    [conversationId, agentId, JSON.stringify(ids), new Date(step.at)],
  );
  const grown = z.coerce.number().parse(rows[0]?.before) + ids.length === step.context.length;
  const appended = ids.every((id, index) => step.context.at(index - ids.length) === id);
  if (!grown || !appended) await renumber(db, conversationId, step.context);
}

/** Makes exactly these messages the context, in this order, numbered from 0. */
async function renumber(db: Database, conversationId: string, context: readonly string[]): Promise<void> {
  await db.query(
    `UPDATE letta.conversation_messages link
     SET in_context = wanted.place IS NOT NULL, position = coalesce(wanted.place - 1, link.position)
     FROM letta.conversation_messages other
     LEFT JOIN json_array_elements_text($2::json) WITH ORDINALITY AS wanted (id, place)
       ON wanted.id = other.message_id
     WHERE link.id = other.id AND other.conversation_id = $1
       AND (link.in_context OR wanted.place IS NOT NULL)`,
    [conversationId, JSON.stringify(context)],
  );
}
