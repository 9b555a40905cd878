import { z } from "zod";
import { parseJson } from "../../emulators/kit/http/body.ts";
import type { HeardTurn } from "../model/heard-turn.ts";
import type { ModelMessage, ModelToolCall } from "../model/model.ts";
import { blocksIn, type SeenBlock } from "./prompt-reader.ts";

/** The block that facts about people go to. */
const HUMAN = "human";
const PERSONA = "persona";

/** A line of the memory. */
export interface NoteLine {
  readonly label: string;
  readonly text: string;
  readonly readOnly: boolean;
  /** It stands in the prompt; else it was written in this conversation after the prompt was compiled, or has gone since. */
  readonly isSeen: boolean;
}

/** A call of a tool, as it is going to be made. */
export interface PlannedCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What can be seen of the memory before any tool is called. */
export interface Notebook {
  readonly lines: readonly NoteLine[];
  /** Where a new line goes; absent: nothing can be changed. */
  readonly open: SeenBlock | undefined;
  readonly blocks: readonly SeenBlock[];
}

export const INSERT = "memory_insert";
export const REPLACE = "memory_replace";

const inserted = z.object({ label: z.string(), new_string: z.string() });
const replaced = z.object({ label: z.string(), old_string: z.string(), new_string: z.string() });

/** The blocks of the prompt, and what this conversation has written into them as far as the prompt does not show it. */
export function notebookOf(prompt: string, before: readonly ModelMessage[]): Notebook {
  const blocks = blocksIn(prompt).filter(({ label }) => label !== PERSONA);
  const seen = blocks.flatMap(({ label, value, readOnly }) =>
    linesOf(value).map((text): NoteLine => ({ label, text, readOnly, isSeen: true })),
  );
  const writable = blocks.filter(({ readOnly }) => !readOnly);
  const open = writable.find(({ label }) => label === HUMAN) ?? writable[0];
  return { lines: successesIn(before).reduce(withCall, seen), open, blocks };
}

/** Notes of a value, one a line. */
export const linesOf = (value: string): readonly string[] =>
  value
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

function withCall(lines: readonly NoteLine[], { name, arguments: json }: ModelToolCall): readonly NoteLine[] {
  const given = parseJson(json);
  if (name === INSERT) {
    const { label, new_string } = inserted.safeParse(given).data ?? {};
    return label === undefined || new_string === undefined
      ? lines
      : withLines(lines, label, linesOf(new_string));
  }
  if (name !== REPLACE) return lines;
  const { label, old_string, new_string } = replaced.safeParse(given).data ?? {};
  if (label === undefined || old_string === undefined || new_string === undefined) return lines;
  const old = linesOf(old_string);
  const isThere = old.every((text) => lines.some((line) => line.label === label && line.text === text));
  // The prompt is newer than the call: what became of it stands there.
  if (!isThere) return lines;
  const kept = lines.filter((line) => line.label !== label || !old.includes(line.text));
  return withLines(kept, label, linesOf(new_string));
}

function withLines(lines: readonly NoteLine[], label: string, texts: readonly string[]): readonly NoteLine[] {
  const fresh = texts.filter((text) => !lines.some((line) => line.label === label && line.text === text));
  return [...lines, ...fresh.map((text): NoteLine => ({ label, text, readOnly: false, isSeen: false }))];
}

function successesIn(messages: readonly ModelMessage[]): readonly ModelToolCall[] {
  return callsIn(messages).filter(({ id }) => !hasFailed(returnOf(messages, id)));
}

export const callsIn = (messages: readonly ModelMessage[]): readonly ModelToolCall[] =>
  messages.flatMap(({ toolCalls }) => toolCalls ?? []);

export const returnOf = (messages: readonly ModelMessage[], id: string): string | undefined =>
  messages.find(({ toolCallId }) => toolCallId === id)?.content;

export const hasFailed = (returned: string | undefined): boolean =>
  returned === undefined || returned.startsWith("Error");

const hits = z.object({ results: z.array(z.object({ content: z.string(), timestamp: z.string() })) });

/** What a search of this turn has found. */
export function foundBy(
  { since }: HeardTurn,
  tool: string,
): readonly { readonly content: string; readonly timestamp: string }[] {
  return callsIn(since)
    .filter(({ name }) => name === tool)
    .flatMap(({ id }) => hits.safeParse(parseJson(returnOf(since, id) ?? "")).data?.results ?? []);
}
