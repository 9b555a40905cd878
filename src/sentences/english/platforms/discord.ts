import { mention } from "../../../core/domain/command-lines.ts";
import { counted } from "../grammar.ts";

/** What is said on Discord alone. */
export const discord = {
  /** Who reads a channel, as people say it. */
  readers: {
    ofAge: "of age",
    thread: "this thread, its moderators included",
    followed: (channel: string | undefined) =>
      `${channel === undefined ? "this channel" : `#${channel}`} and the servers that follow it`,
    everyone: "everyone",
    everyoneNow: "everyone here at the time",
    everyoneBut: (others: string) => `everyone but ${others}`,
    administrators: "the administrators",
    certainRoles: "people with certain roles",
    people: (count: number) => counted(count, "person", "people"),
    both: (names: readonly string[]) => names.join(" and "),
    andMore: (names: readonly string[], more: number) => `${names.join(", ")} and ${more} more`,
  },

  oldButton:
    "This button is from an older version of me and no longer does anything. Use the command instead.",
  oldCommand: `I no longer have this command. Discord shows the new ones in a moment; ${mention("help")} lists them.`,
  answerUnchangeable: "That answer can no longer be changed.",
  fileGone: "That file is gone.",
  fileUnreadable: "That file cannot be read.",
  notConnectedYet: "Discord has not said yet who the bot is.",
  wroteDirectly: "Only you should see that, so I wrote to you directly.",
  /** Above an answer that is read elsewhere than it was asked for. */
  askedIn: (mention: string) => `*You asked this in ${mention}:*`,
  directMessagesClosed:
    "Only you should see that, but I cannot write to you directly. Use the slash command instead: its answer is yours alone.",
  tooLate: "That took longer than Discord lets me answer you privately. Ask once more.",
  webhookGone: "What I posted that with is gone.",
  lostPermission: (permission: string) =>
    `I may not do that here. Ask somebody who manages the server to give me *${permission}*.`,

  /** What Discord refuses, by its own codes. */
  refused: {
    unknownChannel: "That channel is gone.",
    unknownGuild: "That server is gone, or I am no longer in it.",
    unknownMessage: "That message is gone.",
    missingAccess:
      "I cannot see that channel. Ask somebody who manages the server to give me *View Channel* there.",
    cannotWriteToYou:
      "I cannot write to you: your direct messages are closed to me. Open them in the privacy settings of the server.",
    threadLocked: "That thread is locked. Ask somebody who manages threads to unlock it, or open a new one.",
    tooManyThreads: "This server has too many open threads. Close some, then try again.",
    autoModeration: "The server's AutoMod blocked what I wanted to say.",
    titleAutoModeration: "The server's AutoMod blocked the title of the thread.",
    links: "Discord's link filter blocked what I wanted to say.",
    tooLarge: "The file is too large for Discord.",
    other: "Discord did not take that.",
  },
};
