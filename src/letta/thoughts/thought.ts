import { isBlankChar } from "./code-places.ts";
import { type Begun, LONGEST_TAG, MARKS, type Mark } from "./tags.ts";

/** Waits for the end of what is thought; the same tag at the beginning of a line opens once more. */
export class Thought {
  readonly #closing: string;
  #depth = 1;
  #begun: Begun | undefined;
  #length = 0;
  #atLineStart: boolean = true;
  #mayNest: boolean = false;

  constructor(closing: string) {
    this.#closing = closing;
  }

  /** True when this character ends it. */
  take(char: string): boolean {
    if (char === this.#closing.charAt(0)) {
      this.#begun = MARKS.with(char);
      this.#length = 1;
      this.#mayNest = this.#atLineStart;
    } else if (this.#begun) {
      this.#length += 1;
      this.#begun = this.#length > LONGEST_TAG ? undefined : this.#begun.with(char);
    }
    const mark = this.#begun?.mark;
    if (mark) this.#meet(mark);
    if (char === "\n") this.#atLineStart = true;
    else if (!isBlankChar(char)) this.#atLineStart = false;
    return this.#depth === 0;
  }

  #meet(mark: Mark): void {
    this.#begun = undefined;
    const isOfThis = (mark.kind === "opens" || mark.kind === "closes") && mark.closing === this.#closing;
    if (isOfThis && mark.kind === "closes") this.#depth -= 1;
    else if (isOfThis && this.#mayNest) this.#depth += 1;
  }
}
