import { cutBefore } from "./graphemes.ts";

interface Fence {
  readonly marker: string;
  /** The line that opens it again in the next piece. */
  readonly opening: string;
}

/** A place to cut, and the fence that is open there. */
interface Cut {
  readonly at: number;
  readonly fence: Fence | undefined;
}

/**
 * Backticks with no backtick behind them, or tildes; indented as deep as lists go. Longer markers and infos than these
 * are nobody's code, and would not leave room for the code itself.
 */
const FENCE_LINE =
  /^[ \t]{0,12}(?:(?<ticks>`{3,10})(?<info>[^`\n]{0,100})|(?<tildes>~{3,10})(?!~)(?<note>[^\n]{0,100}))$/;
const MAX_INFO = 20;

/**
 * Cuts CommonMark into pieces of at most `limit` UTF-16 units (at least 200), at the end of a paragraph, line or
 * word if it can, never inside a character. A code fence that is cut is closed and opened again, language and all; one
 * that was left open is closed.
 */
export function split(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  let open: Fence | undefined;
  while (rest !== "") {
    const head: string = open ? `${open.opening}\n` : "";
    // The rest is read to its end only once it is short: not again for every piece.
    const tail = head.length + rest.length <= limit ? closing(fenceAfter(rest, open)) : "";
    const whole = head + rest + tail;
    if (whole.length <= limit) return [...pieces, whole];
    const { at, fence } = bestCut(rest, open, limit - head.length);
    const piece = rest.slice(0, at);
    const shown = fence ? head + piece + closing(fence) : (head + piece).trimEnd();
    if (shown !== "") pieces.push(shown);
    // Inside code every space is text; outside only the indentation of a line is.
    rest = rest.slice(fence ? at + Number(rest.charAt(at) === "\n") : behindBlankLines(rest, at, limit));
    open = fence;
  }
  return pieces;
}

/**
 * Where the text goes on behind a cut: a blank that stands there and lines without words are dropped. Such a line is read
 * up to the length of a piece; of a longer one, pieces without words come to nothing.
 */
function behindBlankLines(text: string, cut: number, length: number): number {
  let at = text.charAt(cut) === " " ? cut + 1 : cut;
  for (;;) {
    const [lines = ""] = /^(?:[ \t]*\n)+/.exec(text.slice(at, at + length)) ?? [];
    if (lines === "") return at;
    at += lines.length;
  }
}

const closing = (fence: Fence | undefined) => (fence ? `\n${fence.marker}` : "");

/** The last good place that leaves room for closing a fence; never 0. */
function bestCut(text: string, open: Fence | undefined, room: number): Cut {
  let paragraph: Cut | undefined;
  let line: Cut | undefined;
  let fence = open;
  let start = 0;
  const lines = text.slice(0, room + 1).split("\n");
  for (const [index, words] of lines.entries()) {
    const end = start + words.length;
    const after = fenceOn(words, fence);
    if (end + closing(after).length > room || end >= text.length) break;
    const next = lineAfter(lines, index) ?? beginningOf(text, end + 1);
    // A fence is not closed right behind its first line, nor opened again for its last.
    const leavesEmptyCode = after !== undefined && (after !== fence || fenceOn(next, after) === undefined);
    if (!leavesEmptyCode && end > 0) {
      line = { at: end, fence: after };
      if (text.charAt(end + 1) === "\n" && !after) paragraph = line;
    }
    fence = after;
    start = end + 1;
  }
  const far = [paragraph, line].find((cut) => cut !== undefined && cut.at > room / 2);
  return far ?? cutInLine(text, { start, fence, room, line });
}

/** The last one is perhaps cut off. */
const lineAfter = (lines: readonly string[], index: number): string | undefined =>
  index + 2 < lines.length ? lines[index + 1] : undefined;

/** As much of the line that begins here as shows whether it is a fence. */
const beginningOf = (text: string, at: number): string => text.slice(at, at + 200).split("\n", 1)[0] ?? "";

/** No line ends far enough: cuts between words, else anywhere between two characters. */
function cutInLine(
  text: string,
  {
    start,
    fence,
    room,
    line,
  }: { start: number; fence: Fence | undefined; room: number; line: Cut | undefined },
): Cut {
  const last = room - closing(fence).length;
  // The line that opens or closes a fence stays whole.
  const here = beginningOf(text, start);
  if (line && (last <= start || fenceOn(here, fence) !== fence)) return line;
  const space = text.lastIndexOf(" ", last);
  // A blank that bears a mark belongs to it.
  const isFree = space > Math.max(start, room / 2) && cutBefore(text, space + 1) === space + 1;
  return { at: cutBefore(text, isFree ? space : last), fence };
}

/** The fence that is open at the end of a text that began inside `open`. */
function fenceAfter(text: string, open: Fence | undefined): Fence | undefined {
  let fence = open;
  for (const line of text.split("\n")) fence = fenceOn(line, fence);
  return fence;
}

/** The fence that is open behind a line. */
function fenceOn(line: string, open: Fence | undefined): Fence | undefined {
  const { ticks, tildes, info = "", note = "" } = FENCE_LINE.exec(line)?.groups ?? {};
  const marker = ticks ?? tildes;
  if (marker === undefined) return open;
  const [language = ""] = (info || note).trim().split(/\s/, 1);
  if (!open) return { marker, opening: marker + (language.length <= MAX_INFO ? language : "") };
  return marker.startsWith(open.marker) && language === "" ? undefined : open;
}
