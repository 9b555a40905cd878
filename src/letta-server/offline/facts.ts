import { singleSpaced } from "./words.ts";

/** What somebody says of themselves, or of something that is theirs: "Alice's dog is called Rex". */
export interface Fact {
  readonly who: string;
  /** What of theirs it is about; absent: the person. */
  readonly thing?: string;
  readonly verb: string;
  readonly rest: string;
}

/** How people speak of themselves, and how a note speaks of them. Longer ones first. */
const VERBS: readonly (readonly [first: string, third: string])[] = [
  ["do not like", "does not like"],
  ["don't like", "does not like"],
  ["do not eat", "does not eat"],
  ["don't eat", "does not eat"],
  ["do not drink", "does not drink"],
  ["don't drink", "does not drink"],
  ["do not have", "does not have"],
  ["don't have", "does not have"],
  ["can't stand", "cannot stand"],
  ["have got", "has"],
  ["'ve got", "has"],
  ["was born", "was born"],
  ["grew up", "grew up"],
  ["dislike", "dislikes"],
  ["collect", "collects"],
  ["prefer", "prefers"],
  ["drive", "drives"],
  ["drink", "drinks"],
  ["enjoy", "enjoys"],
  ["adore", "adores"],
  ["teach", "teaches"],
  ["learn", "learns"],
  ["study", "studies"],
  ["speak", "speaks"],
  ["bake", "bakes"],
  ["cook", "cooks"],
  ["have", "has"],
  ["hate", "hates"],
  ["like", "likes"],
  ["live", "lives"],
  ["love", "loves"],
  ["need", "needs"],
  ["play", "plays"],
  ["want", "wants"],
  ["work", "works"],
  ["own", "owns"],
  ["eat", "eats"],
  ["am", "is"],
  ["'m", "is"],
];

const FIRST_PERSON = VERBS.map(([first]) => first);
const THIRD_PERSON = [...new Set(VERBS.map(([, third]) => third))];
const OF_THINGS = ["are", "was", "were", ...THIRD_PERSON];

/** Sentences about a passing state are small talk, not facts. */
const PASSING =
  /^(?:fine|good|ok|okay|well|sorry|here|back|not sure|just|so|very|too|tired|bored|happy|sad|sure|afraid|glad|done|ready|looking|trying|going|wondering|asking|talking)\b/i;

