import type { Speaker } from "../../core/platform.ts";
import { type NameRules, shownSpeaker, speakerLine } from "../../core/speaker-name.ts";

/** Names that Discord refuses for webhooks, anywhere in them: "Usernames and Nicknames" in its User reference. */
const FORBIDDEN = /discord|clyde|```/gi;
const FORBIDDEN_WHOLE = new Set(["everyone", "here"]);

const RULES: NameRules = {
  length: 80,
  allowed(name) {
    const rest = name.replace(FORBIDDEN, "").trim();
    return FORBIDDEN_WHOLE.has(rest.toLowerCase()) ? "" : rest;
  },
};

export interface Face {
  readonly username: string;
  readonly avatar_url?: string;
}

/** How a webhook's message shows who speaks. */
export function faceOf(speaker: Speaker): Face {
  const { name, picture } = shownSpeaker(speaker, RULES);
  return { username: name, ...(picture !== undefined && { avatar_url: picture }) };
}

/** The first line of a message that cannot be posted under another name. */
export const headerOf = (speaker: Speaker): string => speakerLine(speaker, RULES);
