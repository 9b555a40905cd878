import { figure } from "../grammar.ts";

const codes = (values: readonly string[]) => values.map((value) => `\`${value}\``).join(", ");

/** How a command that was typed is read, and what is wrong with it. */
export const options = {
  goesLikeThis: (usage: string) => `It goes like this: \`${usage}\``,
  takesOneOf: (line: string, actions: readonly string[]) => `\`${line}\` takes one of ${codes(actions)}.`,
  noSuchCommand: (typed: string, meant: string) =>
    `There is no command \`${typed}\`. Did you mean \`${meant}\`?`,
  /** Nothing of it was posted: it may have been what keeps the text private. */
  strayOption: (word: string, field: string) =>
    `Nothing was said, because \`${word}\` inside \`${field}\` looks like an option. Choose options in fields of their own, or put what belongs to your text into quotes.`,
  notUnderstood: ({ word, usage, talks }: { word: string | undefined; usage: string; talks: boolean }) =>
    [
      word !== undefined && `\`${word}\`: that is no option.`,
      `Nothing was done. It goes like this: \`${usage}\`.`,
      talks && "Put what belongs to your text into quotes.",
    ]
      .filter(Boolean)
      .join(" "),

  /** Behind an option's name. */
  refused: {
    missing: "is needed",
    yesOrNo: "takes yes or no",
    number: "takes a number, such as 20",
    text: "takes text",
    oneOf: (values: readonly string[]) => `takes one of ${codes(values)}`,
    empty: "is empty",
    atMost: (most: number | bigint) => `takes at most ${figure(most)}`,
    atLeast: (least: number | bigint) => `takes at least ${figure(least)}`,
    charactersAtMost: (most: number | bigint) => `takes at most ${figure(most)} characters`,
    charactersAtLeast: (least: number | bigint) => `takes at least ${figure(least)} characters`,
  },
};
