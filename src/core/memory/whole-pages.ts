import { sentences } from "../../sentences/sentences.ts";
import { allHistory, historyLine } from "../personas/transcript.ts";
import type { AgentPorts } from "../ports/services.ts";
import type { MemoryContext } from "./context.ts";
import { type MemoryPage, memoryPages } from "./pages.ts";

const PASSAGE_PAGE = 100;

type WholePage = (agents: Pick<AgentPorts, "history" | "memory">, of: MemoryContext) => Promise<string>;

/** The layers as a file holds them: nothing is left out, and nothing is cut. */
export const wholePages = {
  ...memoryPages,
  archive: async ({ memory, history }, { agent, conversation }) => {
    const [passages, summary] = await Promise.all([
      allPassages(memory, agent),
      conversation && history.summary(agent, conversation),
    ]);
    const archive = passages.map((text) => `- ${text}`).join("\n") || sentences.memory.nothingArchived;
    return summary ? `${archive}\n\n${sentences.memory.earlierInShort(summary)}` : archive;
  },
  recall: async ({ history }, { agent, conversation, known, withoutConversation }) => {
    if (!conversation) return `*${withoutConversation}*`;
    const [{ count, more }, items] = await Promise.all([
      history.count(agent, conversation),
      allHistory(history, { agent, conversation }),
    ]);
    const said = items.filter(({ role }) => role !== "summary");
    const isPart = more || said.length < count;
    return [
      sentences.memory.kept(count, more),
      isPart && sentences.memory.newestOnly(said.length),
      ...items.map((item) => historyLine(item, known.persona.name)),
    ]
      .filter(Boolean)
      .join("\n\n");
  },
} as const satisfies Record<MemoryPage, WholePage>;

async function allPassages(
  memory: AgentPorts["memory"],
  agent: MemoryContext["agent"],
): Promise<readonly string[]> {
  const texts: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await memory.passages(agent, { limit: PASSAGE_PAGE, after });
    texts.push(...page.map(({ text }) => text));
    const last = page.at(-1);
    if (!last || page.length < PASSAGE_PAGE) return texts;
    after = last.id;
  }
}
