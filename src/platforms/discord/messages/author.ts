import { authorLine, displayedAuthor, type NameRules } from "../../../core/delivery/author-name.ts";
import type { MessageAuthor, NameRestrictions } from "../../../core/ports/platform.ts";

/** Names that Discord refuses for webhooks, anywhere in them: "Usernames and Nicknames" in its User reference. */
const FORBIDDEN_PARTS = ["discord", "clyde", "```"];
const FORBIDDEN = new RegExp(FORBIDDEN_PARTS.join("|"), "gi");
const FORBIDDEN_WHOLE = new Set(["everyone", "here"]);

const RULES: NameRules = {
  length: 80,
  allowed(name) {
    const rest = without(FORBIDDEN, name);
    return FORBIDDEN_WHOLE.has(rest.toLowerCase()) ? "" : rest;
  },
};

/** What is left may spell it anew: "disCLYDEcord". */
function without(parts: RegExp, name: string): string {
  const rest = name.replace(parts, "").trim();
  return rest === name ? rest : without(parts, rest);
}

/** What no persona is called. */
export const restrictions = (taken: readonly string[]): NameRestrictions => ({
  refusedParts: FORBIDDEN_PARTS,
  maxLength: RULES.length,
  taken,
});

export interface AuthorOverride {
  readonly username: string;
  readonly avatar_url?: string;
}

/** How a webhook's message shows who speaks. */
export function authorFields(speaker: MessageAuthor): AuthorOverride {
  const { name, avatarUrl } = displayedAuthor(speaker, RULES);
  return { username: name, ...(avatarUrl !== undefined && { avatar_url: avatarUrl }) };
}

/** The first line of a message that cannot be posted under another name. */
export const authorHeader = (speaker: MessageAuthor): string => authorLine(speaker, RULES);
