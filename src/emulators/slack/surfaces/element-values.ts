import { NotPossible } from "../http/api-error.ts";
import { isObject, type JsonObject, objectsIn, stringIn, textIn } from "../wire.ts";
import { elementsOf } from "./block-kit.ts";

/** What a person enters or picks: a text, an option's value or an id, several of them, or nothing. */
export type Choice = string | readonly string[] | undefined;

type Element = Readonly<Record<string, unknown>>;
export type Values = Record<string, Record<string, Record<string, unknown>>>;

export function blocksIn(definition: Readonly<Record<string, unknown>>): Record<string, unknown>[] {
  return objectsIn(definition.blocks);
}

/** What the elements of a view hold when it opens. */
export function initialValues(blocks: readonly Element[]): Values {
  const values: Values = {};
  for (const block of blocks) {
    for (const element of elementsOf(block)) {
      const value = initialValue(element);
      if (!value) continue;
      const blockId = String(block.block_id);
      values[blockId] = { ...values[blockId], [String(element.action_id)]: value };
    }
  }
  return values;
}

/** How an element keeps what it holds: an empty one, and one with these choices in it. */
interface Holder {
  readonly initial: (element: Element) => Record<string, unknown>;
  readonly chosen: (
    element: Element,
    choices: readonly string[],
    offered: readonly Element[],
  ) => Record<string, unknown>;
}

const textHolder: Holder = {
  initial: (element) => ({ value: stringIn(element.initial_value) || null }),
  chosen: (element, [text = ""]) => ({ value: typedValue(element, text) }),
};

const richTextHolder: Holder = {
  initial: (element) => ({ rich_text_value: element.initial_value ?? null }),
  chosen: (_element, [text = ""]) => ({ rich_text_value: richTextOf(text) }),
};

const momentHolder: Holder = {
  initial: (element) => ({ selected_date_time: element.initial_date_time ?? null }),
  chosen: (_element, [seconds]) => {
    if (seconds === undefined) return { selected_date_time: null };
    if (!/^[1-9]\d{9}$/.test(seconds)) throw new NotPossible(`"${seconds}" is no moment in seconds.`);
    return { selected_date_time: Number(seconds) };
  },
};

const MOST_FILES = 10;

/** What is offered are the files that the person has, as payloads show them. */
const filesHolder: Holder = {
  initial: () => ({ files: [] }),
  chosen: ({ max_files: most = MOST_FILES, filetypes }, ids, offered) => {
    if (ids.length > Number(most)) throw new NotPossible(`No more than ${most} files fit.`);
    const files = ids.map((wanted) => {
      const file = offered.find(({ id }) => id === wanted);
      if (!file) throw new NotPossible(`There is no file "${wanted}".`);
      if (Array.isArray(filetypes) && !filetypes.includes(file.filetype))
        throw new NotPossible(`A file of the type ${file.filetype} is not taken.`);
      return file;
    });
    return { files };
  },
};

const optionHolder: Holder = {
  initial: (element) => ({ selected_option: element.initial_option ?? null }),
  chosen: (element, [value], offered) => ({
    selected_option: value === undefined ? null : findOption([...optionsOf(element), ...offered], value),
  }),
};

const optionsHolder: Holder = {
  initial: (element) => ({ selected_options: objectsIn(element.initial_options) }),
  chosen: (element, values, offered) => ({
    selected_options: values.map((value) => findOption([...optionsOf(element), ...offered], value)),
  }),
};

function idHolder(field: string, isPossible: (id: string) => boolean = () => true): Holder {
  const initial = field.replace("selected", "initial");
  return {
    initial: (element) => ({ [field]: element[initial] ?? null }),
    chosen: (_element, [id]) => {
      if (id !== undefined && !isPossible(id)) throw new NotPossible(`"${id}" cannot be picked here.`);
      return { [field]: id ?? null };
    },
  };
}

