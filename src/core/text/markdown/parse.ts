import type { Block } from "./nodes.ts";
import { type Document, plainParagraph, readBlocks } from "./read-blocks.ts";

/*
 * What a text of CommonMark says, read once. A growing answer is read again and again, each time a little longer: what
 * stands before its last blocks cannot change any more, and is kept.
 */

/**
 * Longer than any answer, in characters and in lines: what stands behind so much is taken as it is written, so that no
 * text keeps us busy. Code that is open there goes on to its end.
 */
export const MAX_READ = 32_000;
export const MAX_LINES = 1_000;

/** A growing answer asks for the same pieces with every picture, to measure them and to write them. */
const recent = new Map<string, Document>();
const REMEMBERED = 32;
/** How many are tried for the beginning of a text: those of the picture before, and each piece in each way of writing. */
const TRIED = 8;

/** A text of CommonMark, with the tables and strikes of GitHub's kind. */
export function parse(text: string): readonly Block[] {
  const source = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  const end = endOfReading(source);
  if (end === source.length) return documentOf(source).blocks;
  return behind(source, end, documentOf(source.slice(0, end)).blocks);
}

function documentOf(source: string): Document {
  const known = recent.get(source);
  recent.delete(source);
  const document = known ?? continued(source) ?? readBlocks(source);
  recent.set(source, document);
  for (const oldest of recent.keys()) {
    if (recent.size <= REMEMBERED) break;
    recent.delete(oldest);
  }
  return document;
}

/** The text as what one of the recent ones has become. */
function continued(source: string): Document | undefined {
  let kept = 0;
  let from: Document | undefined;
  for (const one of [...recent.values()].slice(-TRIED)) {
    if (one.starts.length - 2 <= kept) continue;
    const shared = sharedBlocks(one, source);
    if (shared <= kept) continue;
    kept = shared;
    from = one;
  }
  if (!from) return undefined;
  const start = from.starts[kept] ?? 0;
  const rest = readBlocks(source.slice(start));
  // A link may be defined behind where it is used.
  if (rest.definesLinks) return undefined;
  const [first, ...others] = rest.blocks;
  return {
    source,
    definesLinks: false,
    blocks: [
      ...from.blocks.slice(0, kept),
      ...(first ? [{ ...first, gap: from.blocks[kept]?.gap ?? 0 }] : []),
      ...others,
    ],
    starts: [...from.starts.slice(0, kept), ...rest.starts.map((at) => at + start)],
  };
}

/**
 * How many blocks are the same whatever follows in `source`. The last may go on, and the one before it may take it in (as
 * `2` becomes an item of the list above by the dot behind it); of both the first line must be the same, and whole.
 */
function sharedBlocks({ source: known, starts, definesLinks }: Document, source: string): number {
  if (definesLinks) return 0;
  for (let last = starts.length - 1; last >= Math.max(2, starts.length - 3); last -= 1) {
    const start = starts[last] ?? 0;
    const end = known.indexOf("\n", start) + 1;
    // The line itself is compared first: that is enough to know another text by.
    if (
      end > 0 &&
      source.startsWith(known.slice(start, end), start) &&
      source.startsWith(known.slice(0, start))
    )
      return last - 1;
  }
  return 0;
}

/** At the beginning of a line. */
function endOfReading(source: string): number {
  let end = 0;
  for (let lines = 0; lines < MAX_LINES; lines += 1) {
    const next = source.indexOf("\n", end) + 1;
    if (next === 0) return source.length <= MAX_READ ? source.length : end;
    if (next > MAX_READ) return end;
    end = next;
  }
  return end;
}

/** What stands behind what was read, its own marks and all. */
function behind(source: string, end: number, before: readonly Block[]): readonly Block[] {
  const last = before.at(-1);
  if (last?.kind !== "fence" || last.isClosed) return [...before, ...asWritten(source.slice(end))];
  const rest = source.slice(end).replace(/\n$/, "").split("\n");
  const closing = rest.findIndex((line) => closes(line, last.marker));
  const stop = closing === -1 ? rest.length : closing;
  const whole = {
    ...last,
    lines: [...last.lines, ...rest.slice(0, stop)],
    isClosed: closing !== -1,
  };
  return [...before.slice(0, -1), whole, ...asWritten(rest.slice(stop + 1).join("\n"))];
}

/** Whether a line ends a fence: its mark at least as long, and nothing else. */
function closes(line: string, marker: string): boolean {
  const [, mark = ""] = /^ {0,3}(`+|~+)[ \t]*$/.exec(line) ?? [];
  return mark.startsWith(marker);
}

function asWritten(text: string): readonly Block[] {
  const content = text.trim();
  return content === "" ? [] : [plainParagraph(content)];
}
