import { cutBefore } from "./graphemes.ts";

/**
 * The one way to cut what a person or a model wrote: a text of at most `limit` UTF-16 units, ending in `mark` where
 * something was left out, and never inside what people see as one character. UTF-16 units are the strictest count of
 * characters that a platform uses, so that what fits by it fits everywhere.
 */
export function truncate(text: string, limit: number, mark = "…"): string {
  if (text.length <= limit) return text;
  const end = cutBefore(text, limit - mark.length);
  return text.slice(0, end).trimEnd() + mark;
}

/** Both parts of a text, cut at `at` or as near before it as no character is torn. Together they are the whole. */
export function splitAt(text: string, at: number): readonly [head: string, tail: string] {
  const end = cutBefore(text, at);
  return [text.slice(0, end), text.slice(end)];
}
