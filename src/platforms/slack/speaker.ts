import type { Speaker } from "../../core/platform.ts";

const NAME_LENGTH = 80;
/** What a header line takes of a message, with marks that Markdown would read escaped. */
const ESCAPED_LENGTH = 90;
const FALLBACK_NAME = "Persona";
/** No letter is longer than this in UTF-16 units, an emoji of a family included. */
const EMOJI_LENGTH = 16;

/** How a message shows who speaks, where the app may post under another name (`chat:write.customize`). */
export interface Face {
  readonly username: string;
  readonly icon_url?: string;
}

/** Slack takes emoji for icons by its own names only, so one stands before the name. */
export function faceOf({ name, avatar }: Speaker): Face {
  const picture = isPicture(avatar) ? avatar : undefined;
  return {
    username: displayName(name, picture ? undefined : avatar),
    ...(picture !== undefined && { icon_url: picture }),
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
    .replace(/[\p{C}\p{Zl}\p{Zp}<>]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  const shown = plain === "" ? FALLBACK_NAME : plain;
  const isEmoji =
    emoji !== undefined && emoji.length <= EMOJI_LENGTH && /\p{Extended_Pictographic}/u.test(emoji);
  return cut(isEmoji ? `${emoji} ${shown}` : shown, NAME_LENGTH);
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
