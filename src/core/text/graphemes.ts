const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
/** Enough of what follows to know whether it belongs to what stands before. */
const AHEAD = 16;
/** No character that people see is longer; looking farther back takes time by the square of it. */
const BACK = 1_024;

/**
 * The last place up to `at` where a text can be cut without tearing what people see as one character: an emoji of
 * several, a letter with its marks, a flag. Where the thousand units before are one such character, only pairs of
 * surrogates stay together.
 */
export function cutBefore(text: string, at: number): number {
  if (at <= 0 || at >= text.length) return Math.min(Math.max(at, 0), text.length);
  const begin = Math.max(0, at - BACK);
  const start = segmenter.segment(text.slice(begin, at + AHEAD)).containing(at - begin)?.index ?? 0;
  if (start > 0) return begin + start;
  return isSplitPair(text, at) ? at - 1 : at;
}

function isSplitPair(text: string, at: number): boolean {
  return /[\uD800-\uDBFF]/.test(text.charAt(at - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(at));
}
