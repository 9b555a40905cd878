import { figure } from "../grammar.ts";

/** What an agent reads beside people's own words. */
export const agentInput = {
  onlyName: "(said your name and nothing else)",
  attached: ({ name, type, unseen }: { name: string; type: string; unseen: string | undefined }) =>
    `(attached: ${name}, ${type}${unseen === undefined ? "" : `; ${unseen}`})`,
  /** Below what somebody of another company said, or what quotes them: what is noted of it is erased after the turn. */
  ofOtherCompany:
    "(of another company: nothing of this is kept here, so note nothing down and promise no such thing)",
  tooManyImages: (most: number) => `only ${most} images at once can be shown to you`,
  wrongKindOfImage: "images of this kind cannot be shown to you",
  tooLarge: "too large to be shown to you",
  notFetched: "it could not be fetched, so you cannot see it",
  notThatImage: "it is not the image it claims to be",
  cut: (characters: number) => `(cut: ${figure(characters)} more characters were not read)`,
};
