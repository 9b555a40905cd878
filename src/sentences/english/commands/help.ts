import { mention } from "../../../core/domain/command-lines.ts";

/** `/help` */
export const help = {
  description: "What I can do, and how to ask for it.",
  options: { command: "One command, with all it takes." },
  overview: (persona: string) =>
    `Mention me, or write to me directly, and **${persona}** answers. In a thread I opened no mention is needed.`,
  typed: `Where slash commands do not work, type them: \`!memory show\`. ${mention("help")} with a command's name tells all it takes.`,
  privacy: (url: string) => `What becomes of what you say: ${url}`,
  noSuchCommand: (asked: string) => `There is no command \`${asked}\`. ${mention("help")} lists them.`,
  oneOf: (choices: readonly string[]) => `One of ${choices.join(", ")}.`,
};
