/*
 * Knows, character by character, whether a text is within code, as CommonMark has it: in a fence, or between backticks
 * within a paragraph. Whether backticks begin code is only known once as many follow, and so it is with a fence that is
 * never closed: what was met there stays in doubt until then.
 */

/** From this indentation on a line is code. */
export const CODE_INDENT = 4;
const LEAST_FENCE = 3;

/** What became of a closing tag that was met in the text. */
type Met = "a pair" | "in doubt" | "alone";

export class CodePlaces {
  readonly #line = new LineState();
  #fence: { readonly mark: string; readonly length: number } | undefined;
  /** How many backticks began the code that is open in this paragraph, if any did. */
  #ticks = 0;
  #run = 0;
  /** Opening tags that were met and have no closing tag yet: in the text of this line, and in the code that is open. */
  #open = { text: 0, code: 0 };
  #isInDoubt: boolean = false;

  get isFenced(): boolean {
    return this.#fence !== undefined;
  }

  /** A closing tag was met where only code hides it, and the code has not ended. */
  get isInDoubt(): boolean {
    return this.#isInDoubt;
  }

  /** The next character will be none of a run of backticks. A fence alone hides what begins a line. */
  isCode(beginsLine: boolean): boolean {
    this.#endRun();
    return this.isFenced || (this.#ticks > 0 && !beginsLine);
  }

  meetOpening(beginsLine: boolean): void {
    this.#open[this.isCode(beginsLine) ? "code" : "text"] += 1;
  }

  meetClosing(beginsLine: boolean): Met {
    const place = this.isCode(beginsLine) ? "code" : "text";
    if (this.#open[place] > 0) {
      this.#open[place] -= 1;
      return "a pair";
    }
    this.#isInDoubt ||= place === "code";
    return place === "code" ? "in doubt" : "alone";
  }

  /** True when what was in doubt turns out to stand in no code. */
  take(char: string): boolean {
    if (char === "`") this.#run += 1;
    else this.#endRun();
    if (char !== "\n") this.#line.take(char);
    return char === "\n" && this.#endLine();
  }

  /** The same at the end of the text. */
  end(): boolean {
    this.#endRun();
    return this.#endLine() || this.#settle();
  }

  #settle(): boolean {
    const was = this.#isInDoubt;
    this.#isInDoubt = false;
    this.#ticks = 0;
    return was;
  }

  #endRun(): void {
    const run = this.#run;
    this.#run = 0;
    if (run === 0 || this.isFenced) return;
    if (this.#ticks === 0) {
      this.#ticks = run;
      this.#open.code = 0;
    } else if (this.#ticks === run) {
      this.#ticks = 0;
      this.#isInDoubt = false;
    }
  }

  #endLine(): boolean {
    const line = this.#line;
    const fence = this.#fence;
    if (!fence && line.indent < CODE_INDENT) this.#open.text = 0;
    const { isBlank, mark, length } = line;
    const closes = fence && line.mayCloseFence && mark === fence.mark && length >= fence.length;
    const opens = !fence && line.mayOpenFence;
    line.begin();
    if (closes) {
      this.#fence = undefined;
      this.#isInDoubt = false;
    }
    if (opens) {
      this.#fence = { mark, length };
      this.#open.code = 0;
    }
    // A paragraph ends, and with it the chance of its backticks.
    return (opens || (isBlank && !fence)) && this.#settle();
  }
}

/** What of a line may make it a fence. */
class LineState {
  indent = 0;
  mark = "";
  length = 0;
  #rest: "none" | "blank" | "words" | "words with a tick" = "none";

  get isBlank(): boolean {
    return this.mark === "" && (this.#rest === "none" || this.#rest === "blank");
  }

  get mayOpenFence(): boolean {
    return this.#isFence && !(this.mark === "`" && this.#rest === "words with a tick");
  }

  get mayCloseFence(): boolean {
    return this.#isFence && (this.#rest === "none" || this.#rest === "blank");
  }

  get #isFence(): boolean {
    return this.length >= LEAST_FENCE && this.indent < CODE_INDENT;
  }

  begin(): void {
    this.indent = 0;
    this.mark = "";
    this.length = 0;
    this.#rest = "none";
  }

  take(char: string): void {
    const isRun = this.#rest === "none";
    if (isRun && this.mark === "" && char === " ") this.indent += 1;
    else if (isRun && this.mark === "" && (char === "`" || char === "~")) {
      this.mark = char;
      this.length = 1;
    } else if (isRun && this.mark === char) this.length += 1;
    else if (isBlankChar(char)) this.#rest = this.#rest === "none" ? "blank" : this.#rest;
    else if (char === "`" || this.#rest === "words with a tick") this.#rest = "words with a tick";
    else this.#rest = "words";
  }
}

export const isBlankChar = (char: string): boolean =>
  char === " " || char === "\n" || char === "\r" || char === "\t";