/** "Hello there, my boat is called Marabou": what comes before such words is a greeting. */
const GREETING =
  /^(?:hi|hello|hey|ahoy|good (?:morning|day|evening)|by the way|well|oh|so|ok|okay|also|yes|please note|fun fact)\b[^,:;.]{0,30}[,:;]? (?=(?:my|i|i'm|call me|the name of my|our)\b)/i;

const ALIAS = /^(?:my name is|my name's|call me|i am called|i'm called|i go by) (?!not\b)(.{1,60})$/i;
/** "I'm Alice": one name and nothing else. */
const I_AM = /^[iI](?: am|'m) (\p{Lu}[\p{Ll}'-]{1,30})$/u;
const THING_CALLED = [
  /^(?:my|our) (.{1,60}?)'s name(?:'s| is) (.{1,60})$/i,
  /^the name of (?:my|our) (.{1,60}?) is (.{1,60})$/i,
  /^(?:my|our) (.{1,60}?)(?:'s| (?:is|was|are)) (?:called|named) (.{1,60})$/i,
  /^(?:i|we)(?: have| have got|'ve got| got| own) an? (.{1,40}?),? (?:called|named|(?:whose|his|her|its) name is) (.{1,60})$/i,
] as const;
const OF_MINE = /^(?:my|our) /i;
const OF_ME = /^i(?: (?:really|also|still|now) | ?)/i;
const THING_AT_MOST = 60;
const TOLD_AT_MOST = 200;
const NOTED_AT_MOST = 400;
const NOT = " not ";

/** "Max, not Rex" without what it is not, and "Max now" without its time. */
function mended(given: string): string {
  const text = given.replace(/ (?:now|these days|from now on)$/i, "");
  for (const { index } of text.matchAll(/ not /gi)) {
    const denied = text.slice(index + NOT.length);
    if (denied === "" || denied.length > THING_AT_MOST || denied.includes(",")) continue;
    return text.slice(0, index).replace(/ and$/i, "").replace(/,$/, "");
  }
  return text;
}

interface Predicate {
  readonly verb: string;
  readonly rest: string;
}

/** "likes tea" is a verb and the rest; the first verb that fits is meant, and the rest has so many letters. */
function predicateOf(text: string, verbs: readonly string[], atMost: number): Predicate | undefined {
  const start = text.slice(0, THING_AT_MOST).toLowerCase();
  for (const verb of verbs) {
    if (!start.startsWith(`${verb} `)) continue;
    const rest = text.slice(verb.length + 1);
    if (rest !== "" && rest.length <= atMost) return { verb, rest };
  }
  return undefined;
}

/** "dog likes bones" is a thing and what is said of it: the thing ends before the first verb. */
function thingIn(text: string, atMost: number): (Predicate & { readonly thing: string }) | undefined {
  for (let at = text.indexOf(" ", 1); at >= 0 && at <= THING_AT_MOST; at = text.indexOf(" ", at + 1)) {
    const predicate = predicateOf(text.slice(at + 1), OF_THINGS, atMost);
    if (predicate) return { thing: text.slice(0, at), ...predicate };
  }
  return undefined;
}

/** A sentence that somebody said about themselves, as a fact; undefined when it is none. */
export function factIn(who: string, sentence: string): Fact | undefined {
  const text = singleSpaced(sentence)
    .replace(GREETING, "")
    .replace(/^i(?:'ve| have)? (?:just )?moved to /i, "I live in ")
    .replace(/^i come from /i, "I am from ");
  const alias = ALIAS.exec(text)?.[1] ?? I_AM.exec(text)?.[1];
  if (alias) return { who, verb: "is", rest: `called ${mended(alias)}` };
  return thingCalled(who, text) ?? ofMine(who, text) ?? ofMe(who, text);
}

function thingCalled(who: string, text: string): Fact | undefined {
  for (const form of THING_CALLED) {
    const [, thing, name] = form.exec(text) ?? [];
    if (!thing || !name) continue;
    const verb = / are (?:called|named) /i.test(text) ? "are" : "is";
    return { who, thing, verb, rest: `called ${mended(name)}` };
  }
  return undefined;
}

function ofMine(who: string, text: string): Fact | undefined {
  const mine = OF_MINE.exec(text)?.[0];
  if (mine === undefined || text.includes("\n")) return undefined;
  const found = thingIn(text.slice(mine.length), TOLD_AT_MOST);
  return found && { who, ...found, rest: mended(found.rest) };
}

function ofMe(who: string, text: string): Fact | undefined {
  const me = OF_ME.exec(text)?.[0];
  if (me === undefined || text.includes("\n")) return undefined;
  const said = predicateOf(text.slice(me.length), FIRST_PERSON, TOLD_AT_MOST);
  const third = VERBS.find(([one]) => one === said?.verb)?.[1];
  if (!said || !third || (third === "is" && PASSING.test(said.rest))) return undefined;
  return { who, verb: third, rest: said.rest };
}

/** A fact as it is noted. */
export const noteOf = ({ who, thing, verb, rest }: Fact): string =>
  `${who}${thing ? `'s ${thing}` : ""} ${verb} ${rest}.`;

/** What a sentence that somebody said about themselves is noted as. */
export function factAbout(who: string, sentence: string): string | undefined {
  const fact = factIn(who, sentence.replace(/[.!\s]{1,20}$/, ""));
  return fact && noteOf(fact);
}

/** The fact that a note about this person holds, be it as it is noted here or "Alice said: my dog is called Rex". */
export function factNoted(note: string, who: string): Fact | undefined {
  const text = note.replace(/^[-•]\s*/, "").replace(/\.$/, "");
  if (!text.startsWith(who)) return undefined;
  const after = text.slice(who.length);
  if (after.startsWith(" said: ")) return factIn(who, after.slice(7));
  const found = after.startsWith("'s ")
    ? thingIn(after.slice(3), NOTED_AT_MOST)
    : after.startsWith(" ") && predicateOf(after.slice(1), THIRD_PERSON, NOTED_AT_MOST);
  return found ? { who, ...found } : undefined;
}

/** Whether a note is this person's own: about them, or what they said. */
export const isAbout = (note: string, who: string): boolean => {
  const text = note.replace(/^[-•]\s*/, "");
  return (
    text.startsWith(`${who} said: `) || text.startsWith(`${who}'s `) || factNoted(text, who) !== undefined
  );
};

/** A note, said to the person it is about: "Alice likes tea." becomes "you like tea". */
export function toYou(note: string, who: string): string {
  const text = note
    .trim()
    .replace(/^[-•]\s*/, "")
    .replace(/\.$/, "");
  const fact = factNoted(text, who);
  if (fact?.thing) return `your ${fact.thing} ${fact.verb} ${yours(fact.rest)}`;
  if (fact) return `you ${secondPerson(fact.verb)} ${yours(fact.rest)}`;
  if (text.startsWith(`${who} said: `)) return `you said: ${text.slice(who.length + 7)}`;
  return text.startsWith(`${who}'s `) ? `your ${text.slice(who.length + 3)}` : text;
}

const secondPerson = (third: string): string =>
  third === "is" ? "are" : (VERBS.find(([, one]) => one === third)?.[0] ?? third).replace(/^was\b/, "were");

const yours = (text: string): string => text.replace(/\bmy\b/gi, "your").replace(/\bmyself\b/gi, "yourself");

/** The name that a fact gives. */
export const nameGiven = ({ rest }: Fact): string | undefined => /^called (.+)$/s.exec(rest)?.[1];

const ONE_AT_A_TIME =
  /\b(?:favou?rite|birthday|address|number|code|password|pin|e-?mail|age|job|size|home ?town|deadline|name)\b/i;
const TASTES = /^(?:likes|loves|hates|adores|enjoys|prefers|dislikes|does not like|cannot stand)$/;

/** What only one fact can hold of: a second one corrects the first. Undefined for what there may be many of. */
function slotOf({ thing, verb, rest }: Fact): string | undefined {
  const of = thing?.toLowerCase() ?? "";
  const isBeing = /^(?:is|are|was|were)$/.test(verb);
  if (isBeing && /^called\b/i.test(rest)) return `${of} called`;
  if (verb === "lives" && /^(?:in|at|near)\b/i.test(rest)) return `${of} lives`;
  if (verb === "works" && /^(?:as|at|for|in)\b/i.test(rest)) return `${of} works`;
  if (isBeing && /^from\b/i.test(rest)) return `${of} from`;
  if (isBeing && /^\d{1,3}(?:\s+years?\s+old)?$/i.test(rest)) return `${of} age`;
  if (isBeing && ONE_AT_A_TIME.test(of)) return `${of} is`;
  if (TASTES.test(verb)) return `${of} taste ${rest.toLowerCase()}`;
  return undefined;
}

const KEPT = /^(.{2,60}?) (is|are|starts?|begins?|was) (at|on|in|called)?\b/i;

/** The same of a note, also of one that was kept as it was said: "the standup is at 9:30" is one of when it is. */
export function slotOfNote(note: string, who: string): string | undefined {
  const fact = factNoted(note, who);
  if (fact) return slotOf(fact);
  const bare = note.replace(/^[-•]\s*/, "");
  if (!bare.startsWith(`${who} said: `)) return undefined;
  const [, of = "", verb, how] = KEPT.exec(bare.slice(who.length + 7)) ?? [];
  return how || ONE_AT_A_TIME.test(of) ? `said ${of} ${verb} ${how}`.toLowerCase() : undefined;
}

/** What was kept as it was said, without who said it. */
export const keptIn = (note: string, who: string): string | undefined =>
  note.startsWith(`${who} said: `) ? note.slice(who.length + 7).replace(/\.$/, "") : undefined;
