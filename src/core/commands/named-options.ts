import { slips } from "../text/edit-distance.ts";
import { truncate } from "../text/truncate.ts";
import { isLikeYesOrNo, isYesOrNo, type OptionSpec } from "./option-specs.ts";
import type { TypedWord } from "./words.ts";

export interface Named {
  readonly values: Readonly<Record<string, string>>;
  /** What is left, in order. */
  readonly words: readonly TypedWord[];
  /** What was taken, to be left out of a text. */
  readonly taken: readonly Span[];
}

type Span = Pick<TypedWord, "start" | "end">;

const plainName = (label: string) => label.toLowerCase().replaceAll("-", "_");

/** Options that are given by name, wherever they stand. */
export function takeNamed(specs: readonly OptionSpec[], all: readonly TypedWord[]): Named {
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  const values: Record<string, string> = {};
  const words: TypedWord[] = [];
  const taken: Span[] = [];
  let past = 0;
  for (const [index, word] of all.entries()) {
    if (index < past) continue;
    const spec = word.label === undefined ? undefined : byName.get(plainName(word.label));
    if (!spec) {
      words.push(word);
      continue;
    }
    const read = readNamed(spec, word, all[index + 1]);
    words.push(...read.words);
    taken.push(...read.taken);
    if (read.value !== undefined) values[spec.name] = read.value;
    // A word that is a value is taken with its name.
    past = index + Math.max(1, read.taken.length);
  }
  return { values, words, taken };
}

interface ReadName extends Omit<Named, "values"> {
  readonly value?: string;
}

function readNamed(spec: OptionSpec, word: TypedWord, next: TypedWord | undefined): ReadName {
  if (spec.talk && !word.quoted) {
    // `message:hello there private:yes`, as Discord copies a command: it goes on up to the next name.
    const first = { start: word.end - word.text.length, end: word.end, text: word.text, quoted: false };
    return { words: word.text === "" ? [] : [first], taken: [{ start: word.start, end: first.start }] };
  }
  if (word.quoted || word.text !== "") return { words: [], taken: [word], value: word.text };
  const isFlag = spec.type === "boolean" && word.dashed === true;
  // What a name stands alone before is its value; the option itself refuses what it cannot take.
  if (!next || next.label !== undefined || (isFlag && !isYesOrNo(next.text)))
    return { words: [], taken: [word], value: isFlag ? "yes" : "" };
  return { words: [], taken: [word, next], value: next.text };
}

/** `private hello`, `hello [private]`; behind a quoted text anywhere. */
export function takeFlags(specs: readonly OptionSpec[], { values, words, taken }: Named): Named {
  const flags = new Set(specs.flatMap(({ name, type }) => (type === "boolean" ? [name] : [])));
  const flagIn = (word: TypedWord | undefined): string | undefined => {
    if (!word || word.quoted || word.label !== undefined) return undefined;
    const name = plainName(word.text.replace(/^\[/, "").replace(/[\],;]$/, ""));
    return flags.has(name) ? name : undefined;
  };
  let start = 0;
  let end = words.length;
  while (start < end && flagIn(words[start])) start += 1;
  while (end > start && flagIn(words[end - 1])) end -= 1;
  const isAround = (_word: TypedWord, index: number) => index < start || index >= end;
  const isTaken = words[0]?.quoted ? (word: TypedWord) => flagIn(word) !== undefined : isAround;
  const given = words.filter(isTaken).flatMap((word) => flagIn(word) ?? []);
  return {
    values: { ...Object.fromEntries(given.map((name) => [name, "yes"])), ...values },
    words: words.filter((word, index) => !isTaken(word, index)),
    taken,
  };
}

/**
 * A word in front of a talk, behind it or in it that is nearly an option, or that is written as only options are: not
 * to be taken for talk.
 */
export function nearlyOption(specs: readonly OptionSpec[], words: readonly TypedWord[]): string | undefined {
  const others = specs.filter(({ talk }) => !talk);
  if (others.length === specs.length) return undefined;
  const flags = others.filter(({ type }) => type === "boolean");
  const strange = words.find((word, index) => {
    const isAtEdge = index === 0 || index === words.length - 1;
    if (word.label === undefined) {
      const { letters, isQuestion } = shape(word, words[index + 1]);
      // "Is that private?" asks for nothing.
      return isAtEdge && !isQuestion && isNear(letters, flags);
    }
    if (others.some(({ name }) => nearly(lettersOf(word.label ?? ""), name))) return true;
    return isAtEdge && others.length > 0 && (isDashed(word, flags) || isLikeYesOrNo(word.text));
  });
  return strange && (strange.label ?? strange.text);
}

