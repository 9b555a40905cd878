import { z } from "zod";

/** What one answer took, in milliseconds from when it was asked for. */
export interface Sample {
  /** Until its first words are seen. */
  readonly firstMs: number;
  /** Until its last word is. */
  readonly lastMs: number;
  /** Until nothing more may come: it cannot be stopped any more. */
  readonly wholeMs: number;
}

export const Sampled = z.union([
  z.object({ firstMs: z.number(), lastMs: z.number(), wholeMs: z.number() }),
  z.object({ failed: z.string() }),
]);
export type Sampled = z.infer<typeof Sampled>;

/** Somebody who can be asked: a bot through its platform, or Letta itself. */
export interface Talker {
  readonly name: string;
  /** A new conversation, with one answer in it. */
  begin(channel: string, last: string): Promise<string>;
  /** All at once; each gives what it took, or why it failed. */
  ask(asked: readonly { thread: string; text: string; last: string }[]): Promise<readonly Sampled[]>;
}

/** How much more the one took than the other. */
export const addedTo = (alone: Sample, sample: Sample): Sample => ({
  firstMs: sample.firstMs - alone.firstMs,
  lastMs: sample.lastMs - alone.lastMs,
  wholeMs: sample.wholeMs - alone.wholeMs,
});

let words = 0;
/** A word that stands in no other answer. */
export function newWord(): string {
  words += 1;
  return `t${words}x`;
}
