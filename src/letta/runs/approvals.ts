import type { ApprovalCreate } from "@letta-ai/letta-client/resources/agents/messages";
import { type ConversationRef, rowsBackwards } from "../rows.ts";
import { type Frame, toolCallsOf } from "../wire.ts";

/** What waits is the newest of the conversation. */
const NEWEST = { pages: 1, limit: 20 };

/** The ids of the tool calls that wait for a person's yes, all of the parallel ones. */
export async function pendingApprovals(conversationRef: ConversationRef): Promise<readonly string[]> {
  const waiting = new Set<string>();
  for await (const rows of rowsBackwards(conversationRef, NEWEST)) {
    for (const row of rows.toReversed()) follow(row, waiting);
  }
  return [...waiting];
}

/**
 * The answer names tool calls, never the request's own id: Letta refuses that. Its otid makes the request another
 * one than the message that met the pending approval, whose failure a background run would replay.
 */
export function decision(calls: readonly string[], approve: boolean, reason?: string): ApprovalCreate {
  return {
    type: "approval",
    otid: `decision:${calls.join(",")}`,
    approvals: calls.map((tool_call_id) => ({
      type: "approval",
      tool_call_id,
      approve,
      ...(reason === undefined ? {} : { reason }),
    })),
  };
}

/** Reads on, oldest first: a request opens its calls, an answer or a tool's return closes them. */
function follow(row: Frame, waiting: Set<string>): void {
  if (row.message_type === "approval_request_message") {
    for (const { tool_call_id } of toolCallsOf(row)) if (tool_call_id) waiting.add(tool_call_id);
  } else if (row.message_type === "approval_response_message") {
    waiting.clear();
  } else if (row.message_type === "tool_return_message" && row.tool_call_id) {
    waiting.delete(row.tool_call_id);
  }
}
