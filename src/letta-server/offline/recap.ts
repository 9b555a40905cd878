import type { HeardTurn, Utterance } from "../model/heard-turn.ts";
import { utterance } from "../model/heard-turn.ts";
import type { Fact } from "./facts.ts";
import { type Intent, intentsOf, SOMEBODY } from "./intents.ts";
import type { NoteLine } from "./notebook.ts";
import { clipped } from "./words.ts";

const TOLD_AT_MOST = 10;
const SAID_LENGTH = 120;

/** What people said in this conversation, in order. Compactions and other things of the machine's are left out. */
const saidIn = ({ before }: HeardTurn): readonly Utterance[] =>
  before
    .filter(({ role }) => role === "user")
    .map(({ content }) => utterance(content))
    .filter(({ speaker, text }) => text.trim() !== "" && (speaker !== undefined || !text.startsWith("{")));

/** The thread in a few lines; what was noted and has been forgotten since is not told again. */
export function recap(turn: HeardTurn, standing: Standing): string {
  const all = saidIn(turn);
  const told = stillTold(all, standing);
  if (told.length === 0)
    return all.length === 0 ? "" : "Nothing that is left: greetings, and what has been forgotten since.";
  const lines = told.slice(-TOLD_AT_MOST).map(lineOf);
  const left = told.length - lines.length;
  const heading = `This thread so far, in ${told.length === 1 ? "one message" : `${told.length} messages`}:`;
  return [heading, ...(left > 0 ? [`- (${left} earlier)`] : []), ...lines].join("\n");
}

const lineOf = ({ speaker = SOMEBODY, text }: Utterance): string => {
  const said = clipped(text, SAID_LENGTH);
  return `- ${speaker} ${said.endsWith("?") ? "asked" : "said"}: ${said}`;
};

const CHATTER = new Set([
  "greeting",
  "thanks",
  "goodbye",
  "how-are-you",
  "help",
  "about-me",
  "about-you",
  "talked-about",
  "sum-up",
]);

type Standing = readonly Pick<NoteLine, "text">[];

/**
 * What of the talk may be told again, oldest first. Greetings and questions about the talk itself are no talk. What was to
 * be noted is told while the note stands: without it somebody has taken it out, and it does not come back by this way.
 * Requests to forget name what is to be forgotten.
 */
export function stillTold(all: readonly Utterance[], standing: Standing): readonly Utterance[] {
  const last = new Map<string | undefined, Fact>();
  return all.filter((said) => {
    // "No, it's Max" is about what the same person told before.
    const intents = intentsOf(said, last.get(said.speaker));
    for (const intent of intents)
      if (intent.type === "note" && intent.fact) last.set(said.speaker, intent.fact);
    const isTalk = intents.some(({ type }) => !CHATTER.has(type));
    return isTalk && intents.every((intent) => isToldStill(intent, standing));
  });
}

function isToldStill(intent: Intent, standing: Standing): boolean {
  if (intent.type === "forget") return false;
  return intent.type !== "note" || standing.some(({ text }) => text.replace(/^[-•]\s*/, "") === intent.note);
}

interface Found {
  readonly content: string;
  readonly timestamp: string;
}

const DAY_MS = 86_400_000;
const RECALLED_AT_MOST = 6;

/** What this person said at that time, in any conversation of this memory; what asks is no talk. */
export function talkOf(
  found: readonly Found[],
  asked: { readonly speaker: string; readonly when: "yesterday" | "today" | "ever"; readonly now: number },
  standing: Standing,
): string {
  const dated = found
    .map(({ content, timestamp }) => ({ said: utterance(content), at: Date.parse(timestamp) }))
    .filter(({ said }) => (said.speaker ?? SOMEBODY) === asked.speaker);
  const oldestFirst = dated.map(({ said }) => said).toReversed();
  const told = new Set(stillTold(oldestFirst, standing));
  const own = dated.filter(({ said }) => told.has(said));
  const dayOf = (at: number) => Math.floor(at / DAY_MS);
  const back = asked.when === "yesterday" ? 1 : 0;
  const then = own.filter(({ at }) => asked.when === "ever" || dayOf(asked.now) - dayOf(at) === back);
  const shown = (then.length > 0 ? then : own).slice(0, RECALLED_AT_MOST).toReversed();
  if (shown.length === 0) return "";
  const whens = { yesterday: "Yesterday", today: "Today", ever: "Lately" };
  const heading =
    then.length > 0
      ? `${whens[asked.when]} you said:`
      : `I find nothing of ${asked.when}. The last that you said:`;
  return [heading, ...shown.map(({ said }) => `> ${clipped(said.text, SAID_LENGTH)}`)].join("\n");
}
