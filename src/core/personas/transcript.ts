import { sentences } from "../../sentences/sentences.ts";
import type { Binding } from "../domain/stored-records.ts";
import type { AgentHistory, HistoryItem } from "../ports/agent/history.ts";
import { withoutSuffix } from "../text/affixes.ts";
import { truncate } from "../text/truncate.ts";

const PAGE = 100;
/** An export holds so many messages at most. */
const MAX_ITEMS = 5_000;

/** Everything said in a conversation, oldest first. */
export async function allHistory(
  history: AgentHistory,
  { agent, conversation }: Pick<Binding, "agent" | "conversation">,
): Promise<readonly HistoryItem[]> {
  const pages: (readonly HistoryItem[])[] = [];
  let before: string | undefined;
  let count = 0;
  do {
    const page = await history.page(agent, conversation, { limit: PAGE, before });
    pages.unshift(page.items);
    count += page.items.length;
    before = page.older;
  } while (before !== undefined && count < MAX_ITEMS);
  return pages.flat();
}

/** Without what only the model is told, for people. */
export const asSaid = (text: string): string => {
  const said = withoutSuffix(text, sentences.agentInput.ofOtherCompany);
  return said === text ? text : said.trimEnd();
};

/** One message as one line of Markdown, cut when it is longer than `length`. */
export function historyLine(
  { role, text }: HistoryItem,
  persona: string,
  length = Number.POSITIVE_INFINITY,
): string {
  const short = truncate(asSaid(text), length);
  if (role === "persona") return `**${persona}:** ${short}`;
  if (role === "summary") return sentences.memory.summary(short);
  // What people said is stored with their name in front: [Alice] hello.
  return short.replace(/^\[(?<name>[^\]]*)\] /, "**$<name>:** ");
}
