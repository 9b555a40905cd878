import type { ApprovalCreate } from "@letta-ai/letta-client/resources/agents/messages";
import type { MessageCreateParams } from "@letta-ai/letta-client/resources/conversations/messages";
import type { ConversationId } from "../../core/domain/model.ts";
import type { AgentInput } from "../../core/ports/agent/runs.ts";
import { sentences } from "../../sentences/sentences.ts";
import { type ConversationRef, rowsBackwards } from "../rows.ts";
import { type Frame, toolCallsOf } from "../wire.ts";

/* What is sent to Letta: what people said, with their images or without, and the denial of tool calls. */

export type Messages = NonNullable<MessageCreateParams["messages"]>;

/** `group_id` is a label only, for the SQL of older Letta guides; it must not be read back. */
export function messageOf(
  { otid, text, images = [] }: AgentInput,
  conversation: ConversationId,
): Messages[number] {
  // By their bytes: what is private, or a link that expires, Letta could not fetch.
  const parts = images.map(({ mediaType, bytes }) => ({
    type: "image" as const,
    source: {
      type: "base64" as const,
      media_type: mediaType,
      data: Buffer.from(bytes).toString("base64"),
    },
  }));
  const content = parts.length > 0 ? [{ type: "text" as const, text }, ...parts] : text;
  return { role: "user", content, otid, group_id: conversation };
}

/** Of the same thing said once more without its images: an otid is never used for another text. */
export const otidWithoutImages = (otid: string): string => `${otid}/unseen`;

export function withoutImages({ otid, text, images }: AgentInput): AgentInput {
  if (!images) return { otid: otidWithoutImages(otid), text };
  return { otid: otidWithoutImages(otid), text: `${text}\n${sentences.letta.forModel.imagesOmitted}` };
}

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

/** The answer names tool calls, never the request's own id: Letta refuses that. */
export function denial(calls: readonly string[], reason?: string): ApprovalCreate {
  return {
    type: "approval",
    otid: `decision:${calls.join(",")}`,
    approvals: calls.map((tool_call_id) => ({
      type: "approval",
      tool_call_id,
      approve: false,
      ...(reason === undefined ? {} : { reason }),
    })),
  };
}
