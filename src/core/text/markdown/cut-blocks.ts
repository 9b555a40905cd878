import { cutBefore } from "../graphemes.ts";
import { cutInlines, trimmedStart } from "./cut-inlines.ts";
import type { Block, Fence, Heading, IndentedCode, Inline, Item, Paragraph, Table } from "./nodes.ts";
import { indentOf, writeInlines } from "./write.ts";

export interface Room {
  /** What may be written. */
  readonly room: number;
  /** A cut that leaves more than this is a good one. */
  readonly minimum: number;
  /** What stands before each line, of the quotes and lists around. */
  readonly prefix: number;
  /** How much of that, at its end, is of items whose mark stands in an earlier piece. */
  readonly continued: number;
  /** Nothing stands before it in the piece: something of it has to. */
  readonly isFirst: boolean;
}

/** What fits, and what is left. Either all fits, and its size is told, or something is left. */
export type Cut<T> =
  | { readonly size: number }
  | { readonly head: T | undefined; readonly tail: T | undefined };

/** As many blocks as fit; what spans the cut is closed before it and opened again behind it. */
export function cutBlocks(blocks: readonly Block[], room: Room): Cut<readonly Block[]> {
  return cutSeries(blocks, room, cutBlock);
}

function cutSeries<T extends { readonly gap: number }>(
  series: readonly T[],
  around: Room,
  cutOne: (one: T, room: Room) => Cut<T>,
): Cut<readonly T[]> {
  const { room, minimum, prefix, isFirst } = around;
  let used = 0;
  for (const [index, one] of series.entries()) {
    const between = index === 0 ? 0 : 1 + one.gap * (1 + prefix);
    const begin = used + between;
    const here = {
      ...around,
      room: room - begin,
      minimum: minimum - begin,
      isFirst: isFirst && index === 0,
    };
    const cut: Cut<T> = here.room > 0 || here.isFirst ? cutOne(one, here) : { head: undefined, tail: one };
    if ("size" in cut) {
      used = begin + cut.size;
      continue;
    }
    // Between two is a better place than inside of one, if enough stands before it.
    const isInside = index === 0 || (cut.head !== undefined && used <= minimum);
    return withNeighbours(series, index, isInside ? cut : { head: undefined, tail: one });
  }
  return { size: used };
}

/** The cut of one, with what stands before and behind it. */
function withNeighbours<T>(
  series: readonly T[],
  index: number,
  { head, tail }: { readonly head: T | undefined; readonly tail: T | undefined },
): Cut<readonly T[]> {
  const before = series.slice(0, index);
  const after = series.slice(index + 1);
  return halves(head ? [...before, head] : before, tail ? [tail, ...after] : after);
}

const halves = <T>(head: readonly T[], tail: readonly T[]): Cut<readonly T[]> => ({
  head: head.length === 0 ? undefined : head,
  tail: tail.length === 0 ? undefined : tail,
});

function cutBlock(block: Block, room: Room): Cut<Block> {
  switch (block.kind) {
    case "paragraph":
    case "heading":
      return cutText(block, room);
    case "fence":
    case "code":
      return cutCode(block, room);
    case "table":
      return cutTable(block, room);
    case "list":
      return cutInside(cutSeries(block.items, room, cutItem), (items) => ({
        ...block,
        items: setApart(items),
      }));
    case "quote": {
      const inner = { ...room, prefix: room.prefix + 2, continued: 0 };
      return cutInside(cutBlocks(block.blocks, inner), (blocks) => ({ ...block, blocks }));
    }
    case "rule":
    case "definition": {
      const size = block.raw.length + lineCount(block.raw) * room.prefix;
      if (size <= room.room) return { size };
      return cutText(
        { kind: "paragraph", gap: block.gap, content: block.raw, inlines: () => asText(block.raw) },
        room,
      );
    }
  }
}

function cutInside<Part>(cut: Cut<readonly Part[]>, rebuilt: (parts: readonly Part[]) => Block): Cut<Block> {
  if ("size" in cut) return cut;
  const { head, tail } = cut;
  return { head: head && rebuilt(head), tail: tail && { ...rebuilt(tail), gap: 0 } };
}

/** Behind what goes on without its mark, the next mark would be read as words. */
function setApart(items: readonly Item[]): readonly Item[] {
  const [first, second, ...others] = items;
  if (!first?.isContinued || !second) return items;
  return [first, { ...second, gap: Math.max(1, second.gap) }, ...others];
}

function cutItem(item: Item, room: Room): Cut<Item> {
  const { width, continued } = indentOf(item, room.continued);
  const prefix = room.prefix + width;
  if (item.blocks.length === 0)
    return prefix <= room.room || room.isFirst ? { size: prefix } : { head: undefined, tail: item };
  const cut = cutBlocks(item.blocks, { ...room, prefix, continued });
  if ("size" in cut) return cut;
  const { head, tail } = cut;
  return {
    head: head && { ...item, blocks: head },
    tail: tail && { ...item, gap: 0, isContinued: head !== undefined || item.isContinued, blocks: tail },
  };
}

type TextBlock = Paragraph | Heading;

