import { mention } from "../../../core/domain/command-lines.ts";

const resumes = (hours: number) =>
  `It goes on at 00:00 UTC, in ${hours === 1 ? "an hour" : `${hours} hours`}; an admin can change that with ${mention("admin", "limits")}.`;

const directOnly = (persona: string) =>
  `**${persona}** keeps what you tell them between the two of you, so they answer only in your direct messages with me.`;

/** Who shares what is learnt, who is answered, and who may do what. */
export const access = {
  sharing: {
    workspace: "shared by everyone here",
    /** With those who read the place. */
    group: (readers: string) => `shared by ${readers}`,
    person: "yours alone",
    global: "shared with every server and workspace of this installation",
  },
  readersOf: (place: string) => `those who read ${place}`,
  thisPlace: "this place",
  directOnly,
  askDirectly: (persona: string) => `${directOnly(persona)} Ask there.`,

  paused: (by: string) =>
    `${by} has paused me here. Ask again when an admin has resumed me with ${mention("admin", "resume")}.`,
  denied: "I do not answer you here: the admins decided that. Ask one of them if you think it is a mistake.",
  personSpent: (hours: number) =>
    `You have had all the answers that one person gets here in a day. ${resumes(hours)}`,
  everybodySpent: (hours: number) => `All answers of this day are used up here. ${resumes(hours)}`,

  adminsOnly: "Only admins may do that. Ask one of them.",
  guestsChangeNothing: "Guests can talk with everyone here, but change nothing. Ask a member to do that.",
  /** Said to who reads a place and may not write there, in which nobody speaks for them. */
  writesNothing: `You may not write here, so nothing was said here for you. Ask in private: ${mention("chat", undefined, "private:yes")}.`,
  /** Said to who sees a place, but may not read what was said before they came. */
  notBefore:
    "You may not read here what was said before you came, so I do not show it. Whoever manages this server can allow that.",
};
