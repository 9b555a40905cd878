import { ChannelHeader } from "./channel-header.ts";
import { CODE_INDENT, CodePlaces, isBlankChar } from "./code-places.ts";
import {
  type Closing,
  type HeaderPart,
  isClosed,
  isHeaderStart,
  type Mark,
  markOf,
  mayBecomeMark,
  mayClose,
  mayOpenThought,
  openedBy,
  STARTS,
} from "./thought-tags.ts";

/*
 * Some models write what they think into their answer, between marks. It is for nobody to see: what is shown, kept and
 * searched is the text without it.
 *
 * An opening tag counts at the very beginning of a text and at the beginning of a line outside a code fence, so that who
 * asks about such tags gets an answer that holds them: in inline code, in a fence, or within a sentence. What is thought
 * ends with its own closing tag, wherever that stands, or with the text.
 *
 * Some templates put the opening tag into the prompt, so that the text holds the closing one alone: all before it was
 * thought, and is taken back. Code may hold one; so may a sentence, behind its opening tag.
 *
 * Where a text has channels, only what is said in the `final` one is for people.
 */

/** What may be shown of a text from now on. */
export interface Shown {
  readonly text: string;
  /** All that was given before was thought: this stands in its place. */
  readonly replaces: boolean;
}

/** Takes a text in pieces, of any size. */
export interface ThoughtFilter {
  push(piece: string): Shown;
  /** What was held back because it might have become a mark. Nothing may be pushed after it. */
  end(): Shown;
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
  const first = filter.push(text);
  const last = filter.end();
  return last.replaces ? last.text : first.text + last.text;
}

/**
 * One character at a time. It is in one of these:
 *
 *   beginning  of a line: blanks are held back while a thought may begin behind them
 *   line       the rest of a line
 *   thought    nothing is passed on, until its closing tag
 *   header     of a message: held back until it is known whether it is one, and for whom
 *   message    that is not for people: nothing is passed on, until its end
 *   after      a thought: what is blank there belongs to it
 */
class Scanner {
  #in: "beginning" | "line" | "thought" | "header" | "message" | "after" = "beginning";
  #out = "";
  #hasGiven: boolean = false;
  #replaces: boolean = false;
  /** What was passed on since a closing tag that is in doubt. */
  #sinceDoubt = "";
  /** Nothing but blanks was passed on or held back so far. */
  #isFirst: boolean = true;
  /** The blanks before what may be a mark, and that. */
  #blank = "";
  #tag = "";
  #code = new CodePlaces();
  #thought: Thought | undefined;
  #header: ChannelHeader | undefined;
  #isAfterMessage: boolean = false;
  /** What was passed on was said in a channel for people. */
  #isForPeople: boolean = false;

