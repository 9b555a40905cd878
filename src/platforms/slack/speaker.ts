import type { MessageAuthor, NameRestrictions } from "../../core/platform.ts";
import { authorLine, displayedAuthor, type NameRules } from "../../core/speaker-name.ts";
import type { Named } from "./names.ts";

/** Slack takes emoji for icons by its own names only, so one stands before the name. */
const RULES: NameRules = { length: 80, allowed: (name) => name.replace(/[<>]+/g, " ") };

/** Slack's own. */
const OWN_NAMES = ["Slack", "Slackbot"];

/** What no persona is called, beside these people. */
export const namesThere = (people: readonly Named[] | undefined): NameRestrictions => ({
  refusedParts: ["<", ">"],
  maxLength: RULES.length,
  taken: [...OWN_NAMES, ...(people ?? []).flatMap(({ names }) => names)],
  ...(!people && { isUnsure: true }),
});

/** How a message shows who speaks, where the app may post under another name (`chat:write.customize`). */
export interface Face {
  readonly username: string;
  readonly icon_url?: string;
}

export function faceOf(speaker: MessageAuthor): Face {
  const { name, picture } = displayedAuthor(speaker, RULES);
  return { username: name, ...(picture !== undefined && { icon_url: picture }) };
}

/** The first line of a message that cannot be posted under another name. */
export const headerOf = (speaker: MessageAuthor): string => authorLine(speaker, RULES);
