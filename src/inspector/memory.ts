import type { Binding } from "../core/domain/stored-records.ts";
import type { AgentPorts } from "../core/ports/services.ts";
import type { MemoryChange, MemoryInsight } from "../playground/protocol/insight.ts";

const PASSAGES_SHOWN = 100;

type Whose = Pick<Binding, "agent" | "conversation">;

/** The five layers as they are now. Throws when Letta cannot be asked. */
export async function readMemory(
  { memory, history }: Pick<AgentPorts, "memory" | "history">,
  { agent, conversation }: Whose,
): Promise<MemoryInsight> {
  const [blocks, passages, recall, working, summary, systemPrompt] = await Promise.all([
    memory.blocks(agent),
    memory.passages(agent, { limit: PASSAGES_SHOWN }),
    history.count(agent, conversation),
    memory.workingMemory(agent, conversation),
    history.summary(agent, conversation),
    memory.systemPrompt(agent),
  ]);
  return {
    working: {
      messages: working.messagesInContext,
      tokens: working.tokensInContext,
      window: working.contextWindow,
    },
    summary,
    systemPrompt,
    blocks: blocks.map(({ label, value, limit, readOnly }) => ({ label, value, limit, readOnly })),
    recall,
    passages: passages
      .map(({ id, text, at }) => ({ id, text, at: at ? Date.parse(at) : undefined }))
      .reverse(),
  };
}

export function changeBetween(before: MemoryInsight, after: MemoryInsight): MemoryChange {
  const earlier = new Map(before.blocks.map(({ label, value }) => [label, value]));
  const known = new Set(before.passages.map(({ id }) => id));
  const { working, recall } = after;
  const tokens =
    working.tokens === undefined || before.working.tokens === undefined
      ? undefined
      : working.tokens - before.working.tokens;
  return {
    blocks: after.blocks.flatMap(({ label, value }) => {
      const was = earlier.get(label) ?? "";
      return was === value ? [] : [{ label, before: was, after: value }];
    }),
    passages: after.passages.filter(({ id }) => !known.has(id)),
    messages: working.messages - before.working.messages,
    tokens,
    recall: recall.count - before.recall.count,
  };
}