/** `Date` takes the 30th of February for the 2nd of March. */
function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${text}T`);
}
const isTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text);

function idsHolder(field: string): Holder {
  const initial = field.replace("selected", "initial");
  return {
    initial: (element) => ({ [field]: element[initial] ?? [] }),
    chosen: (_element, ids) => ({ [field]: ids }),
  };
}

const HOLDERS: Readonly<Record<string, Holder>> = {
  plain_text_input: textHolder,
  email_text_input: textHolder,
  url_text_input: textHolder,
  number_input: textHolder,
  rich_text_input: richTextHolder,
  datetimepicker: momentHolder,
  file_input: filesHolder,
  static_select: optionHolder,
  external_select: optionHolder,
  radio_buttons: optionHolder,
  multi_static_select: optionsHolder,
  multi_external_select: optionsHolder,
  checkboxes: optionsHolder,
  users_select: idHolder("selected_user"),
  channels_select: idHolder("selected_channel"),
  conversations_select: idHolder("selected_conversation"),
  datepicker: idHolder("selected_date", isDate),
  timepicker: idHolder("selected_time", isTime),
  multi_users_select: idsHolder("selected_users"),
  multi_channels_select: idsHolder("selected_channels"),
  multi_conversations_select: idsHolder("selected_conversations"),
};

function initialValue(element: Element): Record<string, unknown> | undefined {
  const type = String(element.type);
  const holder = HOLDERS[type];
  return holder && { type, ...holder.initial(element) };
}

/** The value of an element after a person used it. Throws when the client would not let them. */
export function chosenValue(
  element: Element,
  choice: Choice,
  offered: readonly Element[] = [],
): Record<string, unknown> {
  const type = String(element.type);
  const holder = HOLDERS[type];
  if (!holder) throw new NotPossible(`A ${type} holds no value.`);
  const choices = typeof choice === "string" ? [choice] : (choice ?? []);
  const most = Number(element.max_selected_items ?? Number.POSITIVE_INFINITY);
  if (choices.length > most) throw new NotPossible(`No more than ${most} can be chosen.`);
  return { type, ...holder.chosen(element, choices, offered) };
}

function typedValue(element: Element, text: string): string | null {
  const least = Number(element.min_length ?? 0);
  const most = Number(element.max_length ?? 3000);
  if (text !== "" && text.length < least) throw new NotPossible(`At least ${least} characters are needed.`);
  if (text.length > most) throw new NotPossible(`No more than ${most} characters fit.`);
  if (element.type === "plain_text_input" && element.multiline !== true && text.includes("\n")) {
    throw new NotPossible("This field has one line.");
  }
  if (text !== "" && !isTyped(element, text)) throw new NotPossible(`"${text}" does not fit in here.`);
  return text === "" ? null : text;
}

/** What clients look at before they send. */
function isTyped(element: Element, text: string): boolean {
  switch (element.type) {
    case "email_text_input":
      return /^[^\s@]+@[^\s@]+$/.test(text);
    case "url_text_input":
      return URL.canParse(text);
    case "number_input":
      return isNumber(element, text);
    default:
      return true;
  }
}

function isNumber({ is_decimal_allowed: hasDecimals, min_value, max_value }: Element, text: string): boolean {
  const pattern = hasDecimals === true ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/;
  const [least, most] = [min_value ?? Number.NEGATIVE_INFINITY, max_value ?? Number.POSITIVE_INFINITY];
  return pattern.test(text) && Number(text) >= Number(least) && Number(text) <= Number(most);
}

function richTextOf(text: string): JsonObject {
  return {
    type: "rich_text",
    elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
  };
}

export function optionsOf(element: Element): Record<string, unknown>[] {
  return [
    ...objectsIn(element.options),
    ...objectsIn(element.option_groups).flatMap((group) => objectsIn(group.options)),
  ];
}

export function findOption(options: readonly Element[], wanted: string): Element {
  const found =
    options.find(({ value }) => value === wanted) ?? options.find((option) => textIn(option.text) === wanted);
  if (!found) throw new NotPossible(`There is no choice "${wanted}".`);
  return { text: found.text, value: found.value };
}

/** Nothing was entered or picked. */
export function isEmptyValue(value: Readonly<Record<string, unknown>> | undefined): boolean {
  const { type: _type, ...held } = value ?? {};
  return Object.values(held).every((one) => one === null || (Array.isArray(one) && one.length === 0));
}

/** An element by its action_id, and the block it is in. */
export function findElement(
  blocks: readonly Element[],
  actionId: string,
): { readonly block: Element; readonly element: Element } {
  for (const block of blocks) {
    const element = elementsOf(block).find(({ action_id }) => action_id === actionId);
    if (isObject(element)) return { block, element };
  }
  throw new NotPossible(`There is no element "${actionId}".`);
}
