import { beforeCuts, MAX_PREFIX } from "./before-cuts.ts";
import { type Cut, cutBlocks } from "./cut-blocks.ts";
import type { Block } from "./nodes.ts";
import { parse } from "./parse.ts";
import { write } from "./write.ts";

/** How long a piece is as a platform shows it. */
export type Measure = (piece: string) => number;

const asWritten: Measure = ({ length }) => length;

/** However much longer a platform writes it, so much of a piece is tried: twice what lists and quotes may take of it. */
const LEAST_ROOM = 2 * MAX_PREFIX;

/**
 * Cuts CommonMark into pieces of at most `limit` UTF-16 units (at least 200) by `measure`: at the end of a block, line or
 * word if it can, never inside a character, a mention, an address or an escape. Whatever spans a cut (code, a quote, a
 * list, a table, bold) is closed before it and opened again behind it.
 */
export function split(text: string, limit: number, measure: Measure = asWritten): string[] {
  const whole = text.trim();
  if (whole === "") return [];
  const isShort = whole.length <= limit;
  if (isShort && !MAY_BE_OPEN.test(whole) && measure(whole) <= limit) return [whole];
  const blocks = parse(whole);
  const closed = isOpen(blocks) ? write(blocks) : whole;
  if (closed.length <= limit && measure(closed) <= limit) return [closed];
  return pieces(beforeCuts(blocks, DEFINES.test(whole)), limit, measure);
}

const MAY_BE_OPEN = /```|~~~/;
/** It may define what a link leads to. */
const DEFINES = /\]:/;

function pieces(blocks: readonly Block[], limit: number, measure: Measure): string[] {
  const found: string[] = [];
  let rest: readonly Block[] | undefined = blocks;
  while (rest && rest.length > 0) {
    const { text, tail }: Piece = nextPiece(rest, limit, measure);
    if (text.trim() !== "") found.push(text);
    rest = tail;
  }
  return found;
}

interface Piece {
  readonly text: string;
  readonly tail: readonly Block[] | undefined;
}

function nextPiece(blocks: readonly Block[], limit: number, measure: Measure): Piece {
  let room = limit;
  for (;;) {
    const cut: Cut<readonly Block[]> = cutBlocks(blocks, {
      room,
      minimum: room / 2,
      prefix: 0,
      continued: 0,
      isFirst: true,
    });
    const head = "size" in cut ? blocks : (cut.head ?? []);
    const text = write(head).trimEnd();
    const length = Math.max(text.length, measure(text));
    if (length <= limit || room <= LEAST_ROOM) return { text, tail: "size" in cut ? undefined : cut.tail };
    room = Math.max(LEAST_ROOM, Math.min(room - 1, Math.floor((room * limit) / length)));
  }
}

/** Whether code is open at the end of it. */
function isOpen(blocks: readonly Block[]): boolean {
  const last = blocks.at(-1);
  if (last?.kind === "fence") return !last.isClosed;
  if (last?.kind === "quote") return isOpen(last.blocks);
  return last?.kind === "list" && isOpen(last.items.at(-1)?.blocks ?? []);
}
