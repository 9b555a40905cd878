import type { Utterance } from "../model/heard-turn.ts";
import { type Fact, factIn, noteOf } from "./facts.ts";
import { questionOf, type Wish } from "./questions.ts";
import { readable, sentencesOf, withoutEnd } from "./words.ts";

/** Who speaks when the text does not say. */
export const SOMEBODY = "The user";

/** What somebody wants, as far as rules can tell. */
export type Intent = { readonly speaker: string } & (
  | {
      readonly type: "note";
      readonly note: string;
      readonly fact: Fact | undefined;
      /** It takes the place of what was noted of the same thing before. */
      readonly corrects: boolean;
    }
  | { readonly type: "forget"; readonly target: string; readonly exact: string | undefined }
  | Wish
  /** It would change what is noted, and nothing of it is kept. */
  | { readonly type: "unkept" }
  | { readonly type: "other"; readonly text: string }
);

const POLITE = "(?:please\\s+|(?:can|could|would|will)\\s+you\\s+(?:please\\s+)?)?";
const KEEP = new RegExp(
  `^${POLITE}(?:(?:do\\s+not|don't)\\s+(?:ever\\s+)?forget|remember|note(?:\\s+down)?|write\\s+down|keep\\s+in\\s+mind|make\\s+a\\s+note|save)\\b(?: (?:that|this)\\b)? ?:? ?(\\S.*)$`,
  "i",
);
const FORGET = new RegExp(
  `^${POLITE}(?:forget|delete|erase|remove|stop\\s+remembering|(?:do\\s+not|don't)\\s+remember)\\b(?: (?:about|that)\\b)? ?:? ?(\\S.*)$`,
  "i",
);
const NO_LONGER = [
  /^(?:i|we) (?:no longer|don't|do not) (.{2,200}?) any ?more$/i,
  /^(?:i|we) no longer (.{2,200})$/i,
] as const;
const CORRECTING =
  /^(?:no|nope|wait|actually|sorry|correction|oops|i meant|i was wrong|that's wrong|that is wrong)\b[\s,:.!-]{0,5}/i;
/** "… And I live in Berlin": more of oneself, in a sentence of its own. */
const AND = /^(?:and|but) (?=(?:i|i'm|my)\b)/i;
const OF_THE_LAST =
  /^(?:(?:it|he|she)(?:'s| is)(?: (?:called|named))?|(?:his|her|its|the) name(?:'s| is)) (?:actually )?(.{1,60})$/i;
const EVERYTHING =
  /^(?:everything|all)(?:\s+(?:that\s+)?(?:you\s+(?:know|have|noted|remember)|i\s+(?:said|told you)))?(?:\s+(?:about|of)\s+me)?$/i;
const THAT = /^(?:it|that|this|what i (?:just )?said)$/i;

/** What a request to forget means, when it does not name anything. */
export const ALL = "everything";
export const LAST = "the last";

/** Reads one utterance, sentence by sentence; there is always at least one intent. */
export function intentsOf({ speaker = SOMEBODY, text }: Utterance, last?: Fact): readonly Intent[] {
  const plain = readable(text);
  const sentences = sentencesOf(plain);
  const intents: Intent[] = [];
  let latest = last;
  for (const [index, sentence] of sentences.entries()) {
    const kept = keptIn(sentence);
    // What follows "remember" is all to be remembered.
    const found = kept
      ? keep(speaker, [kept, ...sentences.slice(index + 1)])
      : one(speaker, sentence, latest);
    intents.push(...found);
    for (const intent of found) if (intent.type === "note" && intent.fact) latest = intent.fact;
    if (kept) break;
  }
  const telling = intents.filter(({ type }) => type !== "other");
  const wanted = telling.filter(({ type }) => type !== "greeting" && type !== "thanks");
  if (wanted.length > 0) return askedOnce(wanted).slice(0, 12);
  return telling.length > 0 ? telling.slice(0, 1) : [{ type: "other", speaker, text: plain }];
}

/** "What do you know about me? And who am I?" is one question. */
function askedOnce(intents: readonly Intent[]): readonly Intent[] {
  const [first, ...more] = intents.filter((intent) => intent.type === "about-me");
  if (!first || more.length === 0) return intents;
  const whole = { ...first, withName: first.withName || more.some(({ withName }) => withName) };
  return intents
    .filter((intent) => intent.type !== "about-me" || intent === first)
    .map((intent) => (intent === first ? whole : intent));
}

/** "Can you remember that …?" is an order in the form of a question; "do you remember …?" is a question. */
function keptIn(sentence: string): string | undefined {
  if (!sentence.endsWith("?")) return KEEP.exec(sentence)?.[1];
  return /^(?:can|could|would|will) you .*\bthat\b/i.test(sentence)
    ? KEEP.exec(sentence.slice(0, -1))?.[1]
    : undefined;
}

function one(speaker: string, given: string, last: Fact | undefined): readonly Intent[] {
  const corrects = CORRECTING.test(given);
  const sentence = given.replace(CORRECTING, "").replace(AND, "");
  const forgotten = FORGET.exec(withoutEnd(sentence).replace(/\?$/, ""))?.[1];
  if (forgotten) return [forget(speaker, forgotten, last)];
  for (const form of NO_LONGER) {
    const gone = form.exec(sentence)?.[1];
    if (gone) return [forget(speaker, `I ${gone}`, last)];
  }
  const question = questionOf(sentence) ?? questionOf(given);
  // "Hello, my boat is called Marabou" is more than a greeting.
  const isMore = question?.type === "greeting" && factIn(speaker, sentence) !== undefined;
  if (question && !isMore) return [{ ...question, speaker }];
  const fact =
    factIn(speaker, sentence) ?? (last?.who === speaker ? ofTheLast(sentence, last, corrects) : undefined);
  if (fact) return [{ type: "note", speaker, note: noteOf(fact), fact, corrects }];
  return [{ type: "other", speaker, text: given }];
}

/** "His name is Rex", after "I have a dog"; "no, it's Max", after "my dog is called Rex"; "and she is three". */
function ofTheLast(given: string, last: Fact, corrects: boolean): Fact | undefined {
  const sentence = given.replace(/^and /i, "");
  const said = OF_THE_LAST.exec(sentence)?.[1];
  const had = last.verb === "has" ? /^an?\s+(?:[\w-]+\s+){0,3}?([\w-]+)$/i.exec(last.rest)?.[1] : undefined;
  const thing = last.thing ?? had;
  if (!said) return undefined;
  const isCalled = /^called\b/i.test(last.rest);
  const saysName = /\b(?:name|called|named)\b/i.test(sentence.slice(0, sentence.length - said.length));
  if (saysName || (corrects && isCalled))
    return { who: last.who, ...(thing && { thing }), verb: "is", rest: `called ${said}` };
  if (corrects && last.thing) return { ...last, rest: said };
  return thing && /^s?he\b/i.test(sentence) ? { who: last.who, thing, verb: "is", rest: said } : undefined;
}

function keep(speaker: string, parts: readonly string[]): readonly Intent[] {
  return parts.map((part): Intent => {
    const text = withoutEnd(part.replace(/^[-*•]\s*/, "")).replace(CORRECTING, "");
    const fact = factIn(speaker, text);
    const note = fact ? noteOf(fact) : keptNote(speaker, text);
    return { type: "note", speaker, note, fact, corrects: false };
  });
}

/** What is kept as it was said keeps the name of who said it. */
function keptNote(speaker: string, text: string): string {
  const wish = /^to (.+)$/is.exec(text)?.[1];
  return wish ? `${speaker} wants to ${wish}.` : `${speaker} said: ${text}.`;
}

function forget(speaker: string, given: string, last: Fact | undefined): Intent {
  const target = withoutEnd(given.replace(/\?$/, ""));
  if (EVERYTHING.test(target)) return { type: "forget", speaker, target: ALL, exact: undefined };
  if (THAT.test(target)) {
    const note = last?.who === speaker ? noteOf(last) : undefined;
    return { type: "forget", speaker, target: note ?? LAST, exact: note };
  }
  const fact = factIn(speaker, target);
  return { type: "forget", speaker, target, exact: fact && noteOf(fact) };
}
