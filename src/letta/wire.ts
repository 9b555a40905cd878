/*
 * What of Letta's answers is read, parsed by these schemas and nothing else: the client's types follow Letta
 * Cloud, a server of one's own differs. Fields that are missing, null or of another kind read as absent, so that
 * a chunk or list item of a kind nobody foresaw is passed over instead of ending a turn.
 */
import { z } from "zod";
import { AgentId, ConversationId, RunId } from "../core/domain/model.ts";

const text = z.string().optional().catch(undefined);
const count = z.number().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);

const ToolCall = z.object({ name: text, tool_call_id: text, arguments: text });
/** A list in lists and when whole steps stream; one object, a piece at a time, when tokens stream. */
const ToolCalls = z
  .union([z.array(ToolCall), ToolCall.transform((call) => [call])])
  .optional()
  .catch(undefined);

/** A string, or parts of which only texts are words. */
const Content = z
  .union([
    z.string(),
    z
      .array(z.object({ type: text, text }))
      .transform((parts) => parts.map((part) => (part.type === "text" ? (part.text ?? "") : "")).join("")),
  ])
  .optional()
  .catch(undefined);

/** A chunk of a turn's stream, or an item of a list: both are told apart by `message_type`. */
export const Frame = z.object({
  message_type: z.string(),
  id: text,
  run_id: RunId.optional().catch(undefined),
  otid: text,
  date: text,
  content: Content,
  summary: text,
  tool_call: ToolCall.optional().catch(undefined),
  tool_calls: ToolCalls,
  tool_call_id: text,
  status: text,
  /** All that came back in one step, where an agent called several tools at once; the two above tell of the first alone. */
  tool_returns: z
    .array(z.object({ tool_call_id: text, status: text }))
    .optional()
    .catch(undefined),
  approvals: z
    .array(z.object({ tool_call_id: text }))
    .optional()
    .catch(undefined),
  stop_reason: text,
  prompt_tokens: count,
  completion_tokens: count,
  context_tokens: count,
});
export type Frame = z.infer<typeof Frame>;

/** Frames of a list; what is none is left out. */
export const Frames = z
  .array(z.unknown())
  .transform((items) => items.flatMap((item) => Frame.safeParse(item).data ?? []));

/** Every tool call a frame names, in either of the two places where Letta puts them. */
export function toolCallsOf(frame: Frame): readonly z.infer<typeof ToolCall>[] {
  return frame.tool_calls ?? (frame.tool_call ? [frame.tool_call] : []);
}

export const MadeBlock = z.object({ id: z.string() });

export const Block = z.object({
  label: z.string(),
  value: z.string(),
  description: text,
  /** 100,000 is the server's own default since 0.16.7. */
  limit: z.number().catch(100_000),
  read_only: flag,
});
export type Block = z.infer<typeof Block>;

export const Agent = z.object({
  id: AgentId,
  system: text,
  created_at: text,
  blocks: z.array(Block).optional().catch(undefined),
  llm_config: z.object({ context_window: count }).optional().catch(undefined),
});
export type Agent = z.infer<typeof Agent>;

export const Conversation = z.object({
  id: ConversationId,
  /** Only `retrieve` fills it; null on Letta Cloud. */
  in_context_message_ids: z.array(z.string()).optional().catch(undefined),
});

export const Run = z.object({ id: RunId, created_at: text });
export type Run = z.infer<typeof Run>;

export const Passage = z.object({
  id: z.string(),
  text: z.string(),
  created_at: text,
  tags: z.array(z.string()).nullish().catch(undefined),
});
export type Passage = z.infer<typeof Passage>;

export const FoundPassages = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      content: z.string(),
      timestamp: text,
      tags: z.array(z.string()).nullish().catch(undefined),
    }),
  ),
});

export const Models = z.array(z.object({ handle: text }));

export const Health = z.object({ version: z.string(), status: text });
