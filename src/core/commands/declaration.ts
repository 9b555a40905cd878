import type { z } from "zod";
import { sentences } from "../../sentences/sentences.ts";
import type { TurnCancellation } from "../agent/cancellation.ts";
import type { ActionName, COMMANDS, CommandName } from "../domain/command-lines.ts";
import { invalidInput } from "../domain/errors.ts";
import type { Choice, CommandLine, Form } from "../domain/form.ts";
import type { CommandEvent, Person, Place } from "../domain/model.ts";
import type { OutgoingMessage, Platform, ReplyChannel, ReplyTarget } from "../ports/platform.ts";
import type { CoreServices } from "../ports/services.ts";
import { optionRefusal } from "./option-errors.ts";
import { optionSpecs, typedOptions, usageLine } from "./option-specs.ts";

/** What of the core commands use, while an option is typed and before they run. */
type AskingServices = Pick<
  CoreServices,
  | "builtInPersonas"
  | "defaultPersona"
  | "findSubjects"
  | "isAdmin"
  | "isMember"
  | "nameRestrictions"
  | "personas"
  | "policy"
  | "settings"
  | "tenants"
>;

/** What they use beside it when they run. */
type RunningServices = Pick<
  CoreServices,
  | "agentRecords"
  | "prompts"
  | "bindings"
  | "clock"
  | "debounceMs"
  | "emit"
  | "history"
  | "log"
  | "memory"
  | "privacyUrl"
  | "provenance"
  | "provisioning"
  | "readersOf"
  | "turnQueue"
  | "turns"
  | "usage"
>;

export interface CommandContext extends AskingServices, RunningServices {
  readonly event: CommandEvent;
  readonly place: Place;
  readonly author: Person;
  /** Where the command's answer goes; for what a Reply cannot say. */
  readonly replyChannel: ReplyChannel;
  /** The same as data, to be stored with what the command sets going. */
  readonly target: ReplyTarget;
  readonly commands: readonly Command[];
  readonly platforms: ReadonlyMap<string, Platform>;
  readonly cancellation: TurnCancellation;
}

export interface SuggestContext extends AskingServices {
  readonly commands: readonly Command[];
  readonly place: Place;
  readonly author: Person;
}

/** What is known of a command before it runs. */
export interface CheckContext extends SuggestContext {
  readonly event: CommandEvent;
}

/** What a command answers; who sees it is the action's own affair unless it says otherwise. */
export type Reply = Omit<OutgoingMessage, "visibility"> & Partial<Pick<OutgoingMessage, "visibility">>;

/** One thing a person can do: `/persona use` is an action, and so is a `/chat` without subcommands. */
export interface Action {
  /** 1-100 characters. */
  readonly description: string;
  readonly options: z.ZodObject;
  /** Only the person who asked sees the answer, where the platform can. Refusals are always private. */
  readonly private: boolean;
  /** Nobody else may see the answer, also where the platform has no private ones. Implies `private`. */
  readonly confidential: boolean;
  /** Asked before the action runs, and by help: only who may manage the server or workspace. */
  readonly managersOnly: boolean;
  /** What it does stays: guests may not. */
  readonly changes: boolean;
  /** It begins a turn: refused where nobody is answered, or no more today. */
  readonly asks: boolean;
  /** Choices for an option while it is typed, by option. Never asks Letta: a second is all there is. */
  readonly suggest: Readonly<Record<string, Suggest>>;
  /**
   * The form that asks for what is missing; undefined when nothing is. Called within the three seconds a
   * platform waits, so it may not ask Letta. Its fields come back as options of this same action.
   */
  readonly form: ((rawOptions: unknown, context: CommandContext) => Promise<Form | undefined>) | undefined;
  /** No form opens once these options are given, so that a platform need not wait for one. */
  readonly formAsksFor: readonly string[];
  /**
   * Throws what refuses it before it runs: options that the schema rejects, somebody who is not there, a right that is
   * missing. For a platform that must say at once who will see the answer; never asks Letta.
   */
  check(rawOptions: unknown, context: CheckContext): Promise<void>;
  /** Takes options as the platform sent them; throws `invalid_input` for those the schema rejects. */
  run(rawOptions: unknown, context: CommandContext): Promise<Reply | undefined>;
}

type Suggest = (typed: string, context: SuggestContext) => Promise<readonly Choice[]>;

