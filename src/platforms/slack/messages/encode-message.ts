import type { CommandLine } from "../../../core/domain/form.ts";
import type { Button, OutgoingMessage } from "../../../core/ports/platform.ts";
import { withMarksClosed } from "../../../core/text/close-marks.ts";
import { truncate } from "../../../core/text/truncate.ts";
import { commandId } from "../../shared/messages/button-id.ts";
import { authorFields, authorHeader } from "./author.ts";
import { plainTextWithin, slackMarkdown } from "./markdown.ts";

/** `chat.update` refuses texts somewhat above this (`msg_too_long`), whatever its documentation says. */
const TEXT_LENGTH = 3_900;
/** Leaves room for the header line that names a persona. */
export const MESSAGE_LENGTH = 3_800;
/** Slack's limit for a markdown block. */
const BLOCK_LENGTH = 12_000;
const LABEL_LENGTH = 75;
const BUTTONS_IN_A_BLOCK = 25;
/** What our messages bear, so that one can be found again. */
export const METADATA_TYPE = "rapport_message";

/**
 * Slack fetches what a link leads to, and pictures unless told otherwise. Whoever wrote a persona could have it put what
 * people say into an address of their own, and would be told without anybody's click.
 */
const NO_PREVIEWS = { unfurl_links: false, unfurl_media: false } as const;

/** A message is never empty: Slack refuses that. */
const NOTHING = "…";

/** The body of a message, the same for every way of posting and editing it. */
export interface Body {
  readonly text: string;
  readonly blocks: readonly object[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
  readonly username?: string;
  readonly icon_url?: string;
}

/** `ownName`: the message shows who speaks by itself; else a header line says it. */
export function encode(message: OutgoingMessage, { ownName }: { readonly ownName: boolean }): Body {
  const shown = message.isStreaming ? withMarksClosed(message.text) : message.text;
  const markdown = markdownOf({ ...message, text: withStep({ ...message, text: shown }) }, { ownName });
  return {
    // The blocks show all; this is what notifications say.
    text: plainTextWithin(markdown, TEXT_LENGTH),
    blocks: [{ type: "markdown", text: truncate(markdown, BLOCK_LENGTH) }, ...buttonBlocks(message.buttons)],
    ...NO_PREVIEWS,
    ...(message.author && ownName && authorFields(message.author)),
  };
}

/** The same as text alone, where Slack takes no blocks: nothing can be pressed on it. */
export function encodePlainly(message: OutgoingMessage, how: { readonly ownName: boolean }): Body {
  return { ...encode(message, how), blocks: [] };
}

/** What a message says, the name of who speaks above it where nothing else shows it. */
export function markdownOf(
  { author, text }: Pick<OutgoingMessage, "author" | "text">,
  { ownName }: { readonly ownName: boolean },
): string {
  const header = author && !ownName ? authorHeader(author) : "";
  return (header + slackMarkdown(text)).trim() || NOTHING;
}

/** Where nothing streams there are no cards: what is being done stands below the text. */
function withStep({ text, steps = [] }: OutgoingMessage): string {
  const running = steps.find(({ state }) => state === "running");
  return running ? `${text}\n\n*${running.title} …*`.trim() : text;
}

const STYLES = {
  plain: {},
  primary: { style: "primary" },
  danger: { style: "danger" },
} as const satisfies Record<Button["style"], object>;

export function buttonBlocks(buttons: readonly Button[] = []): readonly object[] {
  const blockCount = Math.ceil(buttons.length / BUTTONS_IN_A_BLOCK);
  return Array.from({ length: blockCount }, (_, block) => ({
    type: "actions",
    elements: buttons
      .slice(block * BUTTONS_IN_A_BLOCK, (block + 1) * BUTTONS_IN_A_BLOCK)
      .map(({ label, style, command }, index) => ({
        type: "button",
        text: { type: "plain_text", text: truncate(label, LABEL_LENGTH), emoji: true },
        action_id: buttonId(command, index),
        ...STYLES[style],
      })),
  }));
}

export const metadataOf = (key: string): object => ({ event_type: METADATA_TYPE, event_payload: { key } });

/** Slack's limit for the `action_id` of a button. */
const ID_LENGTH = 255;

/** The command that a button runs. The number of the button keeps two with one command apart. */
export const buttonId = (command: CommandLine, index: number): string =>
  commandId(command, ID_LENGTH, String(index));
