import { mention } from "../../../core/domain/command-lines.ts";
import { listed } from "../grammar.ts";

/** Personas as people make, name and look for them. */
export const personas = {
  notHere: (asked: string, names: readonly string[]) =>
    `There is no persona called “${asked}” here. There ${names.length === 1 ? "is" : "are"} ${listed(names.map((name) => `**${name}**`))}.`,
  noneHere: `There are no personas here. Make one with ${mention("persona", "create")}.`,
  keyTaken: (key: string) => `There is a persona \`${key}\` already. Choose another name.`,
  changedMeanwhile: (name: string) =>
    `Somebody changed **${name}** while you wrote, so nothing was overwritten. Open the form again to see what is new.`,
  adminsShareEverywhere:
    "Only admins may make a persona that shares everywhere. Choose another way of sharing.",

  /** What is wrong with a name, as the option's own refusal. */
  nameInvisible: "`name`: nothing of it can be seen. Choose one that people can read.",
  nameUntypable: "`name`: needs a letter from a to z or a digit, so that people can type it.",
  nameRefused: (why: string) => `\`name\`: ${why} Choose another name.`,
  nameTakenBy: ({ name, key }: { name: string; key: string }) =>
    `**${name}** (\`${key}\`) has that name already. Choose another name.`,
  nameUnsure: (name: string) =>
    `I cannot find out right now who is here, so I do not know whether somebody is called “${name}”. Try again in a minute.`,
  nameMisleads: (name: string) => `“${name}” could be taken for an admin, or for a call to everybody.`,
  nameHolds: (part: string) => `may not hold “${part}” here.`,
  nameTooLong: (most: number) => `at most ${most} characters here.`,
  nameOfSomebody: (name: string) => `somebody here is called “${name}” already.`,
  /** Shown before others in the place of a name that may not be borne there. */
  unnamed: "Persona",

  adminsMake: "Only admins make personas here. Ask one of them.",
  enoughMade: (made: number) =>
    `You have made ${made} personas, and more are not allowed here. Delete one first, or ask an admin to raise the limit.`,
  guestsBringNone: (name: string) =>
    `Guests bring no personas, so **${name}** stays in your direct messages.`,
  adminsBring: (name: string) =>
    `Only admins bring personas here, so **${name}** stays in your direct messages.`,

  /** What the fields of a persona take, when they are given something else. */
  fields: {
    key: "a short name of small letters, digits, `_` and `-`, at most 32 characters",
    name: "give it a name",
    instructions: "say who it is and how it talks",
    atMost: (characters: string) => `at most ${characters} characters`,
  },
  form: {
    newTitle: "New persona",
    editTitle: (name: string) => `Edit ${name}`,
    name: "Name",
    nameExample: "Captain Mira",
    description: "What is it good for?",
    instructions: "Who is it, and how does it talk?",
    instructionsExample: "You are Mira, captain of a small freighter. You talk in short, dry sentences …",
    greeting: "Its first words",
    scope: "Who shares what it learns?",
  },
  /** The same as options of the commands that make and change one. */
  options: {
    name: "How it is called.",
    description: "What it is good for, in one sentence.",
    instructions: "Who it is, and how it talks.",
    greeting: "Its first words.",
    scope: "Who shares what it learns.",
  },
};
