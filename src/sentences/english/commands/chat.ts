/** `/chat` */
export const chat = {
  description: "Say something to a persona, in a thread of its own.",
  options: {
    message: "What you want to say; a form asks for it otherwise.",
    persona: "Whom you say it to; else whoever answers here.",
    private: "In your direct messages. What is learnt there stays yours.",
    about: "What is asked about, if somebody else said it.",
    saidBy: "Whose words they are, if not yours.",
    asSaid: "Marks these words as they were said.",
    byOutsider: "They are of another company.",
  },
  empty: "say something",
  emptyMessage: "`message`: say something",
  answersIn: (persona: string, where: string | undefined) =>
    `**${persona}** answers you in ${where ?? "a thread"}.`,
  answersHere: (persona: string) => `**${persona}** answers you here.`,
  answersDirectly: (persona: string, thread: string | undefined) =>
    `**${persona}** answers you in your direct messages${thread === undefined ? "" : `, in ${thread}`}.`,
  answersOnlyYou: (persona: string) =>
    `**${persona}** answers you here, where only you see it: your direct messages are closed to me.`,
  form: {
    title: "Say something",
    titleAbout: "Ask about this",
    submit: "Send",
    submitAbout: "Ask",
    message: "What do you want to say?",
    messageAbout: "What do you want to ask?",
    about: "About these words",
    persona: "To whom?",
    private: "Who may read it?",
    everybody: "Everybody here",
    onlyYou: "Only you: in private",
  },
  somebody: "Somebody",
  askedAbout: ({ question, who, quoted }: { question: string; who: string; quoted: string }) =>
    `${question}\n\n${who} said:\n\n${quoted}`,
  opening: ({ author, persona, text }: { author: string; persona: string; text: string }) =>
    `**${author}** to **${persona}**: ${text}`,
  noDirectMessages: "There are no direct messages here, so nothing was said. Ask openly.",
  noThreads: "Threads are not possible here. Try another channel.",
  full: "Too much is waiting here already. Try again in a minute.",
};
