/** Rules read so much of what somebody says: more is a document, and no sentence to a persona. */
const READ_AT_MOST = 2_000;
const SENTENCES_AT_MOST = 40;
const SENTENCE_AT_MOST = 400;

/** Patterns need to look for single spaces only. Lines stay lines. */
export const singleSpaced = (text: string): string => text.replace(/[^\S\n]+/g, " ").trim();

/** What is read of a text: with straight apostrophes and quotes, single spaces, and no empty lines. */
export const readable = (text: string): string =>
  singleSpaced(text.slice(0, READ_AT_MOST))
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");

/** On one line, and no longer than that. */
export function clipped(text: string, length: number): string {
  const line = text
    .slice(0, length * 4)
    .replace(/\s+/g, " ")
    .trim();
  const letters = [...line];
  return letters.length > length ? `${letters.slice(0, length - 1).join("")}…` : line;
}

/** The sentences of what `readable` gives, each without the dots at its end; those that ask keep their question mark. */
export function sentencesOf(text: string): readonly string[] {
  return text
    .split(/(?<=[.!?])[ \n]|\n|,?[ \n](?:and|but)[ \n](?=(?:i|i'm|my)[ \n])/i)
    .slice(0, SENTENCES_AT_MOST)
    .map((sentence) => withoutEnd(sentence.slice(0, SENTENCE_AT_MOST)).replace(/\s+/g, " "))
    .filter((sentence) => sentence !== "");
}

/** Without dots, exclamation marks and spaces at its end. */
export function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && ".! \t\r\n".includes(text[end - 1] ?? "x")) end -= 1;
  return text.slice(0, end).trimStart();
}

/** What says nothing of what a sentence is about. */
const EMPTY = new Set(
  (
    "a about again all also am an and any anybody anyone anything are as at be been but by can could did do does doing " +
    "for from get give had has have he her here hers him his how i if in into is it its just know known let like " +
    "list long many me mention mentioned mine more much my name named names need no not note noted notes now of on or our " +
    "please really remember remembered remind said say see she should so some somebody someone something talk talked " +
    "tell than thank that the their them then there these they thing things think this those to told too us very was " +
    "we well were what what's when where which who who's whom whose why will with would you your yours called call " +
    "everything every ever"
  ).split(" "),
);

/** A word without the ending that it changes by: "lives" and "live" are one, as are "dogs" and "dog's". */
function stemOf(word: string): string {
  const bare = word.replace(/'s?$/, "");
  if (bare.length > 4 && bare.endsWith("ies")) return `${bare.slice(0, -3)}y`;
  if (bare.length > 4 && /(?:ches|shes|xes)$/.test(bare)) return bare.slice(0, -2);
  return bare.length > 3 && bare.endsWith("s") && !bare.endsWith("ss") ? bare.slice(0, -1) : bare;
}

/** What a text is about: its words that mean something, each once. */
export function stemsOf(text: string): readonly string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'-]*/gu) ?? [];
  const telling = words.filter((word) => !EMPTY.has(word) && !EMPTY.has(word.replace(/'s?$/, "")));
  return [...new Set(telling.map(stemOf))];
}

/** How many of these a text is about. */
export function overlap(stems: readonly string[], text: string): number {
  const inText = new Set(stemsOf(text));
  return stems.filter((stem) => inText.has(stem)).length;
}

/** The longest word that means something: memory is searched by one piece of text. */
export const longestOf = (stems: readonly string[]): string | undefined =>
  stems.toSorted((left, right) => right.length - left.length)[0];
