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
  const inside = part.slice(3, -3).replace(/^\n/, "").replace(/\n$/, "");
  return `\`\`\`\n${read(inside)}\n\`\`\``;
}

const commonMark = (text: string): string =>
  quotesEnded(text.replace(ITEM, "$1- "))
    .replace(BOLD, (whole, inside?: string) => (inside === undefined ? whole : `**${inside}**`))
    .replace(GONE, (whole, inside?: string) => (inside === undefined ? whole : `~~${inside}~~`));

const ITEM = /^([ \t]*)[•◦▪] /gm;

/** In code and in angle brackets no mark stands; a mark opens before a word and closes behind one, in the same line. */
const BOLD =
  /`[^`\n]+`|<[^<>\n]*>|(?<![\w*\\])\*(?![\s*])((?:[^*\n<`]|<[^<>\n]*>|`[^`\n]+`)*)(?<!\s)\*(?![\w*])/g;
const GONE =
  /`[^`\n]+`|<[^<>\n]*>|(?<![\w~\\])~(?![\s~])((?:[^~\n<`]|<[^<>\n]*>|`[^`\n]+`)*)(?<!\s)~(?![\w~])/g;

/** In CommonMark the line behind a quote would go on in it. */
const quotesEnded = (text: string): string =>
  text.replace(/^(&gt;[^\n]*\n)(?!&gt;|[ \t]*\n|[ \t]*$)/gm, "$1\n");
