import { cutBefore } from "../graphemes.ts";
import { type Frame, type Inline, isFrame, type Leaf } from "./nodes.ts";
import { writeInlines } from "./write.ts";

export interface CutInlines {
  readonly head: readonly Inline[];
  readonly tail: readonly Inline[];
}

/** A place to cut, counted in what is written before it; `closing` is what is written behind it to close all frames. */
interface Place {
  readonly at: number;
  readonly closing: number;
}

const words = new Intl.Segmenter("en", { granularity: "word" });
/** How far back a word is looked for where no blank is. */
const WORD_WITHIN = 60;
/** What ends a sentence where no blanks are written. */
const ENDS_SENTENCE: ReadonlySet<string> = new Set("。！？、，．");
const LAST_WITH_BLANKS = 0x3000;
/** Marks that leave less than this for what is in them are cut as text: tags of HTML may be of any length. */
const LEAST_INSIDE = 16;

/**
 * Cuts what does not fit: at the end of a line or word if one lies behind `minimum`, never inside a notation or, unless
 * it alone is longer than a piece, inside a link, an address or code. What is open there is closed and opened again.
 */
export function cutInlines(
  written: readonly Inline[],
  { room, minimum }: { readonly room: number; readonly minimum: number },
): CutInlines {
  const nodes = withoutRepeats(written);
  const places = new Places(room);
  places.walk(nodes, 0, 0);
  const { line, word, edge } = places;
  const good = [line, word].find((place) => place && place.at > Math.max(0, minimum));
  if (good) return cutAt(nodes, good.at);
  const hard = places.hard();
  if (hard && hard.at > (edge?.at ?? 0)) return cutAt(nodes, hard.at);
  const some = [edge, word, line].find((place) => place && place.at > 0);
  if (some) return cutAt(nodes, some.at);
  return cutFirst(nodes, room);
}

/** Bold in bold is bold once: opened again side by side, the marks of both would be one mark. */
function withoutRepeats(
  nodes: readonly Inline[],
  around: ReadonlySet<string> = new Set(),
): readonly Inline[] {
  if (!nodes.some(isFrame)) return nodes;
  return nodes.flatMap((node): readonly Inline[] => {
    if (!isFrame(node)) return [node];
    const style = node.kind === "style" ? node.style : node.kind;
    const children = withoutRepeats(node.children, new Set([...around, style]));
    return around.has(style) && node.kind === "style" ? children : [{ ...node, children }];
  });
}

/** The first node alone is too long. */
function cutFirst([first, ...others]: readonly Inline[], room: number): CutInlines {
  if (!first) return { head: [], tail: others };
  if (isFrame(first)) {
    const inside = room - first.open.length - first.close.length;
    if (first.kind === "link" || inside < LEAST_INSIDE)
      return cutInlines([...unframed(first), ...others], { room, minimum: 0 });
    const { head, tail } = cutInlines(first.children, { room: inside, minimum: 0 });
    return { head: framed(first, head), tail: [...framed(first, tail), ...others] };
  }
  const [head, ...tail] = first.kind === "code" ? codePieces(first, room) : textPieces(first, room);
  return { head: head ? [head] : [], tail: [...tail, ...others] };
}

/** Its marks as text. */
const unframed = ({ open, children, close }: Frame): readonly Inline[] =>
  [{ kind: "text", raw: open } as const, ...children, { kind: "text", raw: close } as const].filter(
    (node) => isFrame(node) || node.raw !== "",
  );

function textPieces(node: Leaf, room: number): readonly Inline[] {
  // Half an escape would be escaped again at the beginning of the next piece, and nothing would be taken.
  if (node.kind === "special") return [node];
  const { raw } = node;
  const end = Math.max(1, cutBefore(raw, room));
  const rest = raw.slice(end);
  const head: Inline = { kind: "text", raw: raw.slice(0, end) };
  return rest === "" ? [head] : [head, { kind: "text", raw: rest }];
}

