import { sentences } from "../../sentences/sentences.ts";
import { AppError } from "../domain/errors.ts";
import { truncate } from "../text/truncate.ts";
import type { Action } from "./declaration.ts";
import { nearlyOption, optionAmong, takeFlags, takeNamed } from "./named-options.ts";
import { optionSpecs, usageLine } from "./option-specs.ts";
import { inOrder, quotedFirst } from "./positional-options.ts";
import { typedWords } from "./words.ts";

/**
 * Reads options out of the text typed after a command. By name they are given as `name:value`, `name=value` or
 * `--name value`, with several words in quotes; a yes-or-no option also by its mere name at the beginning or the end.
 * Without names they come in the order of their declaration, required ones first, and talk, or the last text, takes the
 * rest of the line as it stands: `remember Bob likes tea`. Undefined when words are left that nothing takes.
 *
 * @throws {AppError} `invalid_input` for what looks like an option of this command and is none: it may be what keeps a
 * text private, so the text must not be posted
 */
export function readTypedOptions(
  { options }: Action,
  text: string,
  line: string,
): Record<string, string> | undefined {
  const specs = optionSpecs(options).filter(({ hidden }) => !hidden);
  const named = takeNamed(specs, typedWords(text));
  const { values, words } = takeFlags(specs, named);
  const stranger = nearlyOption(specs, words);
  if (stranger !== undefined) throw notUnderstood(line, options, stranger);
  const open = specs.filter(({ name }) => !Object.hasOwn(values, name));
  const rest = quotedFirst(open, words) ?? inOrder(open, words, { text, taken: named.taken });
  return rest && { ...values, ...rest };
}

/**
 * Where options have fields of their own, one may still be typed among somebody's words: `private:yes I have a secret`.
 * What is said of it, so that they are not posted.
 */
export function strayOption(
  action: Action | undefined,
  given: Readonly<Record<string, unknown>>,
): string | undefined {
  const specs = action ? optionSpecs(action.options).filter(({ hidden }) => !hidden) : [];
  const others = specs.filter(({ talk }) => !talk);
  for (const { name } of specs.filter(({ talk }) => talk)) {
    const text = given[name];
    const stray = typeof text === "string" ? optionAmong(others, typedWords(text)) : undefined;
    if (stray !== undefined)
      return sentences.options.strayOption(truncate(stray.replaceAll("`", ""), 40), name);
  }
  return undefined;
}

/** Says how a command goes to who typed more, or something else, than it takes. */
export function notUnderstood(line: string, options: Action["options"], word?: string): AppError {
  const shown = word === undefined ? undefined : truncate(word.replaceAll("`", ""), 40);
  const talks = optionSpecs(options).some(({ talk, hidden }) => talk && !hidden);
  const usage = usageLine(line, options);
  return new AppError("invalid_input", sentences.options.notUnderstood({ word: shown, usage, talks }));
}
