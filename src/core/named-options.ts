import { slips } from "./misspelling.ts";
import { isYesOrNo, type OptionSpec } from "./option-specs.ts";
import type { TypedWord } from "./typed-words.ts";

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
    const spec = byName.get(plainName(word.label ?? ""));
    const read = spec ? readNamed(spec, word, all[index + 1]) : { words: [word], taken: [] };
    words.push(...read.words);
    taken.push(...read.taken);
    if (spec && read.value !== undefined) values[spec.name] = read.value;
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
    if (word.label === undefined) return isAtEdge && !word.quoted && isNearFlag(word.text, flags);
    const label = plainName(word.label);
    if (others.some(({ name }) => nearly(label, name))) return true;
    return isAtEdge && others.length > 0 && (word.hyphens === true || isYesOrNo(word.text));
  });
  return strange && (strange.label ?? strange.text);
}

/**
 * An option by its exact name among the words of a text that has a field of its own: a yes-or-no with its value anywhere,
 * others at the beginning and the end.
 */
export function optionAmong(specs: readonly OptionSpec[], words: readonly TypedWord[]): string | undefined {
  for (const [index, { label, text, dashed }] of words.entries()) {
    const spec = specs.find(({ name }) => label !== undefined && name === plainName(label));
    if (!spec) continue;
    const isAtEdge = index === 0 || index === words.length - 1;
    const value = text === "" ? (words[index + 1]?.text ?? "") : text;
    const isMeant = spec.type === "boolean" ? dashed === true || isYesOrNo(value) : isAtEdge && text !== "";
    if (isMeant) return spec.name;
  }
  return undefined;
}

function isNearFlag(text: string, flags: readonly OptionSpec[]): boolean {
  const [letters = ""] = /^[\p{L}_-]{1,20}/u.exec(text.toLowerCase().replace(/^[[(]/, "")) ?? [];
  // "Is that private?" asks for nothing.
  return !text.endsWith("?") && flags.some(({ name }) => letters[0] === name[0] && nearly(letters, name));
}

function nearly(typed: string, name: string): boolean {
  const most = name.length > 5 ? 2 : 1;
  return Math.abs(typed.length - name.length) <= most && slips(typed, name) <= most;
}
