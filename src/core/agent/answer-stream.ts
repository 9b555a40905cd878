import type { StreamingText } from "../delivery/answer-renderer.ts";
import type { RunId } from "../domain/model.ts";
import { type ToolProgress, toolStarted, toolsDone } from "../domain/tool-progress.ts";
import type { ReplyEvent, TokenUsage, TurnOutcome } from "../ports/agent/runs.ts";

/** An answer as it arrives. */
export interface AnswerStream extends StreamingText {
  readonly outcome: TurnOutcome | undefined;
  readonly usage: TokenUsage | undefined;
  /**
   * Reads to the end; throws what the stream throws, with everything said before still in `text`. What is read
   * after an earlier stream goes on behind it.
   */
  read(events: AsyncIterable<ReplyEvent>, started: (run: RunId) => Promise<void>): Promise<void>;
}

/** `firstWords` is called once, when the answer begins. */
export function createAnswerStream(firstWords: () => void): AnswerStream {
  let text = "";
  let steps: readonly ToolProgress[] = [];
  let hasBegun = false;
  let outcome: TurnOutcome | undefined;
  let usage: TokenUsage | undefined;
  let wake: (() => void) | undefined;
  let next: Promise<void> | undefined;

  function changed(): Promise<void> {
    next ??= new Promise((resolve) => {
      wake = resolve;
    });
    return next;
  }

  function notify(): void {
    wake?.();
    next = undefined;
    wake = undefined;
  }

  function add(delta: string): void {
    if (!hasBegun) firstWords();
    hasBegun = true;
    text += delta;
    stepped(toolsDone(steps));
    notify();
  }

  function withdraw(length: number): void {
    text = text.slice(0, text.length - length);
    notify();
  }

  function stepped(now: readonly ToolProgress[]): void {
    const isNews = now !== steps;
    steps = now;
    if (isNews) notify();
  }

  function take(event: Exclude<ReplyEvent, { type: "started" }>): void {
    if (event.type === "text") add(event.delta);
    else if (event.type === "withdrawn") withdraw(event.length);
    else if (event.type === "tool") stepped(toolStarted(steps, event.name));
    else {
      outcome = event.outcome;
      usage = event.usage;
    }
  }

  return {
    get text() {
      return text;
    },
    get steps() {
      return steps;
    },
    get outcome() {
      return outcome;
    },
    get usage() {
      return usage;
    },
    nextChange: changed,
    async read(events, started) {
      const before = text && `${text}\n\n`;
      outcome = undefined;
      for await (const event of events) {
        if (event.type === "started") {
          // Of a run that had to begin anew nothing counts that the one before it said.
          text = before;
          await started(event.run);
        } else take(event);
      }
    },
  };
}
