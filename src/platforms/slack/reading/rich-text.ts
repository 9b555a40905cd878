import { CALL } from "../../shared/bot-mention.ts";
import type { RichElement, RichPart, RichText } from "./rich-text-block.ts";

/*
 * A `rich_text` block as CommonMark. What stands in it as words is not escaped: it is what people typed, and a model reads
 * `2 * 3` better than `2 \* 3`.
 */

/** What an element that is no word says: a name, a link, a time. */
export type ReadElement = (element: RichElement) => string;

export function richTextAsCommonMark(blocks: readonly RichText[], read: ReadElement): string {
  let text = "";
  let before: RichPart | undefined;
  let depth = -1;
  for (const part of blocks.flatMap(({ elements }) => elements)) {
    // An item deeper than one below that before it would be code.
    depth = part.type === "rich_text_list" ? Math.min(part.indent, depth + 1) : -1;
    const written = partOf(part, depth, read);
    if (written === "") continue;
    text += before ? between(before, part) + written : written;
    before = part;
  }
  return text;
}

/** Behind a quote or a list a line would go on in it, and no list but one that begins with 1 ends a paragraph. */
function between(before: RichPart, part: RichPart): string {
  const isSame = before.type === part.type;
  if (part.type === "rich_text_list")
    return isSame || (before.type === "rich_text_section" && part.offset === 0) ? "\n" : "\n\n";
  if (part.type === "rich_text_section") return before.type === "rich_text_preformatted" ? "\n" : "\n\n";
  return isSame ? "\n\n" : "\n";
}

function partOf(part: RichPart, depth: number, read: ReadElement): string {
  switch (part.type) {
    case "rich_text_section":
      return inlines(part.elements, read).replace(/^\n+/, "").trimEnd();
    case "rich_text_preformatted":
      return fenced(part.elements.map((element) => bare(element, read)).join(""));
    case "rich_text_quote":
      return inlines(part.elements, read)
        .split("\n")
        .map((line) => `> ${line}`.trimEnd())
        .join("\n");
    case "rich_text_list":
      return part.elements
        .map(({ elements }, index) => {
          const marker = part.style === "ordered" ? `${part.offset + index + 1}. ` : "- ";
          const blanks = " ".repeat(4 * depth);
          const inside = `\n${blanks}${" ".repeat(marker.length)}`;
          return blanks + marker + inlines(elements, read).trim().replaceAll("\n", inside);
        })
        .join("\n");
  }
}

function fenced(code: string): string {
  const lines = code.replace(/\n$/, "");
  const marks = "`".repeat(Math.max(3, longestRun(lines) + 1));
  return `${marks}\n${lines}\n${marks}`;
}

const longestRun = (text: string): number =>
  (text.match(/`+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 0);

function codeSpan(code: string): string {
  const marks = "`".repeat(longestRun(code) + 1);
  const blank = /^`|`$/.test(code) ? " " : "";
  return marks + blank + code + blank + marks;
}

/** As it is shown in code: a link by its address. */
const bare = (element: RichElement, read: ReadElement): string =>
  element.type === "link" ? (element.text ?? element.url) : read(element);

type StyleName = "bold" | "strike" | "italic";
const STYLES: readonly StyleName[] = ["bold", "strike", "italic"];
const MARKS = { bold: "**", strike: "~~", italic: "_" } as const;

/** Elements with the same styles beside each other stand in the same marks. */
function inlines(elements: readonly RichElement[], read: ReadElement): string {
  const line = new MarkedLine();
  let code = "";
  for (const element of elements) {
    if (element.style?.code) {
      code += bare(element, read);
      continue;
    }
    if (code !== "") line.add(codeSpan(code), []);
    code = "";
    const text = read(element);
    // Marks around what is taken out would be left around nothing.
    const style = text === CALL ? {} : (element.style ?? {});
    line.add(
      text,
      STYLES.filter((name) => style[name]),
    );
  }
  if (code !== "") line.add(codeSpan(code), []);
  return line.end();
}

interface OpenMark {
  readonly style: StyleName;
  /** Where it stands among the parts. */
  readonly at: number;
}

class MarkedLine {
  readonly #parts: string[] = [];
  readonly #open: OpenMark[] = [];
  /** Blanks, which stand outside of marks that end or begin at them. */
  #blanks = "";

  add(text: string, styles: readonly StyleName[]): void {
    const words = text.trim();
    if (words === "") {
      this.#blanks += text;
      return;
    }
    const [before = "", after = ""] = text.split(words);
    this.#blanks += before;
    const kept = this.#open.findIndex(({ style }) => !styles.includes(style));
    this.#close(kept === -1 ? this.#open.length : kept, this.#blanks === "" && /^\w/.test(words));
    const isInWord = this.#blanks === "" && /\w$/.test(this.#parts.at(-1) ?? "");
    this.#parts.push(this.#blanks);
    for (const style of styles)
      if (!this.#open.some((mark) => mark.style === style)) this.#openMark(style, isInWord);
    this.#parts.push(words);
    this.#blanks = after;
  }

  end(): string {
    this.#close(0, false);
    return this.#parts.join("") + this.#blanks;
  }

  #openMark(style: StyleName, isInWord: boolean): void {
    this.#open.push({ style, at: this.#parts.length });
    this.#parts.push(style === "italic" && isInWord ? "*" : MARKS[style]);
  }

  /** `_` marks nothing inside of a word. */
  #close(left: number, isInWord: boolean): void {
    for (const { style, at } of this.#open.splice(left).toReversed()) {
      if (style === "italic" && isInWord) this.#parts[at] = "*";
      this.#parts.push(this.#parts[at] ?? "");
    }
  }
}
