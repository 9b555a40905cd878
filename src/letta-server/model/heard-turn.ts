import { z } from "zod";
import { parseJson } from "../../emulators/kit/http/body.ts";
import type { ModelMessage } from "./model.ts";

/** One thing that somebody said. */
export interface Utterance {
  /** Undefined when the text does not say who speaks. */
  readonly speaker: string | undefined;
  readonly text: string;
  /** Nothing of it is kept, as it says itself: whoever said it is of another company. */
  readonly isUnkept?: boolean;
}

/** What a turn is about: what was said in it, and what has happened in it since. */
export interface HeardTurn {
  readonly said: readonly Utterance[];
  /** What was shown with it, as data URLs. */
  readonly images: readonly string[];
  /** Calls and returns of tools, after what was said. */
  readonly since: readonly ModelMessage[];
  /** What was there before, oldest first. */
  readonly before: readonly ModelMessage[];
}

/** Finds the turn that a model is asked to answer: the last messages of people in a row. */
export function turnOf(messages: readonly ModelMessage[]): HeardTurn {
  const last = messages.findLastIndex(({ role }) => role === "user");
  const earlier = messages.slice(0, last + 1);
  const first = earlier.findLastIndex(({ role }) => role !== "user") + 1;
  const now = messages.slice(first, last + 1);
  return {
    before: messages.slice(0, first),
    said: now.map(({ content }) => utterance(content)),
    images: now.flatMap(({ images = [] }) => images),
    since: messages.slice(last + 1),
  };
}

const tagged = z
  .object({ from: z.string().optional(), name: z.string().optional(), text: z.string() })
  .transform(({ from, name, text }) => ({ speaker: from ?? name, text }));

const CLOSED = "</message>";
/** Names and dates are no longer. */
const HEADER_AT_MOST = 400;

/** What the bot adds to words of which nothing is kept, on a line of its own at their end. */
const UNKEPT = /\n\(of another company: nothing of this is kept\b[^\n]*\)$/;

/** As `spoken` reads it, without what is said of it in brackets. */
export function utterance(content: string): Utterance {
  const said = content.trim().replace(UNKEPT, "");
  return said === content.trim() ? spoken(said) : { ...spoken(said), isUnkept: true };
}

/**
 * Reads who speaks. The form is the bot's affair and may change, so several are understood: `[Alice] hello`,
 * `<message from="Alice">hello</message>`, `{"from":"Alice","text":"hello"}`.
 */
function spoken(trimmed: string): Utterance {
  const bracketed = /^\[([^\]\n]{1,80})\]/.exec(trimmed);
  if (bracketed)
    return { speaker: bracketed[1]?.trim(), text: trimmed.slice(bracketed[0].length).trimStart() };
  const opened = trimmed.indexOf(">");
  if (trimmed.startsWith("<message ") && opened > 0 && opened < HEADER_AT_MOST && trimmed.endsWith(CLOSED)) {
    const from = /\s(?:from|name)="([^"]{1,80})"/.exec(trimmed.slice(0, opened))?.[1];
    if (from) return { speaker: from, text: trimmed.slice(opened + 1, -CLOSED.length).trim() };
  }
  if (trimmed.startsWith("{")) {
    const parsed = tagged.safeParse(parseJson(trimmed));
    if (parsed.success) return parsed.data;
  }
  return { speaker: undefined, text: trimmed };
}
