import {
  anything,
  boolean,
  list,
  number,
  object,
  oneOf,
  plainText,
  type Rule,
  type Shape,
  string,
  textObject,
} from "./block-rules.ts";

/** Limits of block elements [the types of @slack/web-api, which quote Slack's reference]. */
const CHOICES = 100;

const confirm = object({
  required: { text: textObject(300) },
  optional: {
    title: plainText(100),
    confirm: plainText(30),
    deny: plainText(30),
    style: oneOf("primary", "danger"),
  },
});

const option = object({
  required: { text: textObject(75), value: string({ max: 150 }) },
  optional: { description: textObject(75), url: string({ max: 3000 }) },
});
const plainOption = object({
  required: { text: plainText(75), value: string({ max: 150 }) },
  optional: { description: plainText(75), url: string({ max: 3000 }) },
});
const optionGroup = object({
  required: { label: plainText(75), options: list(plainOption, { max: CHOICES }) },
});

const actionId = { action_id: string({ max: 255 }) };
const focus = { focus_on_load: boolean };
const placeholder = { placeholder: plainText(150) };
const common = { ...actionId, ...focus, ...placeholder, confirm };
const dispatches = {
  dispatch_action_config: object({
    optional: { trigger_actions_on: list(oneOf("on_enter_pressed", "on_character_entered"), { max: 2 }) },
  }),
};
const many = { max_selected_items: number({ min: 1, max: 1000 }) };

const staticChoices = {
  optional: {
    ...common,
    options: list(plainOption, { max: CHOICES }),
    option_groups: list(optionGroup, { max: CHOICES }),
  },
  anyOf: ["options", "option_groups"],
};

function select(initial: Readonly<Record<string, Rule>>): Shape {
  return { optional: { ...common, ...initial, response_url_enabled: boolean, filter: anything } };
}

const ids = list(string(), { max: 1000 });

const image: Shape = {
  required: { alt_text: string({ max: 2000 }) },
  optional: { image_url: string({ max: 3000 }), slack_file: anything },
  anyOf: ["image_url", "slack_file"],
};

const feedbackButton = object({
  required: { text: plainText(75), value: string({ max: 2000 }) },
  optional: { accessibility_label: string({ max: 75 }) },
});

const textInput: Readonly<Record<string, Rule>> = { ...actionId, ...focus, ...placeholder, ...dispatches };

export const ELEMENTS: Readonly<Record<string, Shape>> = {
  button: {
    required: { text: plainText(75) },
    optional: {
      ...actionId,
      confirm,
      value: string({ max: 2000, min: 0 }),
      url: string({ max: 3000 }),
      style: oneOf("primary", "danger"),
      accessibility_label: string({ max: 75 }),
    },
  },
  checkboxes: {
    required: { options: list(option, { max: 10 }) },
    optional: { ...actionId, ...focus, confirm, initial_options: list(option, { max: 10 }) },
  },
  radio_buttons: {
    required: { options: list(option, { max: 10 }) },
    optional: { ...actionId, ...focus, confirm, initial_option: option },
  },
  overflow: {
    required: { options: list(plainOption, { max: 5 }) },
    optional: { ...actionId, confirm },
  },
  static_select: {
    optional: { ...staticChoices.optional, initial_option: plainOption },
    anyOf: staticChoices.anyOf,
  },
  multi_static_select: {
    optional: { ...staticChoices.optional, ...many, initial_options: list(plainOption, { max: CHOICES }) },
    anyOf: staticChoices.anyOf,
  },
  external_select: {
    optional: { ...common, initial_option: plainOption, min_query_length: number({ min: 0, max: 1000 }) },
  },
  multi_external_select: {
    optional: {
      ...common,
      ...many,
      initial_options: list(plainOption, { max: CHOICES }),
      min_query_length: number({ min: 0, max: 1000 }),
    },
  },
  users_select: select({ initial_user: string() }),
  multi_users_select: select({ initial_users: ids, ...many }),
  channels_select: select({ initial_channel: string() }),
  multi_channels_select: select({ initial_channels: ids, ...many }),
  conversations_select: select({ initial_conversation: string(), default_to_current_conversation: boolean }),
  multi_conversations_select: select({
    initial_conversations: ids,
    default_to_current_conversation: boolean,
    ...many,
  }),
  datepicker: { optional: { ...common, initial_date: string({ max: 10, min: 10 }) } },
  timepicker: { optional: { ...common, initial_time: string({ max: 5, min: 5 }), timezone: string() } },
  datetimepicker: {
    optional: {
      ...actionId,
      ...focus,
      confirm,
      initial_date_time: number({ min: 1e9, max: 9_999_999_999 }),
    },
  },
  plain_text_input: {
    optional: {
      ...textInput,
      initial_value: string({ max: 3000, min: 0 }),
      multiline: boolean,
      min_length: number({ min: 0, max: 3000 }),
      max_length: number({ min: 1, max: 3000 }),
    },
  },
  email_text_input: { optional: { ...textInput, initial_value: string({ min: 0 }) } },
  url_text_input: { optional: { ...textInput, initial_value: string({ min: 0 }) } },
  number_input: {
    required: { is_decimal_allowed: boolean },
    optional: {
      ...textInput,
      initial_value: string({ min: 0 }),
      min_value: string(),
      max_value: string(),
    },
  },
  file_input: {
    optional: {
      ...actionId,
      filetypes: list(string(), { max: 100 }),
      max_files: number({ min: 1, max: 10 }),
    },
  },
  rich_text_input: {
    optional: {
      ...textInput,
      initial_value: anything,
      min_lines: number({ min: 1, max: 100 }),
      max_lines: number({ min: 1, max: 100 }),
    },
  },
  image,
  feedback_buttons: {
    required: { positive_button: feedbackButton, negative_button: feedbackButton },
    optional: actionId,
  },
  icon_button: {
    required: { icon: oneOf("trash"), text: plainText(75) },
    optional: {
      ...actionId,
      confirm,
      value: string({ max: 2000, min: 0 }),
      accessibility_label: string({ max: 75 }),
      visible_to_user_ids: ids,
    },
  },
  workflow_button: {
    required: { text: plainText(75), workflow: anything },
    optional: { ...actionId, style: oneOf("primary", "danger"), accessibility_label: string({ max: 75 }) },
  },
};

const SELECTS = ["static", "external", "users", "channels", "conversations"].flatMap((one) => [
  `${one}_select`,
  `multi_${one}_select`,
]);
const PICKERS = ["datepicker", "timepicker", "datetimepicker"];
const BOXES = ["checkboxes", "radio_buttons"];

/** Which elements may stand where. */
export const IN_ACTIONS = [
  "button",
  "overflow",
  "workflow_button",
  "rich_text_input",
  ...SELECTS,
  ...PICKERS,
  ...BOXES,
];
export const IN_SECTION = [
  "button",
  "image",
  "overflow",
  "workflow_button",
  "datepicker",
  "timepicker",
  ...SELECTS,
  ...BOXES,
];
export const IN_INPUT = [
  "plain_text_input",
  "email_text_input",
  "url_text_input",
  "number_input",
  "file_input",
  "rich_text_input",
  ...SELECTS,
  ...PICKERS,
  ...BOXES,
];
