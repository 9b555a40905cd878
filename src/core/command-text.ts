import type { Action, Command } from "./command.ts";
import { AppError } from "./errors.ts";
import type { CommandLine } from "./form.ts";
import { optionSpecs } from "./option-specs.ts";
import { shorten } from "./shorten.ts";

export interface TypedCommand {
  readonly name: string;
  readonly action: string | undefined;
  readonly options: Readonly<Record<string, string>>;
}

/**
 * Reads a command out of what somebody said to the bot, or finds none: then it is talk.
 *
 * With a leading `!` or `/` the command's name is enough. Without one, a command with several actions needs one of
 * them ("memory show" is a command, "memory is a strange thing" is talk), and one without takes nothing behind it
 * ("help", but not "help me").
 *
 * @throws {AppError} `invalid_input` for what was meant as a command and cannot be one, with what to type instead
 */
export function findCommandText(commands: readonly Command[], text: string): TypedCommand | undefined {
  const { mark, name, rest } =
    /^(?<mark>[!/]?)(?<name>[a-z]+)(?:\s+(?<rest>.*))?$/is.exec(text.trim())?.groups ?? {};
  if (name === undefined) return undefined;
  const first = rest?.split(/\s/, 1)[0]?.toLowerCase() ?? "";
  const command = commands.find((candidate) => candidate.name === name.toLowerCase());
  if (!command) {
    if (mark) refuseMisspelt(commands, name, first);
    return undefined;
  }
  if (mark) return readCommandText(command, rest ?? "");
  const isMeant = command.actions ? Object.hasOwn(command.actions, first) : !rest;
  return isMeant ? readCommandText(command, rest ?? "") : undefined;
}

/**
 * Reads the text typed after a command, for platforms and places without typed options.
 *
 * Options are positional in declaration order, required ones first; `name=value` and `name="several words"` also
 * work, and the last string option, or the first that is talk, takes the rest of the line as it stands: `remember Bob
 * likes tea`. Hidden options cannot be typed.
 *
 * @throws {AppError} `invalid_input` for an action that does not exist, naming those that do
 */
export function readCommandText(command: Command, text: string): TypedCommand {
  if (command.action)
    return { name: command.name, action: undefined, options: readOptions(command.action, text) };
  const { first = "", rest = "" } = /^\s*(?<first>\S*)\s*(?<rest>.*)$/s.exec(text)?.groups ?? {};
  const name = first.toLowerCase();
  const action = Object.hasOwn(command.actions, name) ? command.actions[name] : undefined;
  if (!action) {
    const known = Object.keys(command.actions).map((each) => `\`${each}\``);
    throw new AppError("invalid_input", `\`${command.name}\` takes one of ${known.join(", ")}.`);
  }
  return { name: command.name, action: name, options: readOptions(action, rest) };
}

/** `!memry show` is no talk, and the persona has no answer to it. */
function refuseMisspelt(commands: readonly Command[], typed: string, action: string): void {
  const meant = commands.find(
    ({ name, actions }) =>
      actions && Object.hasOwn(actions, action) && slips(typed.toLowerCase(), name) <= MOST_SLIPS,
  );
  if (!meant) return;
  const right = `\`!${meant.name} ${action}\``;
  throw new AppError(
    "invalid_input",
    `There is no command \`${shorten(typed, 40)}\`. Did you mean ${right}?`,
  );
}

const MOST_SLIPS = 2;

/** How many letters were left out, put in or changed. */
function slips(typed: string, right: string): number {
  let above = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...typed].entries()) {
    const line = [row + 1];
    for (const [column, wanted] of [...right].entries()) {
      const [upLeft = 0, up = 0, left = 0] = [above[column], above[column + 1], line[column]];
      line.push(letter === wanted ? upLeft : 1 + Math.min(upLeft, up, left));
    }
    above = line;
  }
  return above.at(-1) ?? 0;
}

/** A command as one line of text, for the id of a button; `readCommandLine` reads it back. */
export function writeCommandLine({ name, action, options = {} }: CommandLine): string {
  const pairs = Object.entries(options).map(([option, value]) => `${option}=${encodeURIComponent(value)}`);
  return [name, action ?? "-", ...pairs].join(" ");
}

/** Undefined for anything that `writeCommandLine` did not write. */
export function readCommandLine(line: string): TypedCommand | undefined {
  const [name, action, ...pairs] = line.split(" ");
  if (!name || !action) return undefined;
  const options: Record<string, string> = {};
  for (const pair of pairs) {
    const { option, value } = /^(?<option>\w+)=(?<value>[^=]*)$/.exec(pair)?.groups ?? {};
    if (option === undefined || value === undefined) return undefined;
    try {
      options[option] = decodeURIComponent(value);
    } catch {
      // Not ours: we write no broken escapes.
      return undefined;
    }
  }
  return { name, action: action === "-" ? undefined : action, options };
}

interface Word {
  readonly start: number;
  readonly text: string;
}

/** `name=`, then a word or something in straight or curly quotes. */
const WORD = /(?:(?<option>\w+)=)?(?:"(?<straight>[^"]*)"|“(?<curly>[^”]*)”|(?<plain>\S+))/g;

function readOptions({ options }: Action, text: string): Record<string, string> {
  const specs = optionSpecs(options).filter(({ hidden }) => !hidden);
  const names = new Set(specs.map(({ name }) => name));
  const { values, words } = readWords(text, names);
  const open = specs.filter(({ name }) => !Object.hasOwn(values, name));
  for (const [index, { name, type, choices, talk }] of open.entries()) {
    const word = words[index];
    if (!word) break;
    const takesRest = talk || (index === open.length - 1 && type === "string" && !choices);
    const isMore = takesRest && words.length > index + 1;
    values[name] = isMore ? withoutNamed(text.slice(word.start), names) : word.text;
    if (takesRest) break;
  }
  return values;
}

/** What is given by name, and the other words in order. */
function readWords(text: string, names: ReadonlySet<string>) {
  const values: Record<string, string> = {};
  const words: Word[] = [];
  for (const { groups = {}, index, 0: whole } of text.matchAll(WORD)) {
    const { option, straight, curly, plain } = groups;
    const value = straight ?? curly ?? plain ?? "";
    if (option !== undefined && names.has(option)) values[option] = value;
    else words.push({ start: index, text: option === undefined ? value : whole });
  }
  return { values, words };
}

/** The rest of the line as it was typed, line breaks and all, but for options given by name. */
function withoutNamed(text: string, names: ReadonlySet<string>): string {
  return text
    .replace(WORD, (whole, option: string | undefined) => (option && names.has(option) ? "" : whole))
    .trim();
}