/** The last place of each kind within the room. */
class Places {
  readonly #room: number;
  line: Place | undefined;
  word: Place | undefined;
  /** Between two nodes. */
  edge: Place | undefined;
  /** Somewhere in a text without blanks; looked for only where there is no better place. */
  hard: () => Place | undefined = () => undefined;

  constructor(room: number) {
    this.#room = room;
  }

  /** Gives where it ended. */
  walk(nodes: readonly Inline[], begin: number, closing: number): number {
    let at = begin;
    for (const [index, node] of nodes.entries()) {
      if (at > this.#room) return at;
      const before = nodes[index - 1];
      if (before && !isTorn(before, node)) this.edge = this.#within({ at, closing }) ?? this.edge;
      at = this.#node(node, at, closing);
    }
    return at;
  }

  #node(node: Inline, at: number, closing: number): number {
    if (isFrame(node)) {
      // A link stays whole; where it does not fit it is cut as text.
      if (node.kind === "link") return at + writeInlines([node]).length;
      const inside = this.walk(node.children, at + node.open.length, closing + node.close.length);
      return inside + node.close.length;
    }
    if (node.kind === "break") this.line = this.#within({ at, closing }) ?? this.line;
    if (node.kind === "text") this.#text(node.raw, at, closing);
    return at + node.raw.length;
  }

  #text(raw: string, begin: number, closing: number): void {
    const last = this.#room - closing - begin;
    if (last <= 0) return;
    const isWhole = raw.length <= last;
    const end = raw.lastIndexOf("\n", last);
    if (begin + end > 0 && end >= 0) this.line = { at: begin + end, closing };
    const space = raw.lastIndexOf(" ", last);
    // A blank that bears a mark belongs to it.
    const isFree = space > 0 && cutBefore(raw, space + 1) === space + 1;
    if (isFree) this.word = { at: begin + space, closing };
    if (isWhole) return;
    const sentence = lastSentence(raw, last, space);
    if (sentence > space) this.word = { at: begin + sentence, closing };
    const before = this.hard;
    this.hard = () => {
      const torn = betweenWords(raw, last);
      return torn > 0 ? { at: begin + torn, closing } : before();
    };
  }

  #within(place: Place): Place | undefined {
    return place.at > 0 && place.at + place.closing <= this.#room ? place : undefined;
  }
}

/** Behind `after`. */
function lastSentence(text: string, last: number, after: number): number {
  for (let at = last - 1; at > Math.max(0, after, last - WORD_WITHIN * 4); at -= 1)
    if (text.charCodeAt(at) > LAST_WITH_BLANKS && ENDS_SENTENCE.has(text.charAt(at))) return at + 1;
  return -1;
}

/** Between two words, as far as the language has any; else between two characters. */
function betweenWords(text: string, last: number): number {
  const end = cutBefore(text, last);
  const start = cutBefore(text, Math.max(0, end - WORD_WITHIN));
  const found = start + lastWord(text.slice(start, end + WORD_WITHIN), end - start);
  return found > start && !isInsideCode(text, found) && cutBefore(text, found) === found
    ? found
    : outsideCode(text, end);
}

/** Where the last word begins that begins up to `most`. */
function lastWord(text: string, most: number): number {
  // What is asked of every piece of a text in Latin letters is too dear for a dictionary.
  if (ASCII.test(text)) {
    let at = most;
    while (at > 0 && isLetter(text, at - 1) && isLetter(text, at)) at -= 1;
    return at;
  }
  let found = 0;
  for (const { index } of words.segment(text)) if (index <= most) found = index;
  return found;
}

const ASCII = /^[\0-\x7f]*$/;
const isLetter = (text: string, at: number): boolean => /\w/.test(text.charAt(at));

/** `:smile:` and a bare address are cut before them, unless nothing stands there. */
const UNCUT = /:[\w+-]{1,40}:|https?:\/\/[^\s<>]{1,200}/g;

