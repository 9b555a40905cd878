/** `2026-11-30 14:05 UTC` */
const time = (at: Date): string => `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** What every platform of chat may have to say by itself. */
export const platform = {
  full: "Too much is waiting here already. Try again in a moment.",
  notStored: "That could not be stored just now. Try again in a moment.",
  readsNoLonger: "You can no longer read this conversation, so I did nothing in it.",
  readsPerhaps:
    "I cannot find out right now whether you still read this conversation, so I did nothing. Try again in a moment.",
  /** For people, and in the doctor for who operates the bot. */
  pausedUntil: (name: string, until: number) =>
    `${name} takes no such requests from here until ${time(new Date(until))}. Try again then.`,
  away: (name: string) => `${name} does not answer. Try again in a moment.`,
  slowDown: (name: string) => `${name} asks me to slow down. Try again in a moment.`,
  notItsFile: (name: string) => `That is no file of ${name}'s.`,
  fileTooLarge: "That file is too large.",

  /** What stands for a name that is not known. */
  somebody: "somebody",
  someRole: "a role",
  someGroup: "a group",
  someChannel: "a channel",
  someTime: "some time",
  time,
  someApp: "an app",
  thread: "a thread",
};
