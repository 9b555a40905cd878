import { mention } from "../../../core/domain/command-lines.ts";
import { counted, figure, listed } from "../grammar.ts";

const messages = (count: number) => counted(count, "message");

/** What a persona remembers, and what was said to it. */
export const memory = {
  /** Letta's layers of memory. */
  pages: {
    blocks: "🧠 Memory blocks",
    archive: "📚 Archived memory",
    recall: "📖 Recall memory",
    working: "💬 Working memory",
    prompt: "📜 System prompt",
  },
  heading: ({ title, persona, sharing }: { title: string; persona: string; sharing: string }) =>
    `**${title}** of **${persona}** · ${sharing}`,
  noBlocks: "*There are none.*",
  blockHead: ({
    label,
    used,
    limit,
    readOnly,
  }: {
    label: string;
    used: number;
    limit: number;
    readOnly: boolean;
  }) =>
    `**${label}** · ${figure(used)} of ${figure(limit)} characters${readOnly ? " · only the persona's author changes it" : ""}`,
  emptyBlock: "*empty*",
  nothingArchived: "*Nothing was archived yet.*",
  moreArchived: `*… and more; ${mention("memory", "search")} finds them.*`,
  earlierInShort: (summary: string) => `**Earlier, in short**\n${summary}`,
  kept: (count: number, isMore: boolean) =>
    `Kept of this conversation, and found by ${mention("memory", "search")}: ${isMore ? "more than " : ""}${messages(count)}.`,
  inMind: ({
    count,
    tokens,
    window,
    isEstimate,
  }: {
    count: number;
    tokens: number | undefined;
    window: number | undefined;
    isEstimate: boolean | undefined;
  }) => {
    const of = window ? ` of ${figure(window)}` : "";
    const used =
      tokens === undefined ? "" : `, ${isEstimate ? "about " : ""}${figure(tokens)}${of} tokens used`;
    return `In mind right now: ${messages(count)}${used}.`;
  },
  messages,
  /** In a file. */
  newestOnly: (count: number) => `*The newest ${figure(count)} of them:*`,
  /** In a transcript. */
  summary: (text: string) => `*Earlier, in short: ${text}*`,

  nothingYet: (persona: string) => `**${persona}** remembers nothing here yet. Say something first.`,
  nothingSaid: "Nothing was said here yet.",
  followsPersona: (label: string) =>
    `\`${label}\` follows the persona. ${mention("persona", "edit")} changes it.`,
  noSuchBlock: (label: string, others: readonly string[]) =>
    `There is no block \`${label}\` that can be changed. ${others.length === 0 ? "There are none." : `There ${others.length === 1 ? "is" : "are"} ${listed(others.map((each) => `\`${each}\``))}.`}`,
  notYours: "Only the person who said that or had it remembered may remove it, or an admin. Ask one of them.",
  goneAlready: "That is not in there any more.",
  nothingAbout: (what: string) =>
    `Nothing is noted about “${what}”; try another word. What was said stays in the history of its conversation; ${mention("memory", "search")} there finds it.`,
  nearestOnly: "*Those from the archive are the nearest, perhaps not about it.*",
  forgetButton: (number: number) => `Forget ${number}`,
  found: "Found in the memory",
  restIsOthers: "*You can remove what came from you. Ask an admin, or whoever said it, to remove the rest.*",

  /** The titles of conversations in Letta. */
  directMessages: "Direct messages",
  conversation: "Conversation",
};
