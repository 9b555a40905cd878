import type { Said } from "./agents.ts";
import type { MessageEvent, Person } from "./model.ts";
import { shorten } from "./shorten.ts";

const NAME_LENGTH = 40;

/** All that a model may read as the end of a line. */
const LINE_BREAK = String.raw`\r\n|[\n\r\v\f\u0085\u2028\u2029]`;
const OPENS_LIKE_A_SPEAKER = new RegExp(`(?<start>(?:^|${LINE_BREAK})[\\s\\p{C}]*)\\[`, "gu");

/**
 * What a person said, ready for the model: `[Alice] hello`. Names are data, so nothing that would end the
 * bracket or begin a line stays in them; and a line of the text that begins like a speaker is escaped.
 */
export function said({ id, author, text, attachments }: MessageEvent): Said {
  const files = attachments.map(
    ({ name, contentType }) => `(attached: ${plain(name)}, ${plain(contentType)})`,
  );
  const words = wellFormed(text.trim()).replace(OPENS_LIKE_A_SPEAKER, "$<start>\\[");
  const all = [words, ...files].filter(Boolean).join("\n") || "(said your name and nothing else)";
  return { otid: id, text: `[${speakerName(author)}] ${all}` };
}

export function speakerName({ name }: Person): string {
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
