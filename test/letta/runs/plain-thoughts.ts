/*
 * What is shown of a text that holds thoughts, in the plainest way: the whole text is there, and what is asked of the part
 * that was passed on is found out anew each time. Slow, and nothing of it is taken from the filter it is compared with.
 */

const NAMES =
  "think|thinking|thought|thoughts|reasoning|seed:think|antthinking|scratchpad|inner_monologue|internal_monologue";
const LOOSE_OPENING = new RegExp(String.raw`^<(?<name>${NAMES})(?:[ \t]+[\w:-]+=[^<>\n]*|[ \t]*)>`, "i");
const EXACT_OPENING = /^(?:\[THINK\]|◁think▷|<\|begin_of_thought\|>)/;
const LOOSE_CLOSING = new RegExp(String.raw`^</(?:${NAMES})\s*>`, "i");
const EXACT_CLOSING = /^(?:\[\/THINK\]|◁\/think▷|<\|end_of_thought\|>)/;
const MESSAGE_END = /^<\|(?:end|return|call)\|>/;
const HEADER_START = /^<\|(?:start|channel)\|>/;
const HEADER_PART = /^<\|(?<part>start|channel|constrain|message)\|>/;
const LONGEST_HEADER = 200;

const openingAt = (text: string) => (LOOSE_OPENING.exec(text) ?? EXACT_OPENING.exec(text))?.[0];
const closingAt = (text: string) => (LOOSE_CLOSING.exec(text) ?? EXACT_CLOSING.exec(text))?.[0];
const blanksAt = (text: string) => /^[ \n\r\t]*/.exec(text)?.[0].length ?? 0;

/** A tag that was passed on: one that opens, or the closing one that belongs to it. */
interface PassedTag {
  readonly at: number;
  readonly inCode: boolean;
  readonly opens: boolean;
}

export function plainly(text: string): string {
  const reading = new PlainReading(text);
  while (!reading.isOver) reading.step();
  return reading.end();
}

class PlainReading {
  readonly #text: string;
  #at = 0;
  #shown = "";
  /** All that was passed on since the last time when all was taken back. */
  #passed = "";
  #tags: PassedTag[] = [];
  /** Behind the last closing tag that only code hides: where in what was passed on, and in what is shown. */
  #doubt: { readonly passed: number; readonly shown: number } | undefined;
  #isForPeople: boolean = false;
  /** Something was left out right before this. */
  #isAfter: boolean = false;

  constructor(text: string) {
    this.#text = text;
  }

  get isOver(): boolean {
    return this.#at >= this.#text.length;
  }

  step(): void {
    const rest = this.#text.slice(this.#at);
    const place = placeIn(this.#passed, this.#isAfter);
    const opening = openingAt(rest);
    const closing = closingAt(rest);
    if (opening) this.#open(opening, place);
    else if (closing) this.#close(closing, place);
    else if (place.inCode || !this.#takeChannelMark(rest, place)) this.#say(rest.charAt(0));
  }

  end(): string {
    this.#settle(true);
    return this.#shown;
  }

  #open(tag: string, place: Place): void {
    if (place.mayOpen) {
      this.#leaveOut(place, thoughtLength(this.#text.slice(this.#at), tag));
      this.#skipBlanks();
    } else {
      this.#tags.push({ at: this.#passed.length, inCode: place.inCode, opens: true });
      this.#say(tag);
    }
  }

  #close(tag: string, { inCode, since }: Place): void {
    const open = this.#tags
      .filter(({ at, ...other }) => other.inCode === inCode && at >= since)
      .reduce((sum, { opens }) => sum + (opens ? 1 : -1), 0);
    if (open === 0 && !inCode) {
      this.#at += tag.length;
      this.#takeBack("");
      return;
    }
    if (open > 0) this.#tags.push({ at: this.#passed.length, inCode, opens: false });
    this.#say(tag);
    if (open === 0) this.#doubt = { passed: this.#passed.length, shown: this.#shown.length };
  }

