import { withoutPrefix } from "../affixes.ts";
import type { Block, Fence, Inline, Item, List, Quote } from "./nodes.ts";
import { isFrame } from "./nodes.ts";

type LeafBlock = Exclude<Block, Quote | List>;

/** How a platform writes what it shows otherwise than CommonMark. */
export interface Dialect {
  /** Undefined where nothing is shown. */
  readonly leaf: (block: LeafBlock) => string | undefined;
  /** An item as it is shown; as it was written unless given. */
  readonly item?: (item: Item) => Item;
  /** Code, quotes and rules begin at the beginning of a line, in lists too. */
  readonly isFlush?: boolean;
}

/** Indented further than this, text is code. */
const MAX_INDENT = 3;

/** What stands before each line of the blocks in an item. */
interface Margin {
  readonly blanks: string;
  /** How much of it, at its end, is of items that began in an earlier piece, and have no mark in this one. */
  readonly continued: number;
}

const NO_MARGIN: Margin = { blanks: "", continued: 0 };

/** The blocks as CommonMark, as they were written. */
export const write = (blocks: readonly Block[]): string => writeIn(COMMON_MARK, blocks);

export function writeIn(dialect: Dialect, blocks: readonly Block[], margin = NO_MARGIN): string {
  let text = "";
  for (const block of blocks) {
    const written = writeBlock(dialect, block, margin);
    if (written === undefined) continue;
    text += (text === "" ? "" : "\n".repeat(1 + block.gap)) + written;
  }
  return text;
}

function writeBlock(dialect: Dialect, block: Block, margin: Margin): string | undefined {
  if (block.kind === "list" && margin.blanks !== "") return writeList(dialect, block, margin);
  const text = writtenOnce(dialect, block);
  const isFlush = dialect.isFlush && FLUSH.has(block.kind);
  return text === undefined || isFlush ? text : prefixed(text, margin.blanks);
}

const FLUSH: ReadonlySet<Block["kind"]> = new Set(["fence", "code", "quote", "table"]);

/** A growing answer is written again with every picture, and most of its blocks are those of the picture before. */
const known = new WeakMap<Dialect, WeakMap<Block, { readonly text: string | undefined }>>();

function writtenOnce(dialect: Dialect, block: Block): string | undefined {
  const written = known.get(dialect) ?? new WeakMap<Block, { readonly text: string | undefined }>();
  known.set(dialect, written);
  const before = written.get(block);
  if (before) return before.text;
  const text = writeAnew(dialect, block);
  written.set(block, { text });
  return text;
}

function writeAnew(dialect: Dialect, block: Block): string | undefined {
  if (block.kind === "list") return writeList(dialect, block, NO_MARGIN);
  if (block.kind === "quote")
    return prefixed(writeIn(dialect, block.blocks), "> ", dialect.isFlush ? "> " : ">");
  return dialect.leaf(block);
}

function writeList(dialect: Dialect, { items }: List, margin: Margin): string {
  let text = "";
  for (const item of items)
    text += (text === "" ? "" : "\n".repeat(1 + item.gap)) + writeItem(dialect, item, margin);
  return text;
}

function writeItem(dialect: Dialect, item: Item, margin: Margin): string {
  if (item.isContinued) {
    const { width, continued } = indentOf(item, margin.continued);
    return writeIn(dialect, item.blocks, { blanks: margin.blanks + " ".repeat(width), continued });
  }
  const { marker: whole, blocks } = dialect.item?.(item) ?? item;
  const marker = clamped(whole, margin.continued);
  const inside = { blanks: margin.blanks + " ".repeat(marker.length), continued: 0 };
  const [first, ...others] = blocks;
  const begin = first && withoutPrefix(writeFirst(dialect, first, inside) ?? "", inside.blanks);
  return margin.blanks + marker + (begin ?? "") + writeAfter(dialect, others, inside);
}

/** What stands behind the mark of an item is where its mark is, also what would be flush. */
const writeFirst = (dialect: Dialect, block: Block, margin: Margin): string | undefined =>
  block.kind === "list"
    ? writeList(dialect, block, margin)
    : prefixed(writtenOnce(dialect, block) ?? "", margin.blanks);

/** How far an item indents what stands in it, in items of which so much is continued. */
export function indentOf(
  { isContinued, marker }: Item,
  around: number,
): { width: number; continued: number } {
  if (!isContinued) return { width: clamped(marker, around).length, continued: 0 };
  const width = Math.min(marker.length, MAX_INDENT - around);
  return { width, continued: around + width };
}

function writeAfter(dialect: Dialect, blocks: readonly Block[], margin: Margin): string {
  let text = "";
  for (const block of blocks) {
    const written = writeBlock(dialect, block, margin);
    if (written !== undefined) text += "\n".repeat(1 + block.gap) + written;
  }
  return text;
}

/** A mark stands within the indentation of what goes on from the piece before. */
function clamped(marker: string, indent: number): string {
  if (indent === 0) return marker;
  const blank = marker.length - marker.trimStart().length;
  return marker.slice(Math.max(0, blank + indent - MAX_INDENT));
}

function prefixed(text: string, prefix: string, atEmpty = ""): string {
  if (prefix === "") return text;
  return text
    .split("\n")
    .map((line) => (line === "" ? atEmpty : prefix + line))
    .join("\n");
}

/** A fence is closed whether it was or not: what stands behind it is no code. */
export const writeFence = ({ marker, info, lines }: Pick<Fence, "marker" | "info" | "lines">): string =>
  [`${marker}${info}`, ...lines, marker].join("\n");

export const COMMON_MARK: Dialect = {
  leaf(block) {
    switch (block.kind) {
      case "paragraph":
        return block.content;
      case "heading":
        return `${"#".repeat(block.level)} ${block.content}`.trimEnd();
      case "fence":
        return writeFence(block);
      case "code":
        return block.lines.map((line) => (line === "" ? "" : `    ${line}`)).join("\n");
      case "table":
        return [block.head.raw, block.ruler, ...block.rows.map(({ raw }) => raw)].join("\n");
      case "rule":
      case "definition":
        return block.raw;
    }
  },
};

export function writeInlines(nodes: readonly Inline[]): string {
  let text = "";
  for (const node of nodes)
    text += isFrame(node) ? node.open + writeInlines(node.children) + node.close : node.raw;
  return text;
}
