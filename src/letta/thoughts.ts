import { type Closing, isClosed, mayClose, mayOpenThought, openedBy, STARTS } from "./thought-tags.ts";

/*
 * Some models write what they think into their answer, between tags. It is for nobody to see: what is shown, kept and
 * searched is the text without it.
 *
 * A tag counts at the very beginning of a text and at the beginning of a line outside a code fence, so that who asks about
 * such tags gets an answer that holds them: in inline code, in a fence, or within a sentence. What is thought ends with
 * its own closing tag, wherever that stands, or with the text.
 */

/** From this indentation on a line is code. */
const CODE_INDENT = 4;
const LEAST_FENCE = 3;

/** Takes a text in pieces, of any size, and gives the pieces of it that may be shown. */
export interface ThoughtFilter {
  push(piece: string): string;
  /** What was held back because it might have become a tag. Nothing may be pushed after it. */
  end(): string;
}

export function createThoughtFilter(): ThoughtFilter {
  const scanner = new Scanner();
  return {
    push(piece) {
      for (const char of piece) scanner.take(char);
      return scanner.given();
    },
    end() {
      scanner.end();
      return scanner.given();
    },
  };
}

export function withoutThoughts(text: string): string {
  if (!STARTS.some((start) => text.includes(start))) return text;
  const filter = createThoughtFilter();
  return filter.push(text) + filter.end();
}

/**
 * One character at a time, each looked at once. It is in one of these:
 *
 *   beginning  of a line: held back while it may still become an opening tag
 *   line       the rest of a line, passed on
 *   thought    nothing is passed on, until its end
 *   after      a thought: what is blank there belongs to it
 */
class Scanner {
  #in: "beginning" | "line" | "thought" | "after" = "beginning";
  #out = "";
  /** Nothing but blanks was passed on or held back so far. */
  #isFirst: boolean = true;
  /** The blanks before what may be a tag, and that. */
  #blank = "";
  #tag = "";
  readonly #fences = new Fences();
  #thought: Thought | undefined;

  given(): string {
    const out = this.#out;
    this.#out = "";
    return out;
  }

  end(): void {
    if (this.#in === "beginning") this.#release();
  }

  take(char: string): void {
    if (this.#in === "thought") this.#think(char);
    else if (this.#in === "line") this.#pass(char);
    else if (this.#in === "beginning") this.#begin(char);
    else if (!isBlank(char)) {
      this.#in = "beginning";
      this.#begin(char);
    }
  }

  #begin(char: string): void {
    if (this.#tag === "") {
      if (this.#isFirst ? isBlank(char) : char === " ") this.#blank += char;
      else if (STARTS.includes(char) && this.#mayOpen()) this.#tag = char;
      else this.#release(char);
      return;
    }
    this.#tag += char;
    const closing = openedBy(this.#tag);
    if (closing !== undefined) {
      this.#thought = new Thought(closing);
      this.#blank = "";
      this.#tag = "";
      this.#in = "thought";
    } else if (!mayOpenThought(this.#tag)) this.#release();
  }

  #mayOpen(): boolean {
    if (this.#isFirst) return true;
    return !this.#fences.isOpen && this.#blank.length < CODE_INDENT;
  }

  /** It is no tag. */
  #release(last = ""): void {
    const held = this.#blank + this.#tag + last;
    this.#blank = "";
    this.#tag = "";
    this.#in = "line";
    for (const char of held) this.#pass(char);
  }

  #pass(char: string): void {
    this.#out += char;
    if (!isBlank(char)) this.#isFirst = false;
    this.#fences.take(char);
    if (char === "\n") this.#in = "beginning";
    else this.#in = "line";
  }

  #think(char: string): void {
    if (this.#thought?.take(char)) this.#in = "after";
  }
}

/** Waits for the end of what is thought; the same tag at the beginning of a line opens once more. */
class Thought {
  readonly #closing: Closing;
  #depth = 1;
  #tag = "";
  #atLineStart: boolean = true;
  #mayNest: boolean = false;

  constructor(closing: Closing) {
    this.#closing = closing;
  }

  /** True when this character ends it. */
  take(char: string): boolean {
    if (char === this.#closing.tag[0]) {
      this.#tag = char;
      this.#mayNest = this.#atLineStart;
    } else if (this.#tag !== "") {
      this.#tag += char;
      if (isClosed(this.#tag, this.#closing)) this.#depth -= 1;
      else if (this.#mayNest && openedBy(this.#tag)?.tag === this.#closing.tag) this.#depth += 1;
      else if ((this.#mayNest && mayOpenThought(this.#tag)) || mayClose(this.#tag, this.#closing))
        return false;
      this.#tag = "";
    }
    if (char === "\n") this.#atLineStart = true;
    else if (!isBlank(char)) this.#atLineStart = false;
    return this.#depth === 0;
  }
}

/** Whether a line is within fenced code, as CommonMark has it. */
class Fences {
  #open: { readonly mark: string; readonly length: number } | undefined;
  #indent = 0;
  #mark = "";
  #length = 0;
  #rest: "none" | "blank" | "words" | "words with a tick" = "none";

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  take(char: string): void {
    const isRun = this.#rest === "none";
    if (char === "\n") this.#endLine();
    else if (isRun && this.#mark === "" && char === " ") this.#indent += 1;
    else if (isRun && this.#mark === "" && (char === "`" || char === "~")) {
      this.#mark = char;
      this.#length = 1;
    } else if (isRun && this.#mark === char) this.#length += 1;
    else if (isBlank(char)) this.#rest = this.#rest === "none" ? "blank" : this.#rest;
    else if (char === "`" || this.#rest === "words with a tick") this.#rest = "words with a tick";
    else this.#rest = "words";
  }

  #endLine(): void {
    const isFence = this.#length >= LEAST_FENCE && this.#indent < CODE_INDENT;
    const hasWords = this.#rest === "words" || this.#rest === "words with a tick";
    if (this.#open) {
      const isLongEnough = this.#mark === this.#open.mark && this.#length >= this.#open.length;
      if (isFence && isLongEnough && !hasWords) this.#open = undefined;
    } else if (isFence && !(this.#mark === "`" && this.#rest === "words with a tick"))
      this.#open = { mark: this.#mark, length: this.#length };
    this.#indent = 0;
    this.#mark = "";
    this.#length = 0;
    this.#rest = "none";
  }
}

const isBlank = (char: string): boolean => char === " " || char === "\n" || char === "\r" || char === "\t";
