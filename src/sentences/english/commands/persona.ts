import { mention } from "../../../core/domain/command-lines.ts";

const quoted = (greeting: string) => (greeting === "" ? "" : `\n> ${greeting.replaceAll("\n", "\n> ")}`);

/** `/persona` */
export const persona = {
  description: "Choose who answers, and make personas of your own.",
  actions: {
    list: "Everyone you can talk to here.",
    use: "Let a persona answer here from now on.",
    info: "Who a persona is and who shares what it learns.",
    create: "Make a persona of your own.",
    edit: "Change a persona. Running conversations notice at their next answer.",
    delete: "Remove a persona from here.",
    export: "A persona as a file, ready for the personas folder.",
  },
  options: {
    name: "Which persona.",
    nameOrHere: "Which persona; else who answers here.",
    where: "Only here, or in the whole channel.",
    was: "What it was when it was opened.",
    sure: "Do it.",
  },
  listed: ({
    face,
    name,
    key,
    badge,
    isHere,
    description,
  }: {
    face: string;
    name: string;
    key: string;
    badge: string;
    isHere: boolean;
    description: string;
  }) => `${face}**${name}** \`${key}\` ${badge}${isHere ? " ← answers here" : ""}\n${description}`.trimEnd(),
  /** What each of the badges above means. */
  legend: (meanings: readonly string[]) => `What they learn here is ${meanings.join(" · ")}`,
  learns: ({ badge, meaning }: { badge: string; meaning: string }) =>
    `${badge} What they learn here is ${meaning}.`,
  chosen: ({
    name,
    isChannel,
    learns,
    greeting,
  }: {
    name: string;
    isChannel: boolean;
    learns: string;
    greeting: string;
  }) =>
    isChannel
      ? `**${name}** answers in this channel from now on. Threads that I opened before keep who answers there. ${learns}${quoted(greeting)}`
      : `**${name}** answers here from now on. ${learns}${quoted(greeting)}`,
  writtenBy: (author: string) => `Written by ${author}.`,
  instructions: (text: string) => `**Instructions**\n${text}`,
  changed: (name: string) => `**${name}** is changed. Running conversations notice at their next answer.`,
  removeQuestion: (name: string, isBuiltIn: boolean) =>
    `Remove **${name}**? Nobody can talk to them here any more. ${isBuiltIn ? "What they remember stays, since they came with me." : "What they remember is erased."}`,
  removeButton: (name: string) => `Remove ${name}`,
  removed: (name: string) => `**${name}** is gone.`,
  asFile: (name: string) => `**${name}** as a file.`,
  made: (name: string, key: string) =>
    `**${name}** is here. ${mention("persona", "use", `name:${key}`)} lets them answer, anywhere.`,
  madeInChannel: (name: string, key: string) =>
    `**${name}** is here. Talk to them with ${mention("chat", undefined, `message:Hello! persona:${key}`)}.`,
  useButton: (name: string) => `Let ${name} answer here`,
  keptInFile: (reason: string) => `${reason} What you wrote is in the file.`,
  adminsChoose: "Only admins choose for a whole channel. Ask one of them, or choose in a thread.",
  notYours: ({ author, name }: { author: string | undefined; name: string }) =>
    `Only ${author === undefined ? "admins" : `${author} and admins`} may do that with **${name}**. You can make your own: ${mention("persona", "create")}.`,
};
