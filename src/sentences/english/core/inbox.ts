import { mention } from "../../../core/domain/command-lines.ts";

/** What is said of a message or a command before anybody answers it. */
export const inbox = {
  full: "Too much is waiting here already, so this was not taken. Say it again in a minute.",
  interrupted: "I was restarted while doing this. Look whether it was done, and try again if not.",
  noSuchCommand: `There is no such command. ${mention("help")} lists what I can do.`,
  commandFailed: "Something went wrong on my side. Try again in a moment.",
  /** Above the button that opens it. */
  formBelow: "There is a form for that.",
};
