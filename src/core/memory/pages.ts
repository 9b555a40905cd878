import { sentences } from "../../sentences/sentences.ts";
import { historyLine } from "../personas/transcript.ts";
import type { HistoryItem } from "../ports/agent/history.ts";
import type { MemoryBlock } from "../ports/agent/memory.ts";
import type { AgentPorts } from "../ports/services.ts";
import type { MemoryContext } from "./context.ts";

export const MEMORY_PAGES = ["blocks", "archive", "recall", "working", "prompt"] as const;
export type MemoryPage = (typeof MEMORY_PAGES)[number];

export const PAGE_NAMES: Readonly<Record<MemoryPage, string>> = sentences.memory.pages;

export const heading = (title: string, { known, sharing }: MemoryContext) =>
  sentences.memory.heading({ title, persona: known.persona.name, sharing });

const PASSAGES_SHOWN = 10;
const RECALL_SHOWN = 3;

type Page = (agents: Pick<AgentPorts, "history" | "memory">, of: MemoryContext) => Promise<string>;

/** One page a layer of Letta's memory, as CommonMark. */
export const memoryPages = {
  blocks: async ({ memory }, { agent }) => {
    const blocks = await memory.blocks(agent);
    return blocks.map(describeBlock).join("\n\n") || sentences.memory.noBlocks;
  },
  archive: async ({ memory, history }, { agent, conversation }) => {
    const [passages, summary] = await Promise.all([
      memory.passages(agent, { limit: PASSAGES_SHOWN + 1 }),
      conversation && history.summary(agent, conversation),
    ]);
    const lines = passages.slice(0, PASSAGES_SHOWN).map(({ text }) => `• ${text}`);
    const more = passages.length > PASSAGES_SHOWN ? [sentences.memory.moreArchived] : [];
    const archive = [...lines, ...more].join("\n") || sentences.memory.nothingArchived;
    return summary ? `${archive}\n\n${sentences.memory.earlierInShort(summary)}` : archive;
  },
  recall: async ({ history }, { agent, conversation, known, withoutConversation }) => {
    if (!conversation) return `*${withoutConversation}*`;
    const [{ count, more }, { items }] = await Promise.all([
      history.count(agent, conversation),
      history.page(agent, conversation, { limit: RECALL_SHOWN }),
    ]);
    const newest = items.map((item) => `> ${historyLine(onOneLine(item), known.persona.name, 120)}`);
    return [sentences.memory.kept(count, more), ...newest].join("\n");
  },
  working: async ({ memory }, { agent, conversation, withoutConversation }) => {
    if (!conversation) return `*${withoutConversation}*`;
    const { messagesInContext, tokensInContext, contextWindow, tokensAreEstimated } =
      await memory.workingMemory(agent, conversation);
    return sentences.memory.inMind({
      count: messagesInContext,
      tokens: tokensInContext,
      window: contextWindow,
      isEstimate: tokensAreEstimated,
    });
  },
  prompt: async ({ memory }, { agent }) => memory.systemPrompt(agent),
} as const satisfies Record<MemoryPage, Page>;

function describeBlock({ label, value, limit, readOnly }: MemoryBlock): string {
  const head = sentences.memory.blockHead({ label, used: value.length, limit, readOnly });
  return `${head}\n${value.trim() === "" ? sentences.memory.emptyBlock : quoted(value)}`;
}

/** Line by line: as a list in Markdown, the lines below an entry would seem to be part of it, and its person's. */
const quoted = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => `> ${line.replace(/^[-*+] /, "• ")}`)
    .join("\n");

const onOneLine = (item: HistoryItem): HistoryItem => ({ ...item, text: item.text.replace(/\s+/g, " ") });