  /** False where none stands. */
  #takeChannelMark(rest: string, place: Place): boolean {
    const end = MESSAGE_END.exec(rest)?.[0];
    if (end) this.#at += end.length;
    else if (HEADER_START.test(rest)) this.#takeHeader(headerAt(rest), place);
    else return false;
    return true;
  }

  #takeHeader({ length, isForPeople, isCut }: Header, place: Place): void {
    if (isForPeople === undefined && isCut && place.isFirst) this.#leaveOut(place, length);
    else if (isForPeople === undefined) this.#say(this.#text.slice(this.#at, this.#at + length));
    else {
      this.#leaveOut(place, length);
      if (!isForPeople) this.#at += messageLength(this.#text.slice(this.#at));
      else {
        this.#skipBlanks();
        if (!this.#isForPeople) this.#takeBack("");
        this.#isForPeople = true;
      }
    }
  }

  /** With the blanks before it. */
  #leaveOut({ blanks }: Place, length: number): void {
    this.#shown = this.#shown.slice(0, this.#shown.length - blanks);
    this.#passed = this.#passed.slice(0, this.#passed.length - blanks);
    this.#at += length;
    this.#isAfter = true;
  }

  #skipBlanks(): void {
    this.#at += blanksAt(this.#text.slice(this.#at));
  }

  #say(words: string): void {
    this.#at += words.length;
    for (const char of words) {
      this.#shown += char;
      this.#passed += char;
      this.#isAfter = false;
      this.#settle(false);
    }
  }

  #settle(isEnd: boolean): void {
    const fate = this.#doubt && fateOf(this.#passed, this.#doubt.passed, isEnd);
    if (fate === "thought") this.#takeBack(this.#shown.slice(this.#doubt?.shown));
    else if (fate === "code") this.#doubt = undefined;
  }

  #takeBack(rest: string): void {
    this.#shown = rest.slice(blanksAt(rest));
    this.#doubt = undefined;
    if (this.#shown !== "") return;
    this.#passed = "";
    this.#tags = [];
    this.#skipBlanks();
  }
}

interface Place {
  readonly inCode: boolean;
  /** Where the code began, or the line. */
  readonly since: number;
  readonly mayOpen: boolean;
  readonly isFirst: boolean;
  /** So many of them, at the end, would go with a thought. */
  readonly blanks: number;
}

function placeIn(passed: string, isAfter: boolean): Place {
  const { fence, paragraph, lines } = walked(passed);
  const last = passed.slice(passed.lastIndexOf("\n") + 1);
  const isFirst = blanksAt(passed) === passed.length;
  const beginsLine = isFirst || isAfter || /^ *$/.test(last);
  const ticks = fence === undefined && !beginsLine ? ticksIn(passed.slice(paragraph), true) : undefined;
  const held = isAfter ? 0 : last.length;
  return {
    inCode: fence !== undefined || ticks !== undefined,
    since: fence ?? (ticks ? paragraph + ticks.from : lines),
    mayOpen: isFirst || (beginsLine && fence === undefined && held < 4),
    isFirst,
    blanks: isFirst ? passed.length : beginsLine ? held : 0,
  };
}

/** Where the open fence, the paragraph, and the lines began whose tags belong together. */
function walked(passed: string) {
  let fence: { readonly marker: string; readonly from: number } | undefined;
  let paragraph = 0;
  let lines = 0;
  let end = 0;
  for (const line of passed.split("\n").slice(0, -1)) {
    end += line.length + 1;
    const marker = fenceIn(line, fence?.marker);
    if (fence === undefined && !line.startsWith("    ")) lines = end;
    if (marker !== undefined || (fence === undefined && blanksAt(line) === line.length)) paragraph = end;
    if (marker !== undefined) fence = fence ? undefined : { marker, from: end };
  }
  return { fence: fence?.from, paragraph, lines };
}

/** The marker of a line that opens a fence, or closes the one that is open. */
function fenceIn(line: string, open: string | undefined): string | undefined {
  const { marker = "", rest = "" } = /^ {0,3}(?<marker>`{3,}|~{3,})(?<rest>.*)$/s.exec(line)?.groups ?? {};
  const opens = marker !== "" && !(marker.startsWith("`") && rest.includes("`"));
  const isIt = open === undefined ? opens : marker.startsWith(open) && blanksAt(rest) === rest.length;
  return isIt ? marker : undefined;
}

/** The backticks that are open at the end of a paragraph, and where what they hold begins. */
function ticksIn(paragraph: string, isRunWhole: boolean) {
  let open: { readonly count: number; readonly from: number } | undefined;
  for (const { 0: run, index } of paragraph.matchAll(/`+/g)) {
    const from = index + run.length;
    if (from === paragraph.length && !isRunWhole) break;
    if (!open) open = { count: run.length, from };
    else if (open.count === run.length) open = undefined;
  }
  return open;
}

