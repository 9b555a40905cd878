import { dayAndTime } from "../grammar.ts";

interface CannotAnswer {
  readonly link: string | undefined;
  readonly name: string | undefined;
  readonly reason: string;
  readonly id: string;
}

const DEAD_LETTER = "⚠️ I tried this several times and failed each time, so it stays without an answer.";

/** What becomes of a question: below an answer, in its place, or beside it. */
export const turn = {
  stopButton: "Stop answering",
  retryButton: "Try again",
  stopped: "*Stopped.*",
  noAnswer: "*I have no answer to that. Try asking in other words.*",
  cutShort: "*I had to stop here. Ask me to go on.*",
  /** In the place of the answer, until there is one. */
  waiting: (until: number) =>
    `*I cannot think right now: the server behind me does not answer. I keep trying until ${dayAndTime(until)}, and answer here as soon as it works.*`,
  conversationRemade:
    "*Our conversation here was deleted on the server. I begin a new one; what I remember stays.*",
  agentRemade: "*My memory was deleted on the server, so I begin anew.*",
  otherMemory: (sharing: string) =>
    `*Other people can read here than before, so I use another memory: ${sharing}.*`,

  failed: (reason: string, id: string) => `⚠️ ${reason} \`#${id}\``,
  failedUnknown: "Something went wrong on my side.",
  deadLetter: DEAD_LETTER,
  deadLetterAs: (id: string) => `${DEAD_LETTER} \`#${id}\``,
  /** In direct messages. */
  /** With its name: a link to what was deleted shows none. */
  cannotAnswerIn: ({ link, name, reason, id }: CannotAnswer) => {
    const where =
      link && name
        ? `${link} (\`${name.replaceAll("`", "'")}\`)`
        : (link ?? name ?? "the place where you asked me");
    return `I cannot answer you in ${where}. ${reason} \`#${id}\``;
  },
  neverCame: "The answer to this never came. Try again.",
  readersChanged: "Who can read this place has changed since you asked. Ask once more.",
  personaDeleted: (key: string) =>
    `\`${key}\` was deleted before answering. Try again, and whoever answers here now does.`,

  notKept: "What was asked is not kept any more. Ask it again.",
  notForGuestsToRepeat: "A guest cannot repeat what a member asked. Ask it yourself.",
  untitledThread: "A conversation",

  /** Said first in the direct messages of who asked before others. */
  youTo: (persona: string, quoted: string) => `You to **${persona}**:\n${quoted}`,
  answersDirectly: (persona: string) => `**${persona}** answers you in your direct messages.`,
  noDirectMessages: (persona: string) =>
    `**${persona}** answers only in direct messages, and there are none here.`,
  directMessagesClosed: (persona: string) =>
    `**${persona}** answers only in direct messages, and I cannot write to you there. Allow direct messages from here, and ask again.`,
  /** Above an answer, where somebody else answers than was chosen. */
  bringerUnknown: (persona: string) =>
    `*I cannot find out right now whether the person who brought this place's persona is still a member, so **${persona}** answers.*`,
  chosenDeleted: (key: string, persona: string) => `*\`${key}\` was deleted, so **${persona}** answers.*`,
  bringerLeft: (persona: string) =>
    `*The person who brought this place's persona is no longer a member, so **${persona}** answers.*`,
  /** Above an answer that is shown later than it was asked for. */
  late: (where: { isDirect: boolean; mention: string | undefined }, answer: string) => {
    const place = where.isDirect ? " in private" : where.mention ? ` in ${where.mention}` : "";
    return `*You asked this${place} earlier, and my answer came too late to be shown there:*\n\n${answer}`;
  },
};
