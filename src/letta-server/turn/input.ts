import { z } from "zod";
import { HttpError, parseBody } from "../http/errors.ts";
import { blankMessage, type Thread } from "../messages/context.ts";
import type { ContentPart, MessageRow } from "../store/messages.ts";
import { inputFailure } from "./failure.ts";

const textPart = z.object({ type: z.literal("text"), text: z.string() });
const detail = z.string().nullish();
const imageSource = z.discriminatedUnion("type", [
  z.object({ type: z.literal("base64"), media_type: z.string(), data: z.string(), detail }),
  z.object({ type: z.literal("url"), url: z.string() }),
  z.object({
    type: z.literal("letta"),
    file_id: z.string(),
    media_type: z.string().nullish(),
    data: z.string().nullish(),
    detail,
  }),
]);
export type ImageSource = z.infer<typeof imageSource>;
const imagePart = z.object({ type: z.literal("image"), source: imageSource });
const content = z.union([z.string(), z.array(z.union([textPart, imagePart]))]);

const messageCreate = z.object({
  type: z.literal("message").nullish(),
  role: z.enum(["user", "system", "assistant"]),
  content,
  name: z.string().nullish(),
  otid: z.string().nullish(),
  sender_id: z.string().nullish(),
  group_id: z.string().nullish(),
});
export type IncomingMessage = z.infer<typeof messageCreate>;

const approvalCreate = z.object({
  type: z.literal("approval"),
  otid: z.string().nullish(),
  group_id: z.string().nullish(),
  approvals: z
    .array(
      z.object({
        type: z.literal("approval").default("approval"),
        tool_call_id: z.string(),
        approve: z.boolean(),
        reason: z.string().nullish(),
      }),
    )
    .nullish(),
  approve: z.boolean().nullish(),
  approval_request_id: z.string().nullish(),
  reason: z.string().nullish(),
});
export type IncomingApproval = z.infer<typeof approvalCreate>;

export type Incoming = IncomingMessage | IncomingApproval;

const sendBody = z.object({
  messages: z.array(z.union([approvalCreate, messageCreate])).nullish(),
  input: content.nullish(),
  max_steps: z.number().int().positive().default(50),
  streaming: z.boolean().optional(),
  stream_tokens: z.boolean().default(false),
  include_pings: z.boolean().default(true),
  background: z.boolean().default(false),
  include_return_message_types: z.array(z.string()).nullish(),
  override_model: z.string().nullish(),
  override_system: z.string().nullish(),
  agent_id: z.string().nullish(),
});

export type SendBody = Omit<z.infer<typeof sendBody>, "messages" | "input"> & {
  readonly messages: readonly Incoming[];
};

/** Reads what is sent to a conversation or an agent: exactly one of `input` and `messages`. */
export function parseSend(body: unknown): SendBody {
  const { messages, input, ...options } = parseBody(sendBody, body ?? {});
  const sent: readonly Incoming[] = messages ?? (input ? [{ role: "user", content: input }] : []);
  if (sent.length === 0) throw new HttpError(422, { detail: "Messages must not be empty" });
  return { ...options, messages: sent };
}

export const isApproval = (incoming: Incoming): incoming is IncomingApproval => incoming.type === "approval";

/** The message as it will be stored: its otid as sent, its group_id on it and on nothing else of the turn. */
export function messageFrom(
  incoming: IncomingMessage,
  made: { readonly thread: Thread; readonly runId: string; readonly at: number },
): MessageRow {
  const parts = partsOf(incoming.content);
  if (!parts.some((part) => part.type === "image" || part.text !== "")) {
    throw inputFailure("Message content is empty or invalid");
  }
  return {
    ...blankMessage(made.thread, { role: incoming.role, text: undefined, model: null, at: made.at }),
    content: parts,
    name: incoming.name ?? null,
    otid: incoming.otid ?? crypto.randomUUID(),
    sender_id: incoming.sender_id ?? null,
    group_id: incoming.group_id ?? null,
    run_id: made.runId,
  };
}

/** NUL is not text for PostgreSQL; the real server strips it too. */
function partsOf(sent: IncomingMessage["content"]): ContentPart[] {
  if (typeof sent === "string") return [{ type: "text", text: sent.replaceAll("\u0000", "") }];
  return sent.map((part) =>
    part.type === "text"
      ? { type: "text", text: part.text.replaceAll("\u0000", "") }
      : { type: "image", source: { file_id: `file-${crypto.randomUUID()}`, ...part.source } },
  );
}