function outsideCode(text: string, at: number): number {
  const start = Math.max(0, at - 210);
  for (const { index, 0: whole } of text.slice(start, at + 210).matchAll(UNCUT)) {
    const from = start + index;
    if (from < at && at < from + whole.length) return from > 0 ? from : at;
  }
  return at;
}

const isInsideCode = (text: string, at: number): boolean => outsideCode(text, at) !== at;

/** Two halves of one mark, or a mark and what it belongs to. */
function isTorn(before: Inline, after: Inline): boolean {
  const [left, right] = [writeInlines([before]).at(-1), writeInlines([after]).at(0)];
  return left === right && /[*_~|`\\]/.test(left ?? "");
}

function codePieces(code: Extract<Leaf, { kind: "code" }>, room: number): readonly Inline[] {
  const [mark = "`"] = /^`+/.exec(code.raw) ?? [];
  const end = cutBefore(code.text, Math.max(1, room - 2 * mark.length - 2));
  return [code.text.slice(0, end), code.text.slice(end)]
    .filter((text) => text !== "")
    .map((text) => ({ kind: "code", text, raw: codeOf(text, mark) }));
}

/** A blank inside keeps marks apart, and is no part of the code. */
function codeOf(text: string, mark: string): string {
  const needsBlank = /^`|`$|^ .* $/.test(text);
  return needsBlank ? `${mark} ${text} ${mark}` : mark + text + mark;
}

function cutAt(nodes: readonly Inline[], at: number): CutInlines {
  const { head, tail } = halves(nodes, at);
  return { head: trimmedEnd(head), tail: trimmedStart(tail) };
}

function halves(nodes: readonly Inline[], at: number): { head: Inline[]; tail: Inline[] } {
  let begin = 0;
  for (const [index, node] of nodes.entries()) {
    const end = begin + writeInlines([node]).length;
    if (at <= begin) return { head: nodes.slice(0, index), tail: nodes.slice(index) };
    if (at < end) {
      const [left, right] = halvesOf(node, at - begin);
      return {
        head: [...nodes.slice(0, index), ...left],
        tail: [...right, ...nodes.slice(index + 1)],
      };
    }
    begin = end;
  }
  return { head: [...nodes], tail: [] };
}

function halvesOf(node: Inline, at: number): readonly [readonly Inline[], readonly Inline[]] {
  if (isFrame(node)) {
    const { head, tail } = halves(node.children, at - node.open.length);
    return [framed(node, head), framed(node, tail)];
  }
  if (node.kind !== "text") return [[node], []];
  return [[{ ...node, raw: node.raw.slice(0, at) }], [{ ...node, raw: node.raw.slice(at) }]];
}

const framed = (frame: Frame, children: readonly Inline[]): readonly Inline[] =>
  children.length === 0 ? [] : [{ ...frame, children }];

/** Marks do not close behind a blank, nor open before one; at the end of a piece nobody sees one. */
function trimmedEnd(nodes: readonly Inline[]): readonly Inline[] {
  const last = nodes.at(-1);
  if (!last) return nodes;
  return trimmedLast(last, nodes.slice(0, -1), trimmedEnd, (text) => text.trimEnd(), false);
}

export function trimmedStart(nodes: readonly Inline[]): readonly Inline[] {
  const [first, ...others] = nodes;
  if (!first) return nodes;
  return trimmedLast(first, others, trimmedStart, (text) => text.trimStart(), true);
}

function trimmedLast(
  node: Inline,
  others: readonly Inline[],
  again: (nodes: readonly Inline[]) => readonly Inline[],
  trim: (text: string) => string,
  isFirst: boolean,
): readonly Inline[] {
  const joined = (kept: readonly Inline[]) => (isFirst ? [...kept, ...others] : [...others, ...kept]);
  if (node.kind === "break") return again(others);
  if (isFrame(node)) {
    const children = again(node.children);
    return children.length === 0 && node.children.length > 0
      ? again(others)
      : joined([{ ...node, children }]);
  }
  if (node.kind !== "text") return joined([node]);
  const raw = trim(node.raw);
  return raw === "" ? again(others) : joined([{ ...node, raw }]);
}
