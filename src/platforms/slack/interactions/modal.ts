import { z } from "zod";
import {
  formatCommandLine,
  parseCommandLine,
  type TypedCommand,
} from "../../../core/commands/command-line.ts";
import { type Field, FORM_LIMITS, type Form } from "../../../core/domain/form.ts";
import { truncate } from "../../../core/text/truncate.ts";
import { sentences } from "../../../sentences/sentences.ts";
import type { WireSubmission } from "../wire.ts";
import { INPUT_LENGTH, joinedPieces, type Piece, piecesOf } from "./long-fields.ts";

/*
 * Forms as Slack's modals. What a modal sends back names neither a channel nor a thread, so it carries them along.
 */

const TITLE_LENGTH = 24;
const LABEL_LENGTH = 150;
const PLACEHOLDER_LENGTH = 150;
const OPTION_LENGTH = 75;
const OPTIONS = 100;
const METADATA_LENGTH = 3_000;
const ACTION = "value";

/** Where the form was asked for: its answers go there. */
const Origin = z.object({
  line: z.string(),
  channel: z.string(),
  thread: z.string().optional(),
  responseUrl: z.string().optional(),
  /** When the address for answers was given, by our own clock. */
  at: z.number(),
});
export type Origin = Omit<z.infer<typeof Origin>, "line">;

export function modalOf(
  { title, submit = "Save", command, fields }: Form,
  about: { origin: Origin; externalId: string },
): object {
  if (fields.length === 0 || fields.length > FORM_LIMITS.fields)
    throw new Error(`a form of ${fields.length} fields for /${command.name}`);
  const metadata = JSON.stringify({ ...about.origin, line: formatCommandLine(command) });
  if (metadata.length > METADATA_LENGTH) throw new Error(`a form of /${command.name} with too many options`);
  return {
    ...frameOf(title, about.externalId),
    private_metadata: metadata,
    submit: plain(submit),
    blocks: fields.flatMap((field) =>
      field.kind === "choice"
        ? [inputBlock(field, { block: field.name, isFirst: true }, choiceOf(field))]
        : piecesOf(field.name, field.value ?? "", field.maxLength ?? INPUT_LENGTH).map((piece, index) =>
            inputBlock(field, { ...piece, isFirst: index === 0 }, inputOf(field, piece, index === 0)),
          ),
    ),
  };
}

function inputBlock(
  { label, required }: Field,
  { block, isFirst }: { block: string; isFirst: boolean },
  element: object,
): object {
  const text = isFirst ? label : sentences.slack.continued(label);
  return {
    type: "input",
    block_id: block,
    label: plain(truncate(text, LABEL_LENGTH)),
    optional: !(required && isFirst),
    element,
  };
}

/** Stands there while the real form is made, or tells that there is none. */
export const noteView = (text: string, externalId: string): object => ({
  ...frameOf("Rapport", externalId),
  blocks: [{ type: "section", text: plain(text) }],
});

const frameOf = (title: string, externalId: string) => ({
  type: "modal",
  external_id: externalId,
  title: plain(truncate(title, TITLE_LENGTH)),
  close: plain("Close"),
});

const plain = (text: string) => ({ type: "plain_text", text, emoji: true });

function inputOf({ kind, placeholder }: Field, { value, maxLength }: Piece, isFirst: boolean): object {
  return {
    type: "plain_text_input",
    action_id: ACTION,
    multiline: kind === "paragraph",
    max_length: maxLength,
    ...(value && { initial_value: value }),
    ...(placeholder && isFirst && { placeholder: plain(truncate(placeholder, PLACEHOLDER_LENGTH)) }),
  };
}

function choiceOf({ value, placeholder, choices = [] }: Field): object {
  const options = choices
    .slice(0, OPTIONS)
    .map((choice) => ({ text: plain(truncate(choice.label, OPTION_LENGTH)), value: choice.value }));
  const initial = options.find((option) => option.value === value);
  return {
    type: "static_select",
    action_id: ACTION,
    options,
    ...(initial && { initial_option: initial }),
    ...(placeholder && { placeholder: plain(truncate(placeholder, PLACEHOLDER_LENGTH)) }),
  };
}

/** What was filled in, with the command it is for. Undefined for a view that is not ours. */
export function submissionOf({
  view,
}: Pick<WireSubmission, "view">): { readonly command: TypedCommand; readonly origin: Origin } | undefined {
  const metadata = parsed(view.private_metadata);
  const command = metadata && parseCommandLine(metadata.line);
  if (!command) return undefined;
  const { line: _, ...origin } = metadata;
  return { command: { ...command, options: { ...command.options, ...valuesOf(view) } }, origin };
}

function parsed(text: string): z.infer<typeof Origin> | undefined {
  try {
    return Origin.safeParse(JSON.parse(text)).data;
  } catch {
    // Not JSON, so not ours.
    return undefined;
  }
}

/** By field. A choice that was left open is absent; a line that was emptied is empty. */
function valuesOf({ state }: WireSubmission["view"]): Readonly<Record<string, string>> {
  const filled = Object.fromEntries(
    Object.entries(state.values).flatMap(([name, { [ACTION]: given }]) => {
      if (!given) return [];
      const isChoice = given.selected_option !== undefined;
      const value = isChoice ? given.selected_option?.value : (given.value ?? "");
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return joinedPieces(filled);
}
