import { z } from "zod";
import { parseJson } from "../../emulators/kit/http/body.ts";
import { itemDate } from "../ids.ts";
import type { ContentPart, MessageRow } from "../store/messages.ts";

/** What a list or a stream holds, as it goes over the wire. One message can be several items of one id. */
export type Item = { readonly message_type: string } & Readonly<Record<string, unknown>>;

type Source = Pick<MessageRow, "id" | "created_at" | "name" | "otid" | "sender_id" | "step_id" | "run_id">;

/** The fields that every item of a message has; unset ones are null. */
export function envelope(message: Source, fields: Item): Item {
  return {
    id: message.id,
    date: itemDate(message.created_at),
    name: message.name,
    otid: message.otid,
    sender_id: message.sender_id,
    step_id: message.step_id,
    is_err: null,
    seq_id: null,
    run_id: message.run_id,
    ...fields,
  };
}

/** The items of a message, in the order they were said. */
export function itemsOf(message: MessageRow): readonly Item[] {
  const item = (fields: Item) => envelope(message, fields);
  switch (message.role) {
    case "system":
      return [item({ message_type: "system_message", content: plainText(message.content) })];
    case "user":
    case "summary":
      return [item({ message_type: "user_message", content: userContent(message.content) })];
    case "assistant":
      return [...saidItems(message), ...callItems(message, "tool_call_message")];
    case "tool":
      return toolReturnItems(message);
    case "approval":
      return message.tool_calls.length > 0
        ? [...saidItems(message), ...callItems(message, "approval_request_message")]
        : [item(approvalResponse(message))];
  }
}

function saidItems(message: MessageRow): readonly Item[] {
  const reasoning = message.content.find((part) => part.type === "reasoning");
  const text = plainText(message.content);
  const items: Item[] = [];
  if (reasoning) {
    items.push(envelope(message, reasoningFields(z.string().catch("").parse(reasoning.reasoning))));
  }
  if (text) items.push(envelope(message, { message_type: "assistant_message", content: text }));
  return items;
}

export const reasoningFields = (reasoning: string): Item => ({
  message_type: "reasoning_message",
  source: "reasoner_model",
  reasoning,
  signature: null,
});

function callItems(message: MessageRow, message_type: string): readonly Item[] {
  const calls = message.tool_calls.map((call) => ({
    name: call.function.name,
    arguments: call.function.arguments,
    tool_call_id: call.id,
  }));
  if (calls.length === 0) return [];
  return [envelope(message, { message_type, tool_call: calls[0], tool_calls: calls })];
}

function toolReturnItems(message: MessageRow): readonly Item[] {
  const returns = (message.tool_returns ?? []).map(({ tool_call_id, status, func_response }) => ({
    type: "tool",
    tool_return: func_response,
    status,
    tool_call_id,
    stdout: null,
    stderr: null,
  }));
  const [first] = returns;
  if (!first) return [];
  const { type: _type, ...single } = first;
  return [envelope(message, { message_type: "tool_return_message", ...single, tool_returns: returns })];
}

function approvalResponse({ approvals }: MessageRow): Item {
  const [first] = approvals ?? [];
  return {
    message_type: "approval_response_message",
    approvals: approvals ?? [],
    approve: first?.approve ?? null,
    approval_request_id: null,
    reason: first?.reason ?? null,
  };
}

const wrapped = z.object({ type: z.literal("user_message"), message: z.string() });

/** Text as a string, parts as a list; JSON that looks like a wrapped message is shown unwrapped. */
function userContent(content: readonly ContentPart[]): unknown {
  if (content.some(({ type }) => type === "image")) return content.map(shownPart);
  const text = plainText(content);
  if (!text.startsWith("{")) return text;
  return wrapped.safeParse(parseJson(text)).data?.message ?? text;
}

/** Images are kept by reference; the bytes do not come back. */
function shownPart(part: ContentPart): unknown {
  if (part.type !== "image") return { type: "text", text: part.text ?? "", signature: null };
  const { file_id } = z.object({ file_id: z.string() }).catch({ file_id: "file-unknown" }).parse(part.source);
  return { type: "image", source: { type: "letta", file_id, media_type: null, data: null, detail: null } };
}

const plainText = (content: readonly ContentPart[]): string =>
  content
    .filter(({ type }) => type === "text")
    .map(({ text }) => text ?? "")
    .join("");