  given(): Shown {
    const given = { text: this.#out, replaces: this.#replaces };
    this.#hasGiven ||= this.#out !== "";
    this.#out = "";
    this.#replaces = false;
    return given;
  }

  end(): void {
    while (this.#tag !== "") this.#release();
    if (this.#in === "header" && !this.#isFirst && !this.#isAfterMessage) this.#leaveHeader();
    if (this.#in === "beginning") this.#show("");
    if (this.#code.end()) this.#takeBack(this.#sinceDoubt);
  }

  take(char: string): void {
    if (this.#in === "thought") {
      if (this.#thought?.take(char)) this.#in = "after";
    } else if (this.#in !== "after") this.#read(char);
    else if (!isBlankChar(char)) {
      this.#in = "beginning";
      this.#read(char);
    }
  }

  #read(char: string): void {
    if (this.#tag === "" && !STARTS.includes(char)) {
      this.#pass(char);
      return;
    }
    this.#tag += char;
    const mark = markOf(this.#tag);
    if (mark) this.#meet(mark, this.#takeTag());
    else if (!mayBecomeMark(this.#tag)) this.#release();
  }

  /** It is no mark, but another may begin within it. */
  #release(): void {
    const [first = "", ...others] = this.#takeTag();
    this.#pass(first);
    for (const other of others) this.take(other);
  }

  #takeTag(): string {
    const tag = this.#tag;
    this.#tag = "";
    return tag;
  }

  #meet(mark: Mark, tag: string): void {
    if (this.#in === "header") this.#meetInHeader(mark, tag);
    else if (this.#in === "message") {
      if (mark.kind === "message ends") this.#in = "after";
      else if (isHeaderStart(mark)) this.#begin(mark, tag);
    } else if (mark.kind === "opens") this.#open(mark.closing, tag);
    else if (mark.kind === "closes") this.#close(tag);
    else if (this.#code.isCode(this.#beginsLine)) this.#pass(tag);
    else if (mark.kind === "message ends") return;
    else if (isHeaderStart(mark)) this.#begin(mark, tag);
    else this.#pass(tag);
  }

  get #beginsLine(): boolean {
    return this.#in === "beginning";
  }

  #open(closing: Closing, tag: string): void {
    const isCode = this.#code.isFenced || this.#blank.length >= CODE_INDENT;
    if (this.#beginsLine && (this.#isFirst || !isCode)) {
      this.#thought = new Thought(closing);
      this.#blank = "";
      this.#in = "thought";
      return;
    }
    this.#code.meetOpening(this.#beginsLine);
    this.#pass(tag);
  }

  #close(tag: string): void {
    const met = this.#code.meetClosing(this.#beginsLine);
    if (met === "alone") this.#takeBack("");
    else this.#pass(tag);
    if (met === "in doubt") this.#sinceDoubt = "";
  }

  #begin({ part }: { readonly part: HeaderPart }, tag: string): void {
    this.#isAfterMessage = this.#in === "message";
    this.#header = new ChannelHeader(tag, part);
    this.#in = "header";
  }

  #meetInHeader(mark: Mark, tag: string): void {
    if (mark.kind !== "header") {
      this.#leaveHeader();
      this.#meet(mark, tag);
      return;
    }
    const isForPeople = this.#header?.isForPeople;
    this.#header?.takeMark(tag, mark.part);
    if (mark.part !== "message") return;
    if (isForPeople === undefined) this.#leaveHeader();
    else this.#beginMessage(isForPeople);
  }

  #beginMessage(isForPeople: boolean): void {
    this.#header = undefined;
    this.#blank = "";
    this.#in = isForPeople ? "after" : "message";
    if (isForPeople && !this.#isForPeople) this.#takeBack("");
    this.#isForPeople ||= isForPeople;
  }

  /** It was none. */
  #leaveHeader(): void {
    const text = this.#header?.text ?? "";
    this.#header = undefined;
    this.#in = this.#isAfterMessage ? "message" : "line";
    for (const char of text) this.#pass(char);
  }

  /** What was passed on so far was thought, up to this. */
  #takeBack(rest: string): void {
    this.#out = rest.replace(/^[ \t\r\n]+/, "");
    this.#sinceDoubt = "";
    this.#replaces ||= this.#hasGiven;
    this.#hasGiven = false;
    this.#blank = "";
    if (this.#out !== "") return;
    this.#code = new CodePlaces();
    this.#isFirst = true;
    this.#in = "after";
  }

  #pass(text: string): void {
    if (this.#in === "message") return;
    if (this.#in === "header") this.#passInHeader(text);
    else if (this.#beginsLine && (this.#isFirst ? isBlankChar(text) : text === " ")) this.#blank += text;
    else this.#show(text);
  }

  #passInHeader(text: string): void {
    this.#header?.take(text);
    if (this.#header?.isTooLong) this.#leaveHeader();
  }

  #show(text: string): void {
    const held = this.#blank + text;
    this.#blank = "";
    for (const char of held) {
      this.#out += char;
      if (this.#code.isInDoubt) this.#sinceDoubt += char;
      if (!isBlankChar(char)) this.#isFirst = false;
      this.#in = char === "\n" ? "beginning" : "line";
      if (this.#code.take(char)) this.#takeBack(this.#sinceDoubt);
    }
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
    } else if (this.#tag !== "") this.#grow(this.#tag + char);
    if (char === "\n") this.#atLineStart = true;
    else if (!isBlankChar(char)) this.#atLineStart = false;
    return this.#depth === 0;
  }

  #grow(tag: string): void {
    const closing = this.#closing;
    const closes = isClosed(tag, closing);
    const opens = this.#mayNest && openedBy(tag)?.tag === closing.tag;
    if (closes) this.#depth -= 1;
    if (opens) this.#depth += 1;
    const mayGrow = mayClose(tag, closing) || (this.#mayNest && mayOpenThought(tag));
    this.#tag = !closes && !opens && mayGrow ? tag : "";
  }
}
