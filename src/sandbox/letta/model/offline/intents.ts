import type { Utterance } from "../heard.ts";
import { factAbout } from "./facts.ts";

/** Who speaks when the text does not say. */
export const SOMEBODY = "The user";

/** What somebody wants, as far as rules can tell. */
export type Intent =
  | { readonly type: "fact"; readonly speaker: string; readonly note: string }
  | { readonly type: "keep"; readonly speaker: string; readonly note: string }
  | { readonly type: "forget"; readonly speaker: string; readonly note: string }
  | { readonly type: "name-asked"; readonly speaker: string }
  | { readonly type: "about-me"; readonly speaker: string }
  | { readonly type: "about-you"; readonly speaker: string }
  | { readonly type: "about-topic"; readonly speaker: string; readonly topic: string }
  | { readonly type: "long"; readonly speaker: string }
  | { readonly type: "greeting"; readonly speaker: string }
  | { readonly type: "thanks"; readonly speaker: string }
  | { readonly type: "goodbye"; readonly speaker: string }
  | { readonly type: "help"; readonly speaker: string }
  | { readonly type: "other"; readonly speaker: string; readonly text: string };

const NAME_ASKED = /\bwhat(?:'s| is) my name\b|\bdo you (?:know|remember) my name\b|\bwho am i\b/i;
const ABOUT_ME =
  /\bwhat do you (?:know|remember)(?: about me| of me)?\s*\??$|\b(?:know|remember|have noted|learned?) (?:about|of) me\b/i;
const ABOUT_YOU = /\bwho are you\b|\bwhat(?:'s| is) your name\b|\bwhat are you\b|\babout yourself\b/i;
const HELP = /^(?:help|what can (?:you|i) (?:do|say|try))\b/i;
const LONG =
  /\b(?:tell|write|give) (?:me |us )?(?:a |an )?(?:very )?long\b|\blong (?:story|answer|text|one)\b/i;
const GREETING = /^(?:hi|hello|hey|good (?:morning|afternoon|evening)|moin|servus|hallo)\b/i;
const THANKS = /\b(?:thanks|thank you|thx|cheers)\b/i;
const GOODBYE = /^(?:bye|goodbye|good night|see you|cu|ciao)\b/i;
const TOPIC =
  /\b(?:know|remember|noted|say|said|talk(?:ed)?|tell me|told you) (?:anything |something )?about (?:the |my |our |a |an )?(.{2,80}?)\s*\??$/i;

/** Reads one utterance, sentence by sentence; there is always at least one intent. */
export function intentsOf({ speaker = SOMEBODY, text }: Utterance): readonly Intent[] {
  const plain = text.trim();
  const kept = /^(?:please\s+)?(?:remember|note|keep in mind)(?:\s+that|:)?\s+(.{2,500})$/is.exec(plain)?.[1];
  if (kept && !kept.endsWith("?")) return [keep(speaker, kept)];
  const dropped = /^(?:please\s+)?forget(?:\s+that|:)?\s+(.{2,300})$/i.exec(plain)?.[1];
  if (dropped) return [{ type: "forget", speaker, note: factAbout(speaker, dropped) ?? noteOf(dropped) }];
  const question = questionOf(speaker, plain);
  if (question) return [question];
  const facts = sentencesOf(plain)
    .map((sentence) => factAbout(speaker, sentence))
    .filter((note) => note !== undefined);
  if (facts.length > 0) return facts.map((note): Intent => ({ type: "fact", speaker, note }));
  return [smallTalk(speaker, plain)];
}

function keep(speaker: string, kept: string): Intent {
  const note = factAbout(speaker, kept);
  return note ? { type: "fact", speaker, note } : { type: "keep", speaker, note: noteOf(kept) };
}

function questionOf(speaker: string, text: string): Intent | undefined {
  if (NAME_ASKED.test(text)) return { type: "name-asked", speaker };
  if (ABOUT_ME.test(text)) return { type: "about-me", speaker };
  if (ABOUT_YOU.test(text)) return { type: "about-you", speaker };
  if (HELP.test(text)) return { type: "help", speaker };
  if (LONG.test(text)) return { type: "long", speaker };
  const topic = TOPIC.exec(text)?.[1] ?? (text.endsWith("?") ? topicOf(text) : undefined);
  return topic ? { type: "about-topic", speaker, topic } : undefined;
}

function smallTalk(speaker: string, text: string): Intent {
  if (GREETING.test(text)) return { type: "greeting", speaker };
  if (GOODBYE.test(text)) return { type: "goodbye", speaker };
  if (THANKS.test(text)) return { type: "thanks", speaker };
  return { type: "other", speaker, text };
}

const COMMON = new Set(
  "about again also could does doing from have here into just know like make more much need please really should some tell than that their them then there these they thing think this those want what when where which will with would your yours".split(
    " ",
  ),
);

/** The longest word that means something. Memory is searched by substring, so one word finds most. */
export function topicOf(text: string): string | undefined {
  const words = text.toLowerCase().match(/[\p{L}\p{N}'-]{4,}/gu) ?? [];
  return words.filter((word) => !COMMON.has(word)).toSorted((left, right) => right.length - left.length)[0];
}

const sentencesOf = (text: string): readonly string[] =>
  text
    .split(/(?<=[.!?])\s+|\n+|\s+(?:and|but)\s+(?=(?:i|my)\b)/i)
    .filter((sentence) => sentence.trim() !== "");

const noteOf = (text: string): string => {
  const trimmed = text.trim().replace(/\.+$/, "");
  return `${trimmed.slice(0, 1).toUpperCase()}${trimmed.slice(1)}.`;
};
