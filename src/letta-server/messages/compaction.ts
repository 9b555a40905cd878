import { askModel, estimateTokens } from "../model/ask-model.ts";
import type { Model, ModelRequest } from "../model/model.ts";
import type { AgentRow } from "../store/agents.ts";
import { type MessageRow, rewriteMessage, textOf } from "../store/messages.ts";
import type { ToolServices } from "../tools/run-tool.ts";
import { modelMessages } from "../turn/model-messages.ts";
import {
  blankMessage,
  compileFor,
  loadContext,
  rebuildDefaultPrompt,
  storeStep,
  type Thread,
} from "./context.ts";

/** Compaction begins when the last answer left less room than this in the window. */
const FULL_AT = 0.9;
/** The window slides over the oldest 30 %, then by tenths more until what is left is small enough. */
const FIRST_CUT = 0.3;
const NEXT_CUT = 0.1;

const SUMMARY_REQUEST =
  "Summarize the conversation above in at most 100 words: what it is about, what was decided, and what must " +
  "not be forgotten. Answer with the summary alone.";

export interface CompactionParts {
  readonly workshop: ToolServices;
  readonly model: Model;
  readonly agent: AgentRow;
  readonly thread: Thread;
  readonly context: readonly MessageRow[];
  readonly stopping: AbortSignal;
  readonly noteRequest: (request: ModelRequest) => void;
}

export interface Compacted {
  readonly context: readonly MessageRow[];
  readonly summary: MessageRow;
}

/** Compacts when the step has filled the window. The summary is then stored as if a user had said it. */
export async function compactAfterStep(
  parts: CompactionParts & { readonly contextTokens: number },
): Promise<Compacted | undefined> {
  if (parts.contextTokens <= FULL_AT * parts.agent.llm_config.context_window) return undefined;
  return await compact(parts, { role: "user", everything: false });
}

/**
 * Replaces the oldest part of a context by a summary, and compiles the prompt anew: this thread's and that of the
 * default history. Undefined when that would not make it shorter.
 */
export async function compact(
  parts: CompactionParts,
  options: { readonly role: "user" | "summary"; readonly everything: boolean },
): Promise<Compacted | undefined> {
  const { workshop: toolServices, agent, thread, context } = parts;
  const [system, ...said] = context;
  const cut = options.everything ? said.length : cutOf(said, agent.llm_config.context_window);
  if (!system || cut < 2) return undefined;

  const text = await summarize(parts, said.slice(0, cut));
  const kept = said.slice(cut);
  const at = toolServices.clock.now();
  const summary = blankMessage(thread, {
    role: options.role,
    text: summaryContent(text, { before: context.length, after: kept.length + 2 }),
    model: agent.llm_config.model,
    at,
  });
  const compacted = [system, summary, ...kept];
  await storeStep(toolServices.db, thread, {
    fresh: [summary],
    context: compacted.map(({ id }) => id),
    at,
  });
  if (thread.conversationId) {
    const prompt = await compileFor(toolServices.db, agent, { conversationId: thread.conversationId, at });
    await rewriteMessage(toolServices.db, { id: system.id, text: prompt });
  }
  await rebuildDefaultPrompt(toolServices.db, agent.id, at);
  return { context: await loadContext(toolServices.db, thread), summary };
}

/** How many of the oldest messages go. What is kept begins where somebody speaks, never with a tool's return. */
function cutOf(said: readonly MessageRow[], contextWindow: number): number {
  for (let share = FIRST_CUT; share < 1; share += NEXT_CUT) {
    const cut = nextBeginning(said, Math.ceil(said.length * share));
    const left = said.slice(cut).reduce((sum, message) => sum + estimateTokens(textOf(message)), 0);
    if (left <= contextWindow * (1 - FIRST_CUT)) return cut;
  }
  return said.length;
}

function nextBeginning(said: readonly MessageRow[], from: number): number {
  const found = said.findIndex(({ role }, index) => index >= from && role !== "tool" && role !== "approval");
  return found === -1 ? said.length : found;
}

async function summarize(parts: CompactionParts, messages: readonly MessageRow[]): Promise<string> {
  const { model, agent, thread, stopping, noteRequest } = parts;
  const request: ModelRequest = {
    purpose: "summary",
    agentId: agent.id,
    agentName: agent.name,
    conversationId: thread.conversationId,
    model: agent.llm_config.handle,
    messages: [...modelMessages(messages), { role: "user", content: SUMMARY_REQUEST }],
    tools: [],
    streaming: false,
  };
  noteRequest(request);
  const answer = await askModel(model, request, { signal: stopping, onDelta: () => true });
  return answer?.text ?? "";
}

function summaryContent(summary: string, { before, after }: { before: number; after: number }): string {
  return JSON.stringify({
    type: "system_alert",
    message:
      "Note: prior messages have been hidden from view due to conversation memory constraints.\n" +
      `The following is a summary of the previous messages:\n ${summary}`,
    compaction_stats: { trigger: "post_step", messages_count_before: before, messages_count_after: after },
  });
}
