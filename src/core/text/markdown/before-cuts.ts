import { cutBefore } from "../graphemes.ts";
import { paragraphStart } from "./cut-blocks.ts";
import type { Block, Fence, List, Paragraph, Quote } from "./nodes.ts";
import { lazily, plainParagraph } from "./read-blocks.ts";
import { writeInlines } from "./write.ts";

/*
 * What a text needs before it can be cut into pieces that stand alone: links by reference have their addresses (the
 * definition may come to stand in another piece), marks of code can be repeated in every piece, and a paragraph that
 * nobody would write is several.
 */

/** Longer markers and infos than these would not leave room for the code itself. */
const MAX_MARKER = 10;
const MAX_INFO = 40;
/** What stands in lists and quotes deeper than this is cut as if it stood beside them: their marks would fill the pieces. */
export const MAX_PREFIX = 40;
/** Nobody writes a longer paragraph; each cut of it looks at all that is left. */
const MAX_PARAGRAPH = 4_000;

export const beforeCuts = (blocks: readonly Block[], definesLinks: boolean): readonly Block[] =>
  blocks.flatMap((block) => (definesLinks ? ready(block, { definesLinks, prefix: 0 }) : readyOnce(block)));

interface Around {
  readonly definesLinks: boolean;
  /** What stands before each line, of the lists and quotes around. */
  readonly prefix: number;
}

/** Of a growing answer most blocks are those of the picture before. */
const known = new WeakMap<Block, readonly Block[]>();

function readyOnce(block: Block): readonly Block[] {
  const made = known.get(block) ?? ready(block, { definesLinks: false, prefix: 0 });
  known.set(block, made);
  return made;
}

function ready(block: Block, around: Around): readonly Block[] {
  switch (block.kind) {
    case "fence":
      return [shortMarker(block)];
    case "quote":
      return readyQuote(block, around);
    case "list":
      return readyList(block, around);
    case "paragraph":
      return block.content.length > MAX_PARAGRAPH ? severalOf(block) : [resolved(block, around)];
    case "heading":
      return [resolved(block, around)];
    case "definition":
      return [];
    default:
      return [block];
  }
}

function readyQuote(quote: Quote, { definesLinks, prefix }: Around): readonly Block[] {
  const isTooDeep = prefix + 2 > MAX_PREFIX;
  const inside = { definesLinks, prefix: isTooDeep ? prefix : prefix + 2 };
  const blocks = quote.blocks.flatMap((block) => ready(block, inside));
  return isTooDeep ? setApart(blocks, quote.gap) : [{ ...quote, blocks }];
}

function readyList(list: List, { definesLinks, prefix }: Around): readonly Block[] {
  const width = Math.max(...list.items.map(({ marker }) => marker.length));
  const isTooDeep = prefix + width > MAX_PREFIX;
  const inside = { definesLinks, prefix: isTooDeep ? prefix : prefix + width };
  const items = list.items.map((item) => ({
    ...item,
    blocks: item.blocks.flatMap((block) => ready(block, inside)),
  }));
  if (!isTooDeep) return [{ ...list, items }];
  return setApart(
    items.flatMap(({ blocks }) => blocks),
    list.gap,
  );
}

/** A paragraph would go on in the one behind it. */
const setApart = (blocks: readonly Block[], gap: number): readonly Block[] =>
  blocks.map((block, index) => ({ ...block, gap: index === 0 ? gap : Math.max(1, block.gap) }));

function resolved<Text extends Pick<Paragraph, "content" | "inlines">>(
  block: Text,
  { definesLinks }: Around,
): Text {
  return definesLinks ? { ...block, content: writeInlines(block.inlines()) } : block;
}

function severalOf(block: Paragraph): Paragraph[] {
  const found: Paragraph[] = [];
  const { content } = block;
  for (let at = 0; at < content.length; ) {
    const end = at + lengthOfNext(content, at);
    const text = content.slice(at, end).trim();
    const begun = at === 0 ? text : writeInlines(paragraphStart([{ kind: "text", raw: text }]));
    const gap = at === 0 ? block.gap : 0;
    if (text !== "")
      found.push(block.isPlain ? plainParagraph(begun, gap) : { ...block, gap, ...lazily(begun) });
    at = end;
  }
  return found;
}

/** Up to the end of a line, if there is one, or of a word. */
function lengthOfNext(content: string, at: number): number {
  const near = content.slice(at, at + MAX_PARAGRAPH);
  if (at + near.length === content.length) return near.length;
  const line = near.lastIndexOf("\n");
  const blank = line > 0 ? line : near.lastIndexOf(" ");
  return blank > 0 ? blank + 1 : Math.max(1, cutBefore(content, at + MAX_PARAGRAPH) - at);
}

function shortMarker(fence: Fence): Fence {
  const [language = ""] = fence.info.split(/\s/, 1);
  const short = language.length <= MAX_INFO ? language : "";
  const info = fence.info.length <= MAX_INFO ? fence.info : short;
  if (fence.marker.length <= MAX_MARKER) return { ...fence, info };
  const markers = ["`", "~"].map((sign) => sign.repeat(longestIn(fence.lines, sign) + 1));
  return { ...fence, info, marker: markers.toSorted((a, b) => a.length - b.length)[0] ?? fence.marker };
}

/** The longest marker alone on its line, which would close the code. */
function longestIn(lines: readonly string[], sign: string): number {
  let longest = 2;
  for (const line of lines) {
    const trimmed = line.trim();
    if (trimmed.length > longest && trimmed === sign.repeat(trimmed.length)) longest = trimmed.length;
  }
  return longest;
}
