/** `chat.update` is limited to about fifty a minute. */
export const EDIT_EVERY_MS = 1_200;

/** Slack takes the line away after two minutes; it is written again well before. */
export const TYPING_LASTS_MS = 92_000;

/** More cards than this are no news to anybody. */
export const STEPS_SHOWN = 20;
