import type { Speaker } from "../../core/platform.ts";

/** Discord's limit for the name over a webhook's message. */
const NAME_LENGTH = 80;
/** Names that Discord refuses for webhooks, anywhere in them: "Usernames and Nicknames" in its User reference. */
const FORBIDDEN = /discord|clyde|```/gi;
const FORBIDDEN_WHOLE = new Set(["everyone", "here"]);
const FALLBACK_NAME = "Persona";
/** No letter is longer than this in UTF-16 units, an emoji of a family included. */
const EMOJI_LENGTH = 16;

/** What a header line takes of a message, with marks that Markdown would read escaped. */
const ESCAPED_LENGTH = 90;

export interface Face {
  readonly username: string;
  readonly avatar_url?: string;
}

/** How a webhook's message shows who speaks. An emoji for an avatar stands before the name. */
export function faceOf({ name, avatar }: Speaker): Face {
  const picture = isPicture(avatar) ? avatar : undefined;
  return {
    username: displayName(name, picture ? undefined : avatar),
    ...(picture !== undefined && { avatar_url: picture }),
  };
}

/** The first line of a message that cannot be posted under another name. */
export function headerOf({ name, avatar }: Speaker): string {
  let shown = displayName(name, isPicture(avatar) ? undefined : avatar);
  while (escaped(shown).length > ESCAPED_LENGTH) shown = cut(shown, shown.length - 1);
  return `**${escaped(shown)}**\n`;
}

const isPicture = (avatar: string | undefined): avatar is string => avatar?.startsWith("https://") ?? false;

function displayName(name: string, emoji: string | undefined): string {
  const plain = name
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(FORBIDDEN, "")
    .replace(/\s+/g, " ")
    .trim();
  const allowed = plain === "" || FORBIDDEN_WHOLE.has(plain.toLowerCase()) ? FALLBACK_NAME : plain;
  const isEmoji =
    emoji !== undefined && emoji.length <= EMOJI_LENGTH && /\p{Extended_Pictographic}/u.test(emoji);
  return cut(isEmoji ? `${emoji} ${allowed}` : allowed, NAME_LENGTH);
}

/** Never in the middle of a character. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return text
    .slice(0, length)
    .replace(/[\uD800-\uDBFF]$/, "")
    .trimEnd();
}

const escaped = (text: string) => text.replace(/[\\*_~`|>#[\]()<@:]/g, "\\$&");
