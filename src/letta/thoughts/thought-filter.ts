import { ChannelHeader } from "./channel-header.ts";
import { CODE_INDENT, CodePlaces, isBlankChar } from "./code-places.ts";
import { type Begun, type HeaderPart, isHeaderStart, LONGEST_TAG, MARKS, type Mark } from "./tags.ts";
import { Thought } from "./thought.ts";

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
export class ThoughtFilter {
  readonly #scanner = new Scanner();

  push(piece: string): Shown {
    for (let at = 0; at < piece.length; ) {
      const words = this.#scanner.isWithinLine ? wordsAt(piece, at) : "";
      if (words === "") this.#scanner.take(piece.charAt(at));
      else this.#scanner.takeWords(words);
      at += words.length || 1;
    }
    return this.#scanner.given();
  }

  /** What was held back because it might have become a mark. Nothing may be pushed after it. */
  end(): Shown {
    this.#scanner.end();
    return this.#scanner.given();
  }
}

/** Words with nothing between them that begins a mark or code; what stands last may go on in the next piece. */
const WORDS = /[^\s<[◁`~](?:[^\n<[◁`~]|[<[◁](?=[^/|◁A-Za-z]))*/y;

function wordsAt(text: string, at: number): string {
  WORDS.lastIndex = at;
  return WORDS.exec(text)?.[0] ?? "";
}

const MAY_HOLD_MARKS = /[<[◁]/;

export function withoutThoughts(text: string): string {
  if (!MAY_HOLD_MARKS.test(text)) return text;
  const filter = new ThoughtFilter();
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
  #begun: Begun | undefined;
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

  get isWithinLine(): boolean {
    return this.#in === "line" && this.#tag === "";
  }

  /** The same as each of them alone, within a line: no mark begins here, nor code. */
  takeWords(words: string): void {
    this.#out += words;
    if (this.#code.isInDoubt) this.#sinceDoubt += words;
    this.#isFirst = false;
    this.#code.take(words.charAt(0));
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
    const begun = (this.#begun ?? MARKS).with(char);
    if (!this.#begun && !begun) {
      this.#pass(char);
      return;
    }
    this.#tag += char;
    this.#begun = begun;
    if (begun?.mark) this.#meet(begun.mark, this.#takeTag());
    else if (!begun || this.#tag.length > LONGEST_TAG) this.#release();
  }

  /** It is no mark, but another may begin within it. */
  #release(): void {
    const tag = this.#takeTag();
    this.#pass(tag.charAt(0));
    for (let at = 1; at < tag.length; at += 1) this.take(tag.charAt(at));
  }

  #takeTag(): string {
    const tag = this.#tag;
    this.#tag = "";
    this.#begun = undefined;
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

  #open(closing: string, tag: string): void {
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