export type Command = { readonly name: string; readonly description: string } & (
  | { readonly action: Action; readonly actions?: never }
  | { readonly actions: Readonly<Record<string, Action>>; readonly action?: never }
);

/** One of ours, with exactly the actions that `COMMANDS` names. */
export type CommandOf<Name extends CommandName> = {
  readonly name: Name;
  readonly description: string;
} & ((typeof COMMANDS)[Name] extends readonly []
  ? { readonly action: Action; readonly actions?: never }
  : { readonly actions: Readonly<Record<ActionName<Name>, Action>>; readonly action?: never });

/** An entry in a message's own menu; the message's text becomes one option of a command. */
export interface Menu {
  /** 1-32 characters, as people read it. */
  readonly label: string;
  readonly command: CommandLine;
  /** The options that take the text of the message, its author's name, and their id where it is a person's. */
  readonly textOption: string;
  readonly authorOption: string;
  readonly authorIdOption?: string;
  /** Takes whether they are of another company. */
  readonly outsiderOption: string;
}

interface ActionSpec<Options extends z.ZodObject> {
  readonly description: string;
  readonly options: Options;
  readonly private?: boolean;
  readonly confidential?: boolean;
  readonly managersOnly?: boolean;
  readonly changes?: boolean;
  readonly asks?: boolean;
  readonly suggest?: { readonly [Name in keyof z.input<Options>]?: Suggest };
  readonly form?: (options: Partial<z.output<Options>>, context: CommandContext) => Promise<Form | undefined>;
  readonly formAsksFor?: readonly (keyof z.input<Options> & string)[];
  /** Beside what the schema and the flags refuse. */
  readonly check?: (options: z.output<Options>, context: CheckContext) => Promise<unknown>;
  run(options: z.output<Options>, context: CommandContext): Promise<Reply | undefined>;
}

/** Ties a handler to its schema, then forgets the schema's type so that all actions fit in one record. */
export function action<Options extends z.ZodObject>(spec: ActionSpec<Options>): Action {
  const { form } = spec;
  const partial = spec.options.partial();
  return {
    description: spec.description,
    options: spec.options,
    private: spec.private ?? spec.confidential ?? false,
    confidential: spec.confidential ?? false,
    managersOnly: spec.managersOnly ?? false,
    changes: spec.changes ?? false,
    asks: spec.asks ?? false,
    suggest: (spec.suggest ?? {}) as Record<string, Suggest>,
    form:
      form &&
      ((rawOptions, context) =>
        form(
          parsed(partial, spec.options, rawOptions, context.event) as Partial<z.output<Options>>,
          context,
        )),
    formAsksFor: spec.formAsksFor ?? [],
    check: async (rawOptions, context) => {
      const options = parsed(spec.options, spec.options, rawOptions, context.event);
      await spec.check?.(options, context);
    },
    run: async (rawOptions, context) =>
      spec.run(parsed(spec.options, spec.options, rawOptions, context.event), context),
  };
}

/** Whether the first answer to this may be a form. */
export function mayOpenForm(
  { form, formAsksFor }: Action,
  { options, submitted }: Pick<CommandEvent, "options" | "submitted">,
): boolean {
  if (!form || submitted) return false;
  return formAsksFor.length === 0 || formAsksFor.some((option) => options[option] === undefined);
}

export function findAction(
  commands: readonly Command[],
  name: string,
  actionName: string | undefined,
): Action | undefined {
  const command = commands.find((candidate) => candidate.name === name);
  if (!command?.actions) return command?.action;
  const isThere = actionName !== undefined && Object.hasOwn(command.actions, actionName);
  return isThere ? command.actions[actionName] : undefined;
}

/** @throws {AppError} `invalid_input`, naming each option and what it takes */
function parsed<Schema extends z.ZodObject>(
  schema: Schema,
  full: z.ZodObject,
  raw: unknown,
  { name, action: actionName, options }: CommandEvent,
): z.output<Schema> {
  const { success, data, error } = schema.safeParse(typedOptions(full, raw), { error: optionRefusal });
  if (success) return data;
  const isShort = optionSpecs(full).some(
    ({ name: option, required, hidden }) => required && !hidden && options[option] === undefined,
  );
  const line = actionName === undefined ? `/${name}` : `/${name} ${actionName}`;
  throw invalidInput(error, isShort ? sentences.options.goesLikeThis(usageLine(line, full)) : undefined);
}
