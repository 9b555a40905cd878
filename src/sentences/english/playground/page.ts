/** What the page of the sandbox tells the person at the window. */
export const page = {
  title: "Rapport sandbox",
  opening: "Opening the sandbox …",
  needsScript: "This page needs JavaScript. It loads nothing from anywhere but this machine.",
  failed: "The sandbox failed at that.",
  ownAddressOnly: "This page answers to its own address only.",
  itselfOnly: "This page answers to itself only.",
  olderThanRestart: "This window is from before a restart. Load the page again.",
  nothingHere: "There is nothing here.",
  nobodyCalled: (name: string) => `There is nobody called ${name}.`,
  placeNotSeen: "This place is not here for you.",
  fileNotSeen: "There is no such file for you.",
  onOrOff: "Say whether it is to be on.",
  noSuchSwitch: "There is no such switch.",
};

interface Told {
  readonly label: string;
  /** What happens while it is on, and what to watch for. */
  readonly watch: string;
}

/** What can be made to go wrong on the page. */
export const switches = {
  lettaCut: {
    label: "Cut Letta's connection",
    watch:
      "Say something. A plain sentence says that it takes longer; mend it, and the answer takes its place, once.",
  },
  modelSlow: {
    label: "Slow the model",
    watch:
      "Say something. The first words are shown at once and grow, word by word. Stop ends it where it is.",
  },
  modelFails: {
    label: "Let the model fail",
    watch:
      "Say something. What was said until then stays, a sentence says what happened, and Try again asks anew.",
  },
  autoModeration: ({ blocked, written }: { blocked: string; written: string }): Told => ({
    label: `Let AutoMod block “${blocked}”`,
    watch: `Say “My boat is called ${written}.” The answer repeats the word and is refused: one sentence says so. Turn this off, and Try again asks anew.`,
  }),
  socket: (platform: string): Told => ({
    label: `Drop ${platform}'s socket`,
    watch:
      "It breaks without a word. Say something at once: the bot connects again by itself, and answers once.",
  }),
  limit: (platform: string, { requests, seconds }: { requests: number; seconds: number }): Told => ({
    label: `Let ${platform} refuse for a while (429)`,
    watch: `Say something. The next ${requests} requests are refused and wait ${seconds} seconds each; nothing is lost or said twice.`,
  }),
  ban: (platform: string, requests: number): Told => ({
    label: `Let ${platform} ban this machine (429)`,
    watch: `Say something. The next ${requests} requests get a page in the place of an answer; the bot asks nothing meanwhile, waits longer each time, and then answers, once.`,
  }),
  slow: (platform: string, seconds: number): Told => ({
    label: `Slow ${platform}`,
    watch: `Say something. Each request takes ${seconds} seconds more; the answer grows in larger steps and is whole in the end.`,
  }),
};
