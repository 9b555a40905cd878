import type { StreamingText } from "../delivery/streaming-text.ts";
import type { RunId } from "../domain/model.ts";
import { type ToolProgress, toolStarted, toolsDone } from "../domain/tool-progress.ts";
import type { ReplyEvent, TokenUsage, TurnOutcome } from "../ports/agent/runs.ts";

/** An answer as it arrives. */
export class AnswerStream implements StreamingText {
  readonly #firstWords: () => void;
  #text: string = "";
  #steps: readonly ToolProgress[] = [];
  #hasBegun: boolean = false;
  #outcome: TurnOutcome | undefined;
  #usage: TokenUsage | undefined;
  #wake: (() => void) | undefined;
  #next: Promise<void> | undefined;

  /** `firstWords` is called once, when the answer begins. */
  constructor(firstWords: () => void) {
    this.#firstWords = firstWords;
  }

  get text(): string {
    return this.#text;
  }

  get steps(): readonly ToolProgress[] {
    return this.#steps;
  }

  get outcome(): TurnOutcome | undefined {
    return this.#outcome;
  }

  get usage(): TokenUsage | undefined {
    return this.#usage;
  }

  nextChange(): Promise<void> {
    this.#next ??= new Promise((resolve) => {
      this.#wake = resolve;
    });
    return this.#next;
  }

  /**
   * Reads to the end; throws what the stream throws, with everything said before still in `text`. What is read
   * after an earlier stream goes on behind it.
   */
  async read(events: AsyncIterable<ReplyEvent>, started: (run: RunId) => void): Promise<void> {
    const before = this.#text && `${this.#text}\n\n`;
    this.#outcome = undefined;
    for await (const event of events) {
      if (event.type === "started") {
        // A restarted run replaces the text of the previous one.
        this.#text = before;
        started(event.run);
      } else this.#take(event);
    }
  }

  #take(event: Exclude<ReplyEvent, { type: "started" }>): void {
    if (event.type === "text") this.#add(event.delta);
    else if (event.type === "withdrawn") this.#withdraw(event.length);
    else if (event.type === "tool") this.#progress(toolStarted(this.#steps, event.activity));
    else {
      this.#outcome = event.outcome;
      this.#usage = event.usage;
    }
  }

  #add(delta: string): void {
    if (!this.#hasBegun) this.#firstWords();
    this.#hasBegun = true;
    this.#text += delta;
    this.#progress(toolsDone(this.#steps));
    this.#notify();
  }

  #withdraw(length: number): void {
    this.#text = this.#text.slice(0, this.#text.length - length);
    this.#notify();
  }

  #progress(now: readonly ToolProgress[]): void {
    const isNews = now !== this.#steps;
    this.#steps = now;
    if (isNews) this.#notify();
  }

  #notify(): void {
    this.#wake?.();
    this.#next = undefined;
    this.#wake = undefined;
  }
}
