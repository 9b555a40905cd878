import type { Named } from "./named-options.ts";
import { isYesOrNo, type OptionSpec } from "./option-specs.ts";
import type { TypedWord } from "./words.ts";

type Values = Record<string, string>;

/** Where the words stand, and what of the text belongs to none of them. */
interface TypedLine extends Pick<Named, "taken"> {
  readonly text: string;
}

/** Options without names, in the order of their declaration; undefined when words are left that nothing takes. */
export function inOrder(
  open: readonly OptionSpec[],
  words: readonly TypedWord[],
  line: TypedLine,
): Values | undefined {
  const values: Values = {};
  let left = words;
  for (const [index, spec] of open.entries()) {
    const count = countFor(spec, left, open.slice(index + 1));
    if (count > 0) values[spec.name] = given(spec, left.slice(0, count), line);
    left = left.slice(count);
  }
  return withoutPoliteness(left).length === 0 ? values : undefined;
}

/** How many of the words an option takes. */
function countFor(spec: OptionSpec, words: readonly TypedWord[], further: readonly OptionSpec[]): number {
  const [first] = words;
  if (!first) return 0;
  if (spec.talk) return words.length;
  if (!isFree(spec)) return fits(spec, first) ? 1 : 0;
  if (further.length > 0 && first.quoted) return 1;
  const more = withoutPoliteness(words.slice(1));
  // "Captain Mira channel": up to what the next option takes.
  const end = more.findIndex((word) => further.some((next) => isFree(next) || fits(next, word)));
  return 1 + (end < 0 ? more.length : end);
}

function given({ choices, talk }: OptionSpec, words: readonly TypedWord[], line: TypedLine): string {
  const value = asItStands(words, line);
  if (choices) return value.toLowerCase();
  // "orin, please"
  return talk ? value : value.replace(/,$/, "");
}

/**
 * A quoted text is complete: what stands behind it is for the other options. More words than those take, and the
 * quotation is a part of a sentence.
 */
export function quotedFirst(open: readonly OptionSpec[], words: readonly TypedWord[]): Values | undefined {
  const [first] = words;
  const [talk, ...others] = open;
  if (!talk?.talk || !first?.quoted || first.label !== undefined) return undefined;
  const values = withoutPoliteness(words.slice(1));
  if (values.length > others.length) return undefined;
  const pairs = values.map((word, index) => [others[index]?.name ?? "", word.text]);
  return { [talk.name]: first.text, ...Object.fromEntries(pairs) };
}

const isFree = ({ type, choices }: OptionSpec) => type === "string" && !choices;

function fits({ type, choices }: OptionSpec, { text }: TypedWord): boolean {
  if (choices) return choices.includes(text.toLowerCase());
  if (type === "boolean") return isYesOrNo(text);
  return text !== "" && !Number.isNaN(Number(text));
}

const POLITE = new Set(["please", "pls", "plz", "thanks", "thank", "you", "thx", "now", "bitte", "danke"]);

function withoutPoliteness(words: readonly TypedWord[]): readonly TypedWord[] {
  const end = words.findLastIndex(
    ({ text, quoted, label }) =>
      quoted || label !== undefined || !POLITE.has(text.toLowerCase().replace(/[.!?,]{1,3}$/, "")),
  );
  return words.slice(0, end + 1);
}

/** From the first of these words to the last as they were typed, line breaks and all, but for what was taken. */
function asItStands(words: readonly TypedWord[], { text, taken }: TypedLine): string {
  const [first] = words;
  const last = words.at(-1);
  if (!first || !last) return "";
  if (first === last && first.label === undefined) return first.text;
  const pieces: string[] = [];
  let at = first.start;
  for (const { start, end } of taken) {
    if (start < at || start > last.end) continue;
    pieces.push(text.slice(at, start));
    at = end;
  }
  pieces.push(text.slice(at, last.end));
  return pieces.join("").trim();
}
