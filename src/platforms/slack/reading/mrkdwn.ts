import { withoutPrefix, withoutSuffix } from "../../../core/text/affixes.ts";

/*
 * What people type on Slack, as CommonMark: `*bold*` is `**bold**` there, `~gone~` is `~~gone~~`, `•` begins an item, a
 * quote ends with its line, and code of several lines begins anywhere. Slack's own notation and its three escapes are
 * left to who reads names.
 */

const BLOCK_OF_CODE = /(```[\s\S]+?```)/;
const CODE_IN_LINE = /(```[^\n]+?```|`[^`\n]+`)/;

interface Part {
  readonly text: string;
  readonly isBlock: boolean;
}

/** The whole of a text, each part of it read by what it is. Slack escapes in code too, and links addresses there. */
export function readParts(
  text: string,
  read: { readonly words: (text: string) => string; readonly code: (text: string) => string },
): string {
  const all: string[] = [];
  for (const { text: part, isBlock } of partsOf(text)) {
    const before = all.at(-1);
    if (isBlock) all.push(before === undefined || before.endsWith("\n") ? "" : "\n", fenced(part, read.code));
    else {
      const begins = before === undefined || part.startsWith("\n") ? "" : "\n";
      const pieces = commonMark(part).split(CODE_IN_LINE);
      const told = pieces.map((piece, index) => (index % 2 === 1 ? read.code(piece) : read.words(piece)));
      all.push(begins + told.join(""));
    }
  }
  return all.join("");
}

/** What is no code. */
export const withoutCode = (text: string): string =>
  partsOf(text)
    .filter(({ isBlock }) => !isBlock)
    .flatMap((part) => part.text.split(CODE_IN_LINE).filter((_, index) => index % 2 === 0))
    .join(" ");

/** Code in several lines is a block; in one line it stands in a sentence, whatever its marks are. */
function partsOf(text: string): readonly Part[] {
  const parts: Part[] = [];
  let words: string[] = [];
  const add = (part: Part) => part.text !== "" && parts.push(part);
  for (const [index, piece] of text.split(BLOCK_OF_CODE).entries()) {
    if (index % 2 === 0 || !piece.includes("\n")) words.push(piece);
    else {
      add({ text: words.join(""), isBlock: false });
      add({ text: piece, isBlock: true });
      words = [];
    }
  }
  add({ text: words.join(""), isBlock: false });
  return parts;
}

/** The lines between the marks, which stand alone in CommonMark; what was typed so stays so. */
function fenced(part: string, read: (text: string) => string): string {
  if (/^```[\w+#-]*\n/.test(part) && part.endsWith("\n```")) return read(part);
  const inside = withoutSuffix(withoutPrefix(part, "```"), "```").replace(/^\n/, "").replace(/\n$/, "");
  return `\`\`\`\n${read(inside)}\n\`\`\``;
}

const commonMark = (text: string): string =>
  doubled(doubled(quotesEnded(text.replace(ITEM, "$1- ")), "*"), "~");

const ITEM = /^([ \t]*)[•◦▪] /gm;

/** In code and in angle brackets no mark stands. */
const WITHOUT_MARKS = /`[^`\n]+`|<[^<>\n]*>/g;
/** Nor does one go on behind these. */
const ENDS_MARK = new Set(["\n", "<", "`"]);

/** Writes marks twice: one opens before a word and closes behind one, in the same line. */
function doubled(text: string, sign: "*" | "~"): string {
  const units = text.split("");
  const unmarked = new Map([...text.matchAll(WITHOUT_MARKS)].map(({ index, 0: all }) => [index, all.length]));
  let open: number | undefined;
  for (let at = 0; at < text.length; at += unmarked.get(at) ?? 1) {
    if (unmarked.has(at)) continue;
    const unit = text.charAt(at);
    if (ENDS_MARK.has(unit)) open = undefined;
    if (unit !== sign) continue;
    if (open !== undefined && closes(text, at, sign)) {
      units[open] = units[at] = sign + sign;
      open = undefined;
    } else open = opens(text, at, sign) ? at : undefined;
  }
  return units.join("");
}

const isInWord = (unit: string, sign: string) => unit === sign || /\w/.test(unit);
const opens = (text: string, at: number, sign: string) => {
  const [before, behind] = [text.charAt(at - 1), text.charAt(at + 1)];
  return !isInWord(before, sign) && before !== "\\" && behind !== sign && /\S/.test(behind);
};
const closes = (text: string, at: number, sign: string) =>
  /\S/.test(text.charAt(at - 1)) && !isInWord(text.charAt(at + 1), sign);

/** In CommonMark the line behind a quote would go on in it. */
function quotesEnded(text: string): string {
  const lines = text.split("\n");
  const isQuote = (line: string) => line.startsWith("&gt;");
  return lines
    .map((line, index) => {
      const next = lines[index + 1];
      const goesOn = isQuote(line) && next !== undefined && !isQuote(next) && next.trim() !== "";
      return goesOn ? `${line}\n` : line;
    })
    .join("\n");
}
