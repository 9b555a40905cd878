import { sentences } from "../../sentences/sentences.ts";
import type { MessageAuthor } from "../ports/platform.ts";
import { truncate } from "../text/truncate.ts";
import { isVisible } from "../text/visible.ts";

/** What a platform takes for the name above a message. */
export interface NameRules {
  readonly length: number;
  /** Takes out what the platform refuses; nothing is left of a name that it refuses whole. */
  readonly allowed: (name: string) => string;
}

export interface DisplayedAuthor {
  readonly name: string;
  /** The address of an image. An emoji for an avatar stands before the name instead. */
  readonly avatarUrl: string | undefined;
}

/** What a header line takes of a message, with marks that Markdown would read escaped. */
const ESCAPED_LENGTH = 90;
/** No letter is longer than this in UTF-16 units, an emoji of a family included. */
const EMOJI_LENGTH = 16;

/** How who speaks is shown where a message may have a name of its own. */
export function displayedAuthor(
  { name, avatar }: MessageAuthor,
  { length, allowed }: NameRules,
): DisplayedAuthor {
  const written = onOneLine(allowed(onOneLine(name)));
  const plain = isVisible(written) ? written : sentences.personas.unnamed;
  return {
    name: truncate(isEmoji(avatar) ? `${avatar} ${plain}` : plain, length, ""),
    avatarUrl: avatar?.startsWith("https://") ? avatar : undefined,
  };
}

/** The first line of a message that cannot be posted under another name. */
export function authorLine(speaker: MessageAuthor, rules: NameRules): string {
  let { name } = displayedAuthor(speaker, rules);
  while (escaped(name).length > ESCAPED_LENGTH) name = truncate(name, name.length - 1, "");
  return `**${escaped(name)}**\n`;
}

const isEmoji = (avatar: string | undefined): avatar is string =>
  avatar !== undefined && avatar.length <= EMOJI_LENGTH && /\p{Extended_Pictographic}/u.test(avatar);

const onOneLine = (text: string) =>
  text
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();

const escaped = (text: string) => text.replace(/[\\*_~`|>#[\]()<@:]/g, "\\$&");
