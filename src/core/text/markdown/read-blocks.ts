import type { Env, Token } from "markdown-it";
import type { Align, Block, Inline, Item, Paragraph, Row } from "./nodes.ts";
import { parser } from "./parser.ts";
import { readInlines } from "./read-inlines.ts";

/** The lines of the text without the marks of what they stand in. */
type Lines = (line: number) => string;

export interface Document {
  readonly source: string;
  readonly blocks: readonly Block[];
  /** Where in the text each of them begins. */
  readonly starts: readonly number[];
  /** Links may be defined in one block and used in another. */
  readonly definesLinks: boolean;
}

export function readBlocks(source: string): Document {
  const tokens: Token[] = [];
  const env: Env = {};
  parser.block.parse(source, parser, env, tokens);
  const lines = source.split("\n");
  const starts: number[] = [];
  const blocks = new Reader(tokens, env).blocks((line) => lines[line] ?? "", 0, starts);
  return { source, blocks, starts: offsetsOf(starts, lines), definesLinks: env.references !== undefined };
}

/** Where these lines begin. */
function offsetsOf(starts: readonly number[], lines: readonly string[]): readonly number[] {
  let line = 0;
  let at = 0;
  return starts.map((start) => {
    for (; line < start; line += 1) at += (lines[line] ?? "").length + 1;
    return at;
  });
}

class Reader {
  readonly #tokens: readonly Token[];
  readonly #env: Env;
  #at = 0;

  constructor(tokens: readonly Token[], env: Env) {
    this.#tokens = tokens;
    this.#env = env;
  }

  /** All that follows up to what closes the container, and the line where each begins. */
  blocks(lines: Lines, begin: number, starts: number[] = []): Block[] {
    const found: Block[] = [];
    let end = begin;
    for (let token = this.#tokens[this.#at]; token && token.nesting >= 0; token = this.#tokens[this.#at]) {
      const [start = end, stop = end] = token.map ?? [];
      const before = found.at(-1);
      const gap = before ? Math.max(start - end, gapBehind(before, token, lines(start))) : 0;
      this.#at += 1;
      const block = this.#block(token, lines, gap);
      if (block) {
        found.push(block);
        starts.push(start);
      }
      end = lastLine(lines, start, stop);
    }
    this.#at += 1;
    return found;
  }

