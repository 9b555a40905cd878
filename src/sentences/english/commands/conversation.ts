import { mention } from "../../../core/domain/command-lines.ts";
import { ago, counted } from "../grammar.ts";

const lastAsked = (ms: number) => `last asked ${ago(ms)}`;

/** `/conversation` */
export const conversation = {
  description: "Begin anew, stop or repeat an answer, look back.",
  actions: {
    new: "Begin a new conversation here. What the persona remembers stays.",
    stop: "Stop the answer that is being written here.",
    retry: "Ask the last question here once more.",
    history: "What was said here, newest last.",
    list: "The conversations here and in the threads below.",
    export: "All that was said here, as a file.",
  },
  options: {
    turn: "The answer that is meant.",
    silent: "Who stopped it sees that already.",
    count: "How many messages, at most 50.",
  },
  begun: (persona: string) =>
    `✨ A new conversation with **${persona}**. What was said before is out of mind; what is remembered stays.`,
  nothingToStop: "Nothing is being answered here right now.",
  stopped: "Stopped.",
  nothingAsked: "Nothing was asked here yet.",
  stillAnswering: "The last question is still being answered. Stop it first.",
  repeatedAlready: "That question was asked again already.",
  full: "Too much is waiting here already. Wait a minute.",
  repeating: "Asking again.",
  noneHere: "There are no conversations here yet. Mention me to begin one.",
  listed: ({ where, sinceMs }: { where: string | undefined; sinceMs: number }) =>
    `• ${where ?? "a thread"} — ${lastAsked(sinceMs)}`,
  here: "here",
  /** In a thread or in direct messages, where nothing lies below. */
  onlyThis: (sinceMs: number) => `This is the only conversation here, ${lastAsked(sinceMs)}.`,
  onlyThisThread: (sinceMs: number) =>
    `This thread is one conversation, ${lastAsked(sinceMs)}. ${mention("conversation", "list")} in its channel shows all of them.`,
  untitled: "Conversation",
  exported: (messages: number) => `${counted(messages, "message")}.`,
  noneYet: (persona: string) => `You have no conversation with **${persona}** here yet. Say something first.`,
};