/** What has become of a closing tag in code; undefined while that is open. */
function fateOf(passed: string, at: number, isEnd: boolean): "code" | "thought" | undefined {
  const before = walked(passed.slice(0, at));
  const now = walked(isEnd ? `${passed}\n` : passed);
  const open = isEnd ? "thought" : undefined;
  if (before.fence !== undefined) return now.fence === before.fence ? open : "code";
  const end = paragraphEnd(passed, at);
  const paragraph = passed.slice(before.paragraph, end);
  const { count, from } = ticksIn(passed.slice(before.paragraph, at), true) ?? { count: 0, from: 0 };
  const isClosed = [...paragraph.slice(from).matchAll(/`+/g)].some(({ 0: run, index }) => {
    const isWhole = isEnd || end !== undefined || from + index + run.length < paragraph.length;
    return isWhole && run.length === count;
  });
  if (isClosed) return "code";
  return end === undefined ? open : "thought";
}

/** Undefined when it goes on. */
function paragraphEnd(passed: string, at: number): number | undefined {
  return [...passed.slice(at).matchAll(/\n/g)]
    .map(({ index }) => at + index + 1)
    .find((end) => walked(passed.slice(0, end)).paragraph === end);
}

function thoughtLength(rest: string, opening: string): number {
  const [, ...behind] = tagsOfThought(rest, opening);
  let depth = 1;
  for (const { opens, end } of behind) {
    depth += opens ? 1 : -1;
    if (depth === 0) return end;
  }
  return rest.length;
}

/** The tags of one name: those that close wherever they stand, those that open where they begin a line. */
function tagsOfThought(rest: string, opening: string) {
  const name = nameOf(opening);
  const found: { readonly opens: boolean; readonly end: number }[] = [];
  for (let at = 0; at < rest.length; at += 1) {
    const here = rest.slice(at);
    const closing = closingAt(here);
    const opens = openingAt(here);
    const before = rest.slice(opening.length, at);
    const beginsLine = at === 0 || (at >= opening.length && /(?:^|\n)[ \r\t]*$/.test(before));
    if (closing && nameOf(closing) === name) found.push({ opens: false, end: at + closing.length });
    else if (opens && beginsLine && nameOf(opens) === name)
      found.push({ opens: true, end: at + opens.length });
  }
  return found;
}

/** Tags of one name belong together. */
const nameOf = (tag: string): string | undefined =>
  (LOOSE_OPENING.exec(tag)?.groups?.name ?? tag.replace(/^<\/|>$/g, ""))
    .trim()
    .toLowerCase()
    .replace(/^\[\//, "[")
    .replace(/^◁\//, "◁")
    .replace("end_of", "begin_of");

interface Header {
  /** As far as it may be one. */
  readonly length: number;
  /** Whether people may read what follows; undefined when this is none. */
  readonly isForPeople?: boolean | undefined;
  /** The text ends within it. */
  readonly isCut?: boolean;
}

function headerAt(rest: string): Header {
  const said: Record<string, string> = {};
  let current = "";
  let at = 0;
  while (at < rest.length) {
    const here = rest.slice(at);
    const { 0: mark = "", groups } = HEADER_PART.exec(here) ?? {};
    if (groups?.part === "message") return { length: at + mark.length, isForPeople: whoReads(said) };
    if (mark !== "") current = groups?.part ?? "";
    else if (openingAt(here) || closingAt(here) || MESSAGE_END.test(here)) return { length: at };
    else said[current] = (said[current] ?? "") + here.charAt(0);
    at += mark.length || 1;
    if (mark === "" && at > LONGEST_HEADER) return { length: at };
  }
  return { length: at, isCut: true };
}

function whoReads({ start = "", channel = "" }: Record<string, string>): boolean | undefined {
  const [role, name] = [start, channel].map((words) => /^\s*([\w.-]+)(?!\S)/.exec(words)?.[1]);
  if (name !== undefined) return name === "final";
  return role === undefined ? undefined : role === "assistant";
}

/** A message that is not for people, with the blanks behind its end. */
function messageLength(rest: string): number {
  let at = 0;
  while (at < rest.length) {
    const here = rest.slice(at);
    const end = MESSAGE_END.exec(here)?.[0];
    if (end) return at + end.length + blanksAt(here.slice(end.length));
    const part = HEADER_PART.exec(here)?.groups?.part;
    if (part === "start" || part === "channel") {
      const header = headerAt(here);
      if (header.isForPeople !== undefined) return at;
      at += header.length;
    } else at += 1;
  }
  return rest.length;
}
