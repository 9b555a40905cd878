import { cutBefore } from "./graphemes.ts";

/** At most `length` UTF-16 units of a text, with a mark where it was cut; never half a character. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  // A surrogate without its other half is no text: some servers refuse all that it is in.
  return `${text.slice(0, cutBefore(text, length - 1)).trimEnd()}…`;
}