/**
 * An option among the words of a text that has a field of its own. By its exact name: a yes-or-no with its value anywhere,
 * others at the beginning and the end. There also what is written as options are and words of a sentence are not:
 * `(private)`, `privat=ja`, `#private`, `secret:yes`.
 */
export function optionAmong(specs: readonly OptionSpec[], words: readonly TypedWord[]): string | undefined {
  const flags = specs.filter(({ type }) => type === "boolean");
  for (const [index, word] of words.entries()) {
    const at = { index, isAtEdge: index === 0 || index === words.length - 1, next: words[index + 1] };
    const isMeant =
      word.label === undefined
        ? at.isAtEdge && isDressed(word, at.next, flags)
        : isNamed(specs, word, at) || (at.isAtEdge && isNearlyNamed(flags, word, at.next));
    if (isMeant) return word.label ?? word.text;
  }
  return undefined;
}

const valueBehind = ({ text }: TypedWord, next: TypedWord | undefined) =>
  text === "" ? (next?.text ?? "") : text;

function isNamed(
  specs: readonly OptionSpec[],
  word: TypedWord,
  { index, isAtEdge, next }: { index: number; isAtEdge: boolean; next: TypedWord | undefined },
): boolean {
  const spec = specs.find(({ name }) => name === plainName(word.label ?? ""));
  if (spec?.type !== "boolean") return spec !== undefined && isAtEdge && word.text !== "";
  return index === 0 || word.dashed === true || isYesOrNo(valueBehind(word, next));
}

function isNearlyNamed(flags: readonly OptionSpec[], word: TypedWord, next: TypedWord | undefined): boolean {
  if (flags.length === 0) return false;
  return (
    isLikeYesOrNo(valueBehind(word, next)) ||
    (word.dashed === true && isNear(lettersOf(word.label ?? ""), flags))
  );
}

/** A yes-or-no that no sentence holds like that: with something in front of it, or behind it what stands behind names. */
function isDressed(word: TypedWord, next: TypedWord | undefined, flags: readonly OptionSpec[]): boolean {
  const { before, letters, after, isQuestion } = shape(word, next);
  if (isQuestion || !isNear(letters, flags)) return false;
  const isExact = flags.some(({ name }) => name === letters);
  return before !== "" || /^[:=]/.test(after) || (isExact && /^[^.!…]/.test(after));
}

/** Longer is no name of an option with something around it. */
const SHAPED = 60;

/**
 * The first letters of a word as they look, and what is around them. Of a quotation nothing, unless it is a name in quotes
 * with its value behind it.
 */
function shape({ text, quoted, end }: TypedWord, next: TypedWord | undefined) {
  const isNamed = next !== undefined && /^[:=\uff1a\uff1d]/.test(next.text);
  const isLeft = quoted && !(isNamed && next.start === end);
  const whole = isLeft ? "" : truncate(text, SHAPED, "") + (isNamed ? ":" : "");
  const shown = lettersOf(whole);
  const from = Math.max(0, shown.search(/\p{L}/u));
  const [letters = ""] = /^[\p{L}_-]{1,20}/u.exec(shown.slice(from)) ?? [];
  const [before, after] = [shown.slice(0, from), shown.slice(from + letters.length)];
  const isHidden = INVISIBLE.test(whole);
  return { before: isHidden ? `${before}\u200b` : before, letters, after, isQuestion: text.endsWith("?") };
}

const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}]/u;
const INVISIBLE_OR_MARK = /[\p{C}\p{Default_Ignorable_Code_Point}\p{M}]+/gu;

/** As they look: without accents and what shows nothing, wide letters as narrow ones. */
const lettersOf = (text: string): string => plainName(text.normalize("NFKD").replace(INVISIBLE_OR_MARK, ""));

const isNear = (letters: string, flags: readonly OptionSpec[]): boolean =>
  flags.some(({ name }) => letters[0] === name[0] && nearly(letters, name));

/** `--x`, and a flag by its first letter: `-p`. */
const isDashed = ({ label = "", dashed, hyphens }: TypedWord, flags: readonly OptionSpec[]): boolean =>
  hyphens === true || (dashed === true && flags.some(({ name }) => label.toLowerCase() === name[0]));

function nearly(typed: string, name: string): boolean {
  const most = name.length > 5 ? 2 : 1;
  return Math.abs(typed.length - name.length) <= most && slips(typed, name) <= most;
}
