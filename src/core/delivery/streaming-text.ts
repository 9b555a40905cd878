import type { ToolProgress } from "../domain/tool-progress.ts";
import type { Clock } from "../ports/clock.ts";

/** A text that is still being written. */
export interface StreamingText {
  readonly text: string;
  readonly steps?: readonly ToolProgress[];
  /** Resolves at the next change. */
  nextChange(): Promise<void>;
}

/**
 * So long the first words wait for more: an answer that is whole by then is one message, sent once and without Stop. Where
 * more is there than this many characters there is something to read already.
 */
const WHOLE_WITHIN_MS = 100;
const READABLE_LENGTH = 60;

/** Resolves when a text is worth a message that grows, and when it has ended before. */
export async function untilReadable(
  answer: StreamingText,
  about: { readonly clock: Clock; readonly until: AbortSignal; readonly hasSteps: boolean },
): Promise<void> {
  const { clock, until } = about;
  const ended = new Promise<void>((resolve) =>
    until.addEventListener("abort", () => resolve(), { once: true }),
  );
  const works = () => about.hasSteps && (answer.steps ?? []).length > 0;
  while (!until.aborted && answer.text.trim() === "" && !works())
    await Promise.race([answer.nextChange(), ended]);
  let isLate = false;
  const late = clock.sleep(WHOLE_WITHIN_MS, until).then(() => {
    isLate = true;
  });
  while (!isLate && answer.text.length < READABLE_LENGTH && !works())
    await Promise.race([answer.nextChange(), late]);
}
