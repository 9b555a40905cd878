import { sentences } from "../../sentences/sentences.ts";
import { AppError } from "../domain/errors.ts";
import { withoutPrefix } from "../text/affixes.ts";
import { slips } from "../text/edit-distance.ts";
import { truncate } from "../text/truncate.ts";
import type { TypedCommand } from "./command-line.ts";
import type { Action, Command } from "./declaration.ts";
import { notUnderstood, readTypedOptions } from "./read-options.ts";

const MAX_NAME = 32;

/**
 * Reads a command out of what somebody said to the bot, or finds none: then it is talk.
 *
 * With a leading `!` or `/` the command's name is enough. Without one, a command with several actions needs one of
 * them ("memory show" is a command, "memory is a strange thing" is talk), and one without takes nothing behind it
 * ("help", but not "help me"). Words that no option takes make it talk ("memory show me the way"), but for
 * politeness ("memory show please").
 *
 * @throws {AppError} `invalid_input` for what was meant as a command and cannot be one, with what to type instead
 */
export function findCommandText(commands: readonly Command[], text: string): TypedCommand | undefined {
  const line = text.trim();
  const [start = "", mark = "", name = ""] = /^([!/]?)([a-z]+)(?!\S)/i.exec(line) ?? [];
  if (name === "" || name.length > MAX_NAME) return undefined;
  const rest = withoutPrefix(line, start).trimStart();
  const action = firstWord(rest).name;
  const command = commands.find((candidate) => candidate.name === name.toLowerCase());
  if (!command) {
    if (mark) refuseMisspelt(commands, { name, action, mark });
    return undefined;
  }
  if (mark) return readCommandText(command, rest, mark);
  const isMeant = command.actions ? Object.hasOwn(command.actions, action) : !rest;
  return isMeant ? read(command, rest, mark) : undefined;
}

/**
 * Reads the text typed after a command, for platforms and places without typed options; `mark` is what stands before
 * the command's name there. Hidden options cannot be typed.
 *
 * @throws {AppError} `invalid_input` for an action that does not exist, naming those that do, and for what looks like
 * an option and is none
 */
export function readCommandText(command: Command, text: string, mark = "/"): TypedCommand {
  const typed = read(command, text, mark);
  if (typed) return typed;
  const { name } = firstWord(text);
  const action = actionOf(command, name);
  if (action) throw notUnderstood(lineOf(mark, command, name), action.options);
  const meant = Object.keys(command.actions ?? {}).find((each) => isSlipOf(name, each));
  if (meant) throw notThere(`${mark}${command.name} ${name}`, `${mark}${command.name} ${meant}`);
  const known = Object.keys(command.actions ?? {});
  throw new AppError("invalid_input", sentences.options.takesOneOf(`${mark}${command.name}`, known));
}

/** Undefined where there is no such action, or more was typed than it takes. */
function read(command: Command, text: string, mark: string): TypedCommand | undefined {
  const first = firstWord(text);
  const action = actionOf(command, first.name);
  if (!action) return undefined;
  const rest = command.action ? text : first.rest;
  const options = readTypedOptions(action, rest, lineOf(mark, command, first.name));
  return options && { name: command.name, action: command.action ? undefined : first.name, options };
}

function actionOf({ action, actions }: Command, name: string): Action | undefined {
  return action ?? (actions && Object.hasOwn(actions, name) ? actions[name] : undefined);
}

const lineOf = (mark: string, { name, action }: Command, first: string) =>
  action ? `${mark}${name}` : `${mark}${name} ${first}`;

/** The name of an action, as people end sentences too: `memory show!` */
function firstWord(text: string): { readonly name: string; readonly rest: string } {
  const line = text.trimStart();
  const [word = ""] = /^\S+/.exec(line) ?? [];
  const [name = ""] = /^[\w-]*/.exec(word) ?? [];
  const isName = word.length - name.length <= 3 && /^[.!?,:]*$/.test(withoutPrefix(word, name));
  return { name: isName ? name.toLowerCase() : word.toLowerCase(), rest: withoutPrefix(line, word) };
}

const MOST_SLIPS = 2;

function refuseMisspelt(
  commands: readonly Command[],
  typed: { readonly name: string; readonly action: string; readonly mark: string },
): void {
  const meant = commands.find(
    ({ name, actions }) =>
      actions && Object.hasOwn(actions, typed.action) && slips(typed.name.toLowerCase(), name) <= MOST_SLIPS,
  );
  if (!meant) return;
  throw notThere(truncate(typed.name, 40), `!${meant.name} ${typed.action}`);
}

/** Short names differ in too few letters to guess much: one slip, or all its letters in another order. */
function isSlipOf(typed: string, name: string): boolean {
  if (typed[0] !== name[0] || typed.length > MAX_NAME) return false;
  const most = name.length > 5 ? MOST_SLIPS : 1;
  return slips(typed, name) <= most || lettersOf(typed) === lettersOf(name);
}

const lettersOf = (word: string): string => [...word].toSorted().join("");

const notThere = (typed: string, meant: string): AppError =>
  new AppError("invalid_input", sentences.options.noSuchCommand(typed, meant));
