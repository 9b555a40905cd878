/** How people speak of themselves, and how a note speaks of them. */
const VERBS: readonly (readonly [first: string, third: string])[] = [
  ["do not like", "does not like"],
  ["don't like", "does not like"],
  ["am", "is"],
  ["'m", "is"],
  ["have", "has"],
  ["like", "likes"],
  ["love", "loves"],
  ["hate", "hates"],
  ["prefer", "prefers"],
  ["enjoy", "enjoys"],
  ["live", "lives"],
  ["work", "works"],
  ["study", "studies"],
  ["speak", "speaks"],
  ["play", "plays"],
  ["need", "needs"],
  ["want", "wants"],
];

const FIRST_PERSON = VERBS.map(([first]) => first).join("|");
const THIRD_PERSON = [...new Set(VERBS.map(([, third]) => third))].join("|");

/** Sentences about a passing state are small talk, not facts. */
const PASSING =
  /^(?:fine|good|ok|okay|well|sorry|here|back|not sure|just|so|very|too|tired|bored|happy|sad)\b/i;

/** "Hello there, my boat is called Marabou": what comes before such words is a greeting. */
const GREETING =
  /^(?:hi|hello|hey|ahoy|good (?:morning|day|evening)|by the way|well|oh|please note)\b[^,:;.]{0,30}[,:;]?\s+(?=(?:my|i|i'm|call me)\b)/i;

/** A sentence that somebody said about themselves, as a note about them; undefined when it is none. */
export function factAbout(speaker: string, sentence: string): string | undefined {
  const text = sentence
    .trim()
    .replace(GREETING, "")
    .replace(/[.!\s]+$/, "");
  const named = /^(?:my name is|call me|i am called|i'm called)\s+(.{1,60})$/i.exec(text);
  if (named?.[1]) return `${speaker} is called ${named[1]}.`;
  const own = new RegExp(`^my\\s+(.{1,60}?)\\s+(are|was|were|${THIRD_PERSON})\\s+(.{1,200})$`, "i").exec(
    text,
  );
  if (own) return `${speaker}'s ${own[1]} ${own[2]} ${own[3]}.`;
  const said = new RegExp(`^i(?:\\s+(?:really|also)\\s+|\\s*)(${FIRST_PERSON})\\s+(.{1,200})$`, "i").exec(
    text,
  );
  if (!said?.[1] || !said[2]) return undefined;
  const verb = said[1].toLowerCase();
  const third = VERBS.find(([first]) => first === verb)?.[1];
  if (third === "is" && PASSING.test(said[2])) return undefined;
  return `${speaker} ${third} ${said[2]}.`;
}

/** A note, said to the person it is about: "Alice likes tea." becomes "you like tea". */
export function toYou(note: string, speaker: string): string {
  const text = note.trim().replace(/\.$/, "");
  if (text.startsWith(`${speaker}'s `)) return `your ${text.slice(speaker.length + 3)}`;
  const verb = new RegExp(`^${escaped(speaker)} (${THIRD_PERSON})\\b(.*)$`, "s").exec(text);
  if (!verb) return text;
  const first = verb[1] === "is" ? "are" : VERBS.find(([, third]) => third === verb[1])?.[0];
  return `you ${first}${verb[2]}`;
}

export const isAbout = (note: string, speaker: string): boolean =>
  note.startsWith(`${speaker} `) || note.startsWith(`${speaker}'s `);

/** What the note says of the person's name, if that is what it says. */
export function nameIn(note: string, speaker: string): string | undefined {
  const prefix = `${speaker} is called `;
  return note.startsWith(prefix) ? note.slice(prefix.length).replace(/\.$/, "") : undefined;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
