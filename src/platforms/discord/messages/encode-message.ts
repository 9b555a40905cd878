import { createHash } from "node:crypto";
import { type AllowedMentionsTypes, ButtonStyle, ComponentType, MessageFlags } from "discord-api-types/v10";
import type { Button, OutgoingMessage } from "../../../core/ports/platform.ts";
import { withMarksClosed } from "../../../core/text/close-marks.ts";
import { truncate } from "../../../core/text/truncate.ts";
import { buttonId } from "../interactions/custom-id.ts";
import { authorFields, authorHeader } from "./author.ts";
import { discordMarkdown } from "./markdown.ts";

/** Discord's limit for the text of a message, in UTF-16 units by the strictest count. */
const CONTENT_LENGTH = 2_000;
/** Leaves room for the header line that names a persona. */
export const MESSAGE_LENGTH = 1_900;
const BUTTONS_IN_A_ROW = 5;
const LABEL_LENGTH = 80;
const NONCE_LENGTH = 25;

const STYLES = {
  plain: ButtonStyle.Secondary,
  primary: ButtonStyle.Primary,
  danger: ButtonStyle.Danger,
} as const satisfies Record<Button["style"], ButtonStyle>;

/** Nothing that a model or a person wrote ever pings. Given with every body: an edit without it pings by default. */
const NO_PINGS = { parse: [] satisfies AllowedMentionsTypes[], replied_user: false } as const;

/**
 * Discord fetches what a link leads to, to show a preview of it. Whoever wrote a persona could have it put what people say
 * into an address of their own, and would be told without anybody's click.
 */
const NO_PREVIEWS = MessageFlags.SuppressEmbeds;

/** A message is never empty: Discord refuses that. */
const NOTHING = "…";

/** The body of a message, the same for every way of posting and editing it. */
export interface Body {
  readonly content: string;
  readonly components: readonly object[];
  readonly allowed_mentions: typeof NO_PINGS;
  readonly username?: string;
  readonly avatar_url?: string;
  readonly flags: number;
}

/**
 * `ownName`: the message shows who speaks by itself, as a webhook's does; else a header line says it. `key` makes
 * a message that has buttons findable. `direct` are the direct messages that it stands for.
 */
export function encode(
  message: OutgoingMessage,
  how: { ownName: boolean; key: string | undefined; direct?: string | undefined },
): Body {
  const { author, buttons = [] } = message;
  const text = message.isStreaming ? withMarksClosed(message.text) : message.text;
  const header = author && !how.ownName ? authorHeader(author) : "";
  return {
    // The core keeps to MESSAGE_LENGTH; what does not is cut for all to see rather than refused.
    content: truncate((header + discordMarkdown(text)).trim(), CONTENT_LENGTH) || NOTHING,
    components: rows(buttons, how),
    allowed_mentions: NO_PINGS,
    flags: NO_PREVIEWS,
    ...(author && how.ownName && authorFields(author)),
  };
}

/** Only the person who asked sees it. */
export const ephemeral = (body: Body): Body => ({
  ...body,
  flags: body.flags | MessageFlags.Ephemeral,
});

export const filesOf = ({ files = [] }: OutgoingMessage) =>
  files.map(({ name, contentType, text }) => ({ name, contentType, data: text }));

function rows(
  buttons: readonly Button[],
  { key, direct }: { key: string | undefined; direct?: string | undefined },
): readonly object[] {
  const rowCount = Math.ceil(buttons.length / BUTTONS_IN_A_ROW);
  return Array.from({ length: rowCount }, (_, row) => ({
    type: ComponentType.ActionRow,
    components: buttons
      .slice(row * BUTTONS_IN_A_ROW, (row + 1) * BUTTONS_IN_A_ROW)
      .map(({ label, style, command }) => ({
        type: ComponentType.Button,
        style: STYLES[style],
        label: truncate(label, LABEL_LENGTH),
        custom_id: buttonId(command, key, direct),
      })),
  }));
}

/**
 * A mention in a private thread lets in who is mentioned. It is not documented that one which may not ping does not, so
 * what a model wrote holds none there.
 */
export const withoutMentions = (text: string): string => text.replace(/<(?=@)/g, "<\u200b");

/** Discord drops a second message with the same nonce, for a few minutes. */
export function nonceOf(key: string): string {
  return key.length <= NONCE_LENGTH
    ? key
    : createHash("sha256").update(key).digest("base64url").slice(0, NONCE_LENGTH);
}