function cutText(block: TextBlock, { room, minimum, prefix, isFirst }: Room): Cut<TextBlock> {
  const mark = block.kind === "heading" ? block.level + 2 : 0;
  const size = mark + block.content.length;
  if (size + prefix <= room && size + prefix * lineCount(block.content) <= room)
    return { size: size + prefix * lineCount(block.content) };
  if (block.kind === "heading" && !isFirst) return { head: undefined, tail: block };
  const left = roomForLines(block.content, room - mark, prefix);
  if (!isFirst && left <= Math.max(0, minimum)) return { head: undefined, tail: block };
  const { head, tail } = cutInlines(block.inlines(), { room: Math.max(1, left), minimum });
  return { head: withInlines(block, head), tail: withInlines(block, paragraphStart(tail), 0) };
}

function withInlines(block: TextBlock, inlines: readonly Inline[], gap = block.gap): TextBlock | undefined {
  const written = writeInlines(inlines);
  // Behind a blank they would close a heading, and not be shown.
  const content = block.kind === "heading" ? written.replace(/(^|\s)(#+)$/, "$1\\$2") : written;
  return content === "" ? undefined : { ...block, gap, inlines: () => inlines, content };
}

/** How much of the text itself may be written when each line has something before it. */
function roomForLines(text: string, room: number, prefix: number): number {
  if (prefix === 0) return room;
  let left = room - prefix;
  for (let at = text.indexOf("\n"); at >= 0 && at < left; at = text.indexOf("\n", at + 1)) left -= prefix;
  return left;
}

/** At the beginning of a line these begin something else than a paragraph. */
const BEGINS_BLOCK = /^(?:[-+*>](?=\s|$)|-#(?=\s)|>|#{1,6}(?=\s|$)|~{3}|[-*_][-*_ \t]*$|\[[^\]\n]{1,999}\]:)/;
const BEGINS_NUMBERED = /^(\d{1,9})(?=[.)](?:\s|$))/;

/** What went on in a line goes on as the first of a piece, and stays what it was. */
export function paragraphStart(all: readonly Inline[]): readonly Inline[] {
  const nodes = trimmedStart(all);
  const [first, ...others] = nodes;
  if (!first) return [];
  if (first.kind === "code") return [{ ...first, raw: first.raw.replace(/\n/g, " ") }, ...others];
  if (first.kind !== "text") return nodes;
  const [line = ""] = writeInlines([first, ...others.slice(0, 3)]).split("\n", 1);
  if (BEGINS_BLOCK.test(line)) return [...escapedAt(first.raw, 0), ...others];
  const [, number] = BEGINS_NUMBERED.exec(first.raw) ?? [];
  return number === undefined ? nodes : [...escapedAt(first.raw, number.length), ...others];
}

/** The sign at this place of a text means itself. */
const escapedAt = (text: string, at: number): readonly Inline[] =>
  [
    { kind: "text", raw: text.slice(0, at) } as const,
    { kind: "special", raw: `\\${text.charAt(at)}`, text: text.charAt(at) } as const,
    { kind: "text", raw: text.slice(at + 1) } as const,
  ].filter(({ raw }) => raw !== "");

type Code = Fence | IndentedCode;

function cutCode(block: Code, { room, prefix, isFirst }: Room): Cut<Code> {
  const frame = block.kind === "fence" ? 2 * block.marker.length + block.info.length + 2 + 2 * prefix : -1;
  const each = prefix + 1 + (block.kind === "code" ? 4 : 0);
  let used = frame;
  for (const [index, line] of block.lines.entries()) {
    const size = line.length + each;
    if (used + size <= room) {
      used += size;
      continue;
    }
    if (index > 0) return codeHalves(block, block.lines.slice(0, index), block.lines.slice(index));
    if (!isFirst) return { head: undefined, tail: block };
    const end = Math.max(1, cutBefore(line, Math.max(1, room - frame - each)));
    const rest = [line.slice(end), ...block.lines.slice(1)];
    return codeHalves(block, [line.slice(0, end)], rest[0] === "" ? rest.slice(1) : rest);
  }
  // The line that opens a fence without code has no newline behind its code.
  return used <= room || isFirst ? { size: used } : { head: undefined, tail: block };
}

function codeHalves(block: Code, head: readonly string[], tail: readonly string[]): Cut<Code> {
  return {
    head: { ...block, lines: head },
    tail: tail.length === 0 ? undefined : { ...block, gap: 0, lines: tail },
  };
}

function cutTable(block: Table, around: Room): Cut<Block> {
  const { room, prefix, isFirst } = around;
  const head = block.head.raw.length + block.ruler.length + 1 + 2 * prefix;
  let used = head;
  for (const [index, { raw }] of block.rows.entries()) {
    const size = raw.length + 1 + prefix;
    if (used + size <= room) {
      used += size;
      continue;
    }
    if (index > 0)
      return {
        head: { ...block, rows: block.rows.slice(0, index) },
        tail: { ...block, gap: 0, rows: block.rows.slice(index) },
      };
    break;
  }
  if (used <= room && used > head) return { size: used };
  if (used <= room && block.rows.length === 0) return { size: used };
  if (!isFirst) return { head: undefined, tail: block };
  // A row that alone is longer than a piece is no row that anybody reads.
  const rows = [block.head, ...block.rows].map(({ raw }) => raw).join("\n");
  const paragraph: Paragraph = {
    kind: "paragraph",
    gap: block.gap,
    content: rows,
    inlines: () => asText(rows),
  };
  return cutText(paragraph, around);
}

const asText = (raw: string): readonly Inline[] => [{ kind: "text", raw }];

function lineCount(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}