  #block(token: Token, lines: Lines, gap: number): Block | undefined {
    const [start = 0, stop = 0] = token.map ?? [];
    switch (token.type) {
      case "paragraph_open":
        return { kind: "paragraph", gap, ...this.#inline() };
      case "heading_open":
        return { kind: "heading", gap, level: token.markup.length, ...this.#inline() };
      case "fence":
        return fence(token, gap);
      case "code_block":
        return { kind: "code", gap, lines: token.content.replace(/\n$/, "").split("\n") };
      case "table_open":
        return this.#table(lines, start, gap);
      case "blockquote_open":
        return { kind: "quote", gap, blocks: this.blocks((line) => unquoted(lines(line)), start) };
      case "bullet_list_open":
      case "ordered_list_open":
        return { kind: "list", gap, items: this.#items(lines) };
      case "hr":
        return { kind: "rule", gap, raw: lines(start).trim() };
      case "reference_definition":
        return { kind: "definition", gap, raw: rawOf(lines, start, stop) };
      default:
        return undefined;
    }
  }

  #inline() {
    const content = this.#tokens[this.#at]?.content ?? "";
    this.#at += 2;
    return lazily(content, this.#env);
  }

  #items(lines: Lines): Item[] {
    const items: Item[] = [];
    let end: number | undefined;
    for (let token = this.#tokens[this.#at]; token && token.nesting > 0; token = this.#tokens[this.#at]) {
      const [start = 0, stop = 0] = token.map ?? [];
      this.#at += 1;
      const { marker, rest } = markerOf(lines(start));
      const inside: Lines = (line) => (line === start ? rest : dedented(lines(line), marker.length));
      const gap = end === undefined ? 0 : Math.max(0, start - end);
      items.push({ gap, marker, isContinued: false, blocks: this.blocks(inside, start) });
      end = lastLine(lines, start, stop);
    }
    this.#at += 1;
    return items;
  }

  #table(lines: Lines, start: number, gap: number): Block {
    const rows: Row[] = [];
    const aligns: Align[] = [];
    for (let token = this.#next(); token && token.type !== "table_close"; token = this.#next()) {
      if (token.type !== "tr_open") continue;
      const [line = 0] = token.map ?? [];
      rows.push({ raw: lines(line).trim(), cells: this.#cells(rows.length === 0 ? aligns : []) });
    }
    const [head = { raw: "", cells: [] }, ...others] = rows;
    return { kind: "table", gap, aligns, head, ruler: lines(start + 1).trim(), rows: others };
  }

  #next(): Token | undefined {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    return token;
  }

  #cells(aligns: Align[]): Row["cells"] {
    const cells: Row["cells"][number][] = [];
    for (let token = this.#next(); token && token.type !== "tr_close"; token = this.#next()) {
      if (token.nesting > 0) aligns.push(ALIGNS[String(token.attrGet("style"))]);
      if (token.type === "inline") cells.push(readInlines(token.content, this.#env));
    }
    return cells;
  }
}

const ALIGNS: Readonly<Record<string, Align>> = {
  "text-align:left": "left",
  "text-align:right": "right",
  "text-align:center": "center",
};

export function lazily(content: string, env: Env = {}): Pick<Paragraph, "content" | "inlines"> {
  let inlines: readonly Inline[] | undefined;
  return {
    content,
    inlines() {
      inlines ??= readInlines(content, env);
      return inlines;
    },
  };
}

/** What is taken as it is written. */
export const plainParagraph = (content: string, gap = 0): Paragraph => ({
  kind: "paragraph",
  gap,
  content,
  isPlain: true,
  inlines: () => [{ kind: "text", raw: content }],
});

function fence({ content, info, map, markup: marker }: Token, gap: number): Block {
  const lines = content === "" ? [] : content.replace(/\n$/, "").split("\n");
  const [start = 0, stop = 0] = map ?? [];
  return { kind: "fence", gap, marker, info: info.trim(), lines, isClosed: stop - start - 1 > lines.length };
}

/** What ends in a mark alone, as `>`, is written without it, and a definition is not shown: the gap stays. */
function gapBehind(before: Block, token: Token, line: string): number {
  if (before.kind === "definition") return before.gap;
  const mayGoOn = before.kind !== "paragraph" && endsInParagraph(before);
  return mayGoOn && !endsParagraph(token, line) ? 1 : 0;
}

/** A line behind it that begins nothing else would belong to its last paragraph. */
function endsInParagraph(block: Block): boolean {
  if (block.kind === "paragraph") return true;
  const blocks = block.kind === "list" ? block.items.at(-1)?.blocks : block.kind === "quote" && block.blocks;
  const last = blocks ? blocks.at(-1) : undefined;
  return last !== undefined && endsInParagraph(last);
}

const ENDS_PARAGRAPH: ReadonlySet<string> = new Set(["fence", "heading_open", "blockquote_open", "hr"]);
const ITEM_ENDS_PARAGRAPH = /^[ \t]*(?:[-+*]|1[.)])[ \t]+\S/;

const endsParagraph = ({ type }: Token, line: string): boolean =>
  ENDS_PARAGRAPH.has(type) || (type.endsWith("_list_open") && ITEM_ENDS_PARAGRAPH.test(line));

/** A list may hold the blank lines behind it. */
function lastLine(lines: Lines, start: number, stop: number): number {
  let end = stop;
  while (end > start + 1 && lines(end - 1).trim() === "") end -= 1;
  return end;
}

const unquoted = (line: string): string => line.replace(/^[ \t]*> ?/, "");

function markerOf(line: string): { marker: string; rest: string } {
  const [marker = ""] = /^[ \t]*(?:[-+*]|\d{1,9}[.)])/.exec(line) ?? [];
  const rest = line.slice(marker.length);
  const [blank = ""] = /^[ \t]*/.exec(rest) ?? [];
  const isAlone = blank === rest || blank.length > 4;
  const padding = isAlone ? 1 : blank.length;
  return { marker: marker + " ".repeat(Math.max(1, padding)), rest: rest.slice(padding) };
}

function dedented(line: string, width: number): string {
  let at = 0;
  let column = 0;
  for (; column < width; at += 1) {
    const sign = line.charAt(at);
    if (sign === " ") column += 1;
    else if (sign === "\t") column += 4 - (column % 4);
    else break;
  }
  return " ".repeat(Math.max(0, column - width)) + line.slice(at);
}

function rawOf(lines: Lines, start: number, stop: number): string {
  return Array.from({ length: stop - start }, (_, index) => lines(start + index).trim()).join("\n");
}
