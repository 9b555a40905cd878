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

/** The blocks as CommonMark, as they were written. */
export const write = (blocks: readonly Block[]): string => writeIn(COMMON_MARK, blocks);

export function writeIn(dialect: Dialect, blocks: readonly Block[], indent = 0): string {
  let text = "";
  for (const block of blocks) {
    const written = writeBlock(dialect, block, indent);
    if (written === undefined) continue;
    text += (text === "" ? "" : "\n".repeat(1 + block.gap)) + written;
  }
  return text;
}

/** A growing answer is written again with every picture, and most of its blocks are those of the picture before. */
const known = new WeakMap<Dialect, WeakMap<Block, { readonly text: string | undefined }>>();

function writeBlock(dialect: Dialect, block: Block, indent: number): string | undefined {
  if (indent > 0) return writeAnew(dialect, block, indent);
  const written = known.get(dialect) ?? new WeakMap<Block, { readonly text: string | undefined }>();
  known.set(dialect, written);
  const before = written.get(block);
  if (before) return before.text;
  const text = writeAnew(dialect, block, indent);
  written.set(block, { text });
  return text;
}

function writeAnew(dialect: Dialect, block: Block, indent: number): string | undefined {
  if (block.kind === "quote")
    return prefixed(writeIn(dialect, block.blocks), "> ", dialect.isFlush ? "> " : ">");
  if (block.kind !== "list") return dialect.leaf(block);
  let text = "";
  for (const item of block.items)
    text += (text === "" ? "" : "\n".repeat(1 + item.gap)) + writeItem(dialect, item, indent);
  return text;
}

function writeItem(dialect: Dialect, item: Item, indent: number): string {
  if (item.isContinued) {
    const width = Math.min(item.marker.length, MAX_INDENT - indent);
    return prefixed(writeIn(dialect, item.blocks, indent + width), " ".repeat(width));
  }
  const { marker: whole, blocks } = dialect.item?.(item) ?? item;
  const marker = clamped(whole, indent);
  const written = blocks.flatMap((block, index) => {
    const text = writeBlock(dialect, block, 0);
    if (text === undefined) return [];
    const isFlush = dialect.isFlush && index > 0 && FLUSH.has(block.kind);
    const inside = isFlush ? text : prefixed(text, " ".repeat(marker.length));
    return [(index === 0 ? "" : "\n".repeat(1 + block.gap)) + inside];
  });
  return marker + written.join("").slice(marker.length);
}

const FLUSH: ReadonlySet<Block["kind"]> = new Set(["fence", "code", "quote", "table"]);

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
