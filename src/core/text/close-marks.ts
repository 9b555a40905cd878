import type { Block, Inline } from "./markdown/nodes.ts";
import { parse } from "./markdown/parse.ts";

/** Marks that may stand open at once; more of them are no marks. */
const MOST_OPEN = 4;
/** Of what no pair was found for: marks that begin something, and those at the end that may begin it. */
const MARKS = /(?<![\w*_~|`\\])(\*{1,3}|_{1,3}|~~|\|\||`{1,2})(?=[^\s*_~|`]|$)/g;

/**
 * A text that is still being written, as it is shown meanwhile: marks that its last paragraph opened and did not close
 * yet are closed, and one at its very end is left out. Code is closed by `split`.
 */
export function withMarksClosed(text: string): string {
  const shown = text.trimEnd();
  const last = lastTextOf(parse(shown));
  if (!last || last.content === "" || !shown.endsWith(last.content)) return text;
  const open = openMarks(last.inlines());
  if (open.length === 0 || open.length > MOST_OPEN) return text;
  const dangling = open.at(-1);
  if (!dangling?.isAtEnd) return withoutHalf(shown, dangling?.mark) + closing(open);
  return shown.slice(0, -dangling.mark.length).trimEnd() + closing(open.slice(0, -1));
}

/** The first half of what closes a mark of two signs may be there already. */
const withoutHalf = (text: string, mark = ""): string =>
  /^(?:~~|\|\|)$/.test(mark) && text.endsWith(mark.slice(1)) ? text.slice(0, -1) : text;

interface OpenMark {
  readonly mark: string;
  readonly isAtEnd: boolean;
}

const closing = (open: readonly OpenMark[]): string =>
  open
    .toReversed()
    .map(({ mark }) => mark)
    .join("");

type TextBlock = Extract<Block, { kind: "paragraph" | "heading" }>;

function lastTextOf(blocks: readonly Block[]): TextBlock | undefined {
  const last = blocks.at(-1);
  if (last?.kind === "quote") return lastTextOf(last.blocks);
  if (last?.kind === "list") return lastTextOf(last.items.at(-1)?.blocks ?? []);
  const isText = last?.kind === "heading" || (last?.kind === "paragraph" && !last.isPlain);
  return isText ? last : undefined;
}

/** A mark whose other half is there is a frame, so what is open stands as text between the frames. */
function openMarks(nodes: readonly Inline[]): readonly OpenMark[] {
  const open: OpenMark[] = [];
  for (const [index, node] of nodes.entries()) {
    if (node.kind !== "text") continue;
    const isLast = index === nodes.length - 1;
    for (const { index: at, 1: mark = "" } of node.raw.matchAll(MARKS)) {
      const isAtEnd = at + mark.length === node.raw.length;
      if (open.length > MOST_OPEN) return open;
      open.push({ mark, isAtEnd: isAtEnd && isLast });
      // Behind it all is code, whatever it looks like.
      if (mark.startsWith("`")) return open;
    }
  }
  return open;
}
