import { authorLine, displayedAuthor, type NameRules } from "../../../core/delivery/author-name.ts";
import type { MessageAuthor, NameRestrictions } from "../../../core/ports/platform.ts";
import type { NamedPerson } from "../workspaces/people.ts";

/** Slack takes emoji for icons by its own names only, so one stands before the name. */
const RULES: NameRules = { length: 80, allowed: (name) => name.replace(/[<>]+/g, " ") };

/** Slack's own. */
const OWN_NAMES = ["Slack", "Slackbot"];

/** What no persona is called, beside these people. */
export const restrictions = (people: readonly NamedPerson[] | undefined): NameRestrictions => ({
  refusedParts: ["<", ">"],
  maxLength: RULES.length,
  taken: [...OWN_NAMES, ...(people ?? []).flatMap(({ names }) => names)],
  ...(!people && { isUnsure: true }),
});

/** How a message shows who speaks, where the app may post under another name (`chat:write.customize`). */
export interface AuthorOverride {
  readonly username: string;
  readonly icon_url?: string;
}

export function authorFields(speaker: MessageAuthor): AuthorOverride {
  const { name, avatarUrl } = displayedAuthor(speaker, RULES);
  return { username: name, ...(avatarUrl !== undefined && { icon_url: avatarUrl }) };
}

/** The first line of a message that cannot be posted under another name. */
export const authorHeader = (speaker: MessageAuthor): string => authorLine(speaker, RULES);
