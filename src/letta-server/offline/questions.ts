import { stemsOf } from "./words.ts";

/** A question, or something else that is no news and no order. */
export type Wish =
  | { readonly type: "name-asked" }
  | { readonly type: "about-me"; readonly withName: boolean }
  | { readonly type: "about-you" }
  | { readonly type: "asked"; readonly question: string; readonly topic: string; readonly own: boolean }
  | { readonly type: "talked-about"; readonly when: "yesterday" | "today" | "ever" }
  | { readonly type: "sum-up" }
  | { readonly type: "poem" | "story-short"; readonly topic: string | undefined }
  | { readonly type: "joke" | "long" | "greeting" | "thanks" | "goodbye" | "help" | "how-are-you" | "time" }
  | { readonly type: "dice"; readonly count: number; readonly sides: number }
  | { readonly type: "coin" }
  | { readonly type: "sum"; readonly left: number; readonly sign: string; readonly right: number }
  /** What only a language model can do. */
  | { readonly type: "beyond"; readonly text: string };

type Reader = (text: string) => Wish | undefined;

const whenever =
  (pattern: RegExp, wish: Wish): Reader =>
  (text) =>
    pattern.test(text) ? wish : undefined;

/** The first that fits is meant. */
const READERS: readonly Reader[] = [
  whenever(/\bwhat(?:'s| is) my name\b|\bdo you (?:know|remember) my name\b/i, { type: "name-asked" }),
  whenever(/\bwho am i\b/i, { type: "about-me", withName: true }),
  whenever(
    /\bwhat do you (?:know|remember)(?: (?:about|of) me)?\s*\??$|\b(?:know|remember|have noted|noted|learned|learnt|tell me) (?:anything |everything |something |all )?(?:about|of) (?:me|myself)\b|\bdo you (?:know|remember) me\b|\bwhat have (?:i told you|you (?:noted|learned|learnt))\b|\bremember me\b/i,
    { type: "about-me", withName: false },
  ),
  whenever(
    /\bwho are you\b|\bwhat(?:'s| is) your name\b|\bwhat are you\b|\babout yourself\b|\bintroduce yourself\b|\bare you (?:a |an )?(?:real|human|ai|bot|robot|model|person)\b/i,
    { type: "about-you" },
  ),
  whenever(/\b(?:summari[sz]e|sum(?:\s+\w+){0,2}\s+up|summary|recap|tl;?dr|catch me up)\b/i, {
    type: "sum-up",
  }),
  talkedAbout,
  whenever(
    /^(?:help[\s!?.]*$|what can (?:you|i) (?:do|say|try)\b|how does this work\b|how do (?:you|i) (?:work|start|use)\b|what is this\b|what now\b)/i,
    {
      type: "help",
    },
  ),
  whenever(
    /\b(?:tell|write|give) (?:me |us )?(?:a |an )?(?:very )?long\b|\blong (?:story|answer|text|one)\b/i,
    { type: "long" },
  ),
  (text) => {
    const [, kind, topic] =
      /\b(poem|haiku|verse|rhyme|song|story|tale)\b(?:\s+(?:about|on|of|for)\s+([^.!?]{2,60}))?/i.exec(
        text,
      ) ?? [];
    if (
      !kind ||
      !/^(?:please |can |could |would |will |write|tell|make|give|sing|compose|a |an |another|i want|i'd like)/i.test(
        text,
      )
    )
      return undefined;
    return /^(?:story|tale)$/i.test(kind) ? { type: "story-short", topic } : { type: "poem", topic };
  },
  whenever(/\bjokes?\b|\bmake me laugh\b|\bsomething funny\b/i, { type: "joke" }),
  whenever(/\bhow(?:'s| is| are) (?:you|it going|things|life)\b|\bhow do you (?:do|feel)\b|\bwhat's up\b/i, {
    type: "how-are-you",
  }),
  whenever(
    /\bwhat(?:'s| is) the (?:time|date)\b|\bwhat (?:time|day|date|year|month) is it\b|\bwhat day is (?:it|today)\b|\bwhat(?:'s| is) today\b/i,
    {
      type: "time",
    },
  ),
  dice,
  whenever(/\b(?:flip|toss) a coin\b|\bheads or tails\b/i, { type: "coin" }),
  arithmetic,
  whenever(/^(?:thanks|thank you|thx|cheers|ty)\b|\bthank you\b/i, { type: "thanks" }),
  whenever(/^(?:bye|goodbye|good night|see you|cu|ciao|farewell)\b/i, { type: "goodbye" }),
  beyond,
  asked,
  whenever(/^(?:hi|hiya|hello|hey|howdy|yo|ahoy|greetings|good (?:morning|afternoon|evening|day))\b/i, {
    type: "greeting",
  }),
];

/** What a sentence asks for, as far as rules can tell. */
export function questionOf(sentence: string): Wish | undefined {
  const text = sentence.trim();
  for (const read of READERS) {
    const wish = read(text);
    if (wish) return wish;
  }
  return undefined;
}

const TALKED =
  /\bwhat (?:did|have|were|was) (?:we|i|you)\b.{0,12}\b(?:talk|talked|talking|discuss|discussed|say|said|saying|speak|spoke|chat|chatted)\b(.{0,80})|\b(?:our|the) last (?:conversation|chat|talk)\b|\bwhere were we\b/i;

function talkedAbout(text: string): Wish | undefined {
  const found = TALKED.exec(text);
  if (!found) return undefined;
  const when = /\byesterday\b/i.test(text)
    ? "yesterday"
    : /\b(?:today|this morning)\b/i.test(text)
      ? "today"
      : "ever";
  // "What did I say about the zeppelin?" asks for the zeppelin.
  const topic = /\babout\s+(.{2,60})/i.exec(found[1] ?? "")?.[1] ?? "";
  const left = stemsOf(topic).filter(
    (stem) => !/^(?:yesterday|today|last|time|week|before|earlier)$/.test(stem),
  );
  return left.length > 0 ? undefined : { type: "talked-about", when };
}

function dice(text: string): Wish | undefined {
  const [, count, sides] = /\b(\d{0,2})d(\d{1,3})\b/i.exec(text) ?? [];
  if (sides && /\b(?:roll|throw)\b|^\d{0,2}d\d/i.test(text) && Number(sides) > 1)
    return { type: "dice", count: Math.min(20, Math.max(1, Number(count || 1))), sides: Number(sides) };
  return /\b(?:roll|throw) (?:a |the |some )?(?:die|dice)\b/i.test(text)
    ? { type: "dice", count: 1, sides: 6 }
    : undefined;
}

function arithmetic(text: string): Wish | undefined {
  const [, left, sign, right] =
    /^(?:what(?:'s| is)|calculate|compute|how much is)? ?(-?\d{1,9}(?:\.\d{1,6})?) ?([-+*/x×÷]|plus|minus|times|divided by) ?(-?\d{1,9}(?:\.\d{1,6})?) ?=? ?\??$/i.exec(
      text,
    ) ?? [];
  return left && sign && right ? { type: "sum", left: Number(left), sign, right: Number(right) } : undefined;
}

const BEYOND =
  /^(?:please |can you |could you |would you |will you |i need you to |help me )?(?:help me|explain|translate|write|draft|compose|code|program|design|plan|advise|teach me|recommend|suggest|compare|review|fix|search|google|look up|book|order|play)\b|\b(?:should i|should we|how (?:do|can|should|would|to)|why (?:is|are|do|does|did|should)|weather|news|recipe|advice|opinion|your favou?rite|do you think|what do you think)\b/i;

function beyond(text: string): Wish | undefined {
  return BEYOND.test(text) ? { type: "beyond", text } : undefined;
}

const BEFORE_TOPIC =
  /\b(?:know|remember|noted|say|said|talk(?:ed)?|tell me|told you|mention(?:ed)?) (?:anything |something |everything |all |more )?(?:about |of )?(?:the |a |an |our )?/gi;
const TOPIC_AT_MOST = 80;
const ASKS = /^(?:what|who|whose|where|when|which|how|is|are|was|were|do|does|did|have|has|am|can)\b.{2,}/i;

function asked(text: string): Wish | undefined {
  const isQuestion = text.endsWith("?") || ASKS.test(text) || /^(?:tell me|do you)\b/i.test(text);
  if (!isQuestion) return undefined;
  const topic = topicOf(text);
  const own = /\b(?:my|mine|i|i'm|me)\b/i.test(topic);
  return { type: "asked", question: text, topic, own };
}

/** "My boat", of "do you remember my boat?"; without such words the whole question. */
function topicOf(text: string): string {
  let end = text.length;
  while (end > 0 && "? ".includes(text[end - 1] ?? "x")) end -= 1;
  for (const { 0: words, index } of text.matchAll(BEFORE_TOPIC)) {
    const topic = text.slice(index + words.length, end);
    if (topic.length >= 2 && topic.length <= TOPIC_AT_MOST && !/[.!?]/.test(topic)) return topic;
  }
  return text.slice(0, end);
}
