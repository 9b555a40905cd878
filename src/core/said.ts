import type { Said } from "./agents.ts";
import type { Attachment, MessageEvent, Person } from "./model.ts";
import type { Looks } from "./pictures.ts";
import { shorten } from "./shorten.ts";

const NAME_LENGTH = 40;

/** All that a model may read as the end of a line. */
const LINE_BREAK = String.raw`\r\n|[\n\r\v\f\u0085\u2028\u2029]`;
const OPENS_LIKE_A_SPEAKER = new RegExp(`(?<start>(?:^|${LINE_BREAK})[\\s\\p{C}]*)\\[`, "gu");

/**
 * What a person said, ready for the model: `[Alice] hello`. Names are data, so nothing that would end the
 * bracket or begin a line stays in them; and a line of the text that begins like a speaker is escaped. What is
 * attached stands there by its name, beside those pictures that could be had.
 */
export function said({ id, author, text, attachments }: MessageEvent, looks: Looks = new Map()): Said {
  const files = attachments.map((attachment) => nameOf(attachment, looks));
  const words = wellFormed(text.trim()).replace(OPENS_LIKE_A_SPEAKER, "$<start>\\[");
  const all = [words, ...files].filter(Boolean).join("\n") || "(said your name and nothing else)";
  const pictures = attachments.flatMap((attachment) => {
    const look = looks.get(attachment);
    return look && "picture" in look ? [look.picture] : [];
  });
  return { otid: id, text: `[${personName(author)}] ${all}`, ...(pictures.length > 0 && { pictures }) };
}

function nameOf(attachment: Attachment, looks: Looks): string {
  const look = looks.get(attachment);
  const unseen = look && "unseen" in look ? `; ${look.unseen}` : "";
  return `(attached: ${plain(attachment.name)}, ${plain(attachment.contentType)}${unseen})`;
}

export function personName({ name }: Person): string {
  return shorten(plain(name), NAME_LENGTH) || "Somebody";
}

/** As one line, whatever line breaks it holds. */
export const oneLine = (text: string): string =>
  wellFormed(text).replace(new RegExp(`\\s*(?:${LINE_BREAK})\\s*`, "g"), " ");

/** Letta fails on half a surrogate pair. */
const wellFormed = (text: string) => text.replace(/\p{Cs}/gu, "\uFFFD");

/** Without control characters, line breaks and brackets. */
const plain = (text: string) =>
  text
    .replace(/[\p{C}\p{Zl}\p{Zp}[\]]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
