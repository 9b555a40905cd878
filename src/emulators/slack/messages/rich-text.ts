import type { RichTextBlock, RichTextElement, RichTextPreformatted, RichTextSection } from "@slack/types";
import type { Sent } from "../wire.ts";
import { isEmoji } from "./emoji-names.ts";

/** What stands between angle brackets in mrkdwn, and emoji, bold, italic, strike and code. */
const INLINE = /<([^<>]+)>|:([a-z0-9_+-]+):|`([^`\n]+)`|\*([^*\n]+)\*|(?<!\w)_([^_\n]+)_(?!\w)|~([^~\n]+)~/g;
const IN_BRACKETS =
  /^(?:@([UW][A-Z0-9]+)|#([CGD][A-Z0-9]+)|!(here|channel|everyone)|!subteam\^([A-Z0-9]+)|((?:https?:\/\/|mailto:)[^|]+))(?:\|([^|]*))?$/;

function unescapeText(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The rich_text block that Slack makes of a text: what people write always comes with one. */
export function richText(text: string, blockId: string, isMrkdwn = true): Sent<RichTextBlock> {
  const pieces = isMrkdwn ? text.split("```") : [text];
  const elements = pieces.flatMap((piece, index): (RichTextPreformatted | RichTextSection)[] => {
    if (index % 2 === 1) {
      const code = unescapeText(piece.replace(/^\n/, "").replace(/\n$/, ""));
      return [{ type: "rich_text_preformatted", elements: [{ type: "text", text: code }], border: 0 }];
    }
    if (piece === "") return [];
    const inline = isMrkdwn ? inlineElements(piece) : [textElement(piece)];
    return [{ type: "rich_text_section", elements: inline }];
  });
  return { type: "rich_text", block_id: blockId, elements };
}

const textElement = (escaped: string): RichTextElement => ({ type: "text", text: unescapeText(escaped) });

function inlineElements(text: string): RichTextElement[] {
  const elements: RichTextElement[] = [];
  let end = 0;
  const plain = (piece: string) => {
    if (piece) elements.push(textElement(piece));
  };
  for (const match of text.matchAll(INLINE)) {
    plain(text.slice(end, match.index));
    elements.push(elementOf(match));
    end = match.index + match[0].length;
  }
  plain(text.slice(end));
  return elements;
}

const STYLES = ["code", "bold", "italic", "strike"] as const;

function elementOf(match: RegExpExecArray): RichTextElement {
  const [whole, bracketed, emoji, ...styled] = match;
  if (bracketed !== undefined) return ofBrackets(bracketed) ?? textElement(whole);
  if (emoji) return isEmoji(emoji) ? { type: "emoji", name: emoji } : { type: "text", text: whole };
  const index = styled.findIndex((one) => one !== undefined);
  return {
    type: "text",
    text: unescapeText(styled[index] ?? whole),
    style: { [STYLES[index] ?? "bold"]: true },
  };
}

const RANGES = ["here", "channel", "everyone"] as const;

function ofBrackets(inside: string): RichTextElement | undefined {
  const [, user, channel, all, usergroup, url, label] = IN_BRACKETS.exec(inside) ?? [];
  const range = RANGES.find((each) => each === all);
  if (user) return { type: "user", user_id: user };
  if (channel) return { type: "channel", channel_id: channel };
  if (range) return { type: "broadcast", range };
  if (usergroup) return { type: "usergroup", usergroup_id: usergroup };
  return url
    ? { type: "link", url: unescapeText(url), ...(label && { text: unescapeText(label) }) }
    : undefined;
}

/** Who a text pings: people, and everybody at once. */
export function pingsIn(text: string): { readonly userIds: readonly string[]; readonly broadcast: boolean } {
  const userIds = [...text.matchAll(/<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>/g)].map((match) => match[1] ?? "");
  return { userIds: [...new Set(userIds)], broadcast: /<!(here|channel|everyone|subteam\^)/.test(text) };
}

export interface Mentionable {
  readonly id: string;
  readonly names: readonly string[];
}

/** What a person types, as Slack keeps it: names become mentions, links get their brackets, the rest is escaped. */
export function typedText(
  text: string,
  known: { readonly users: readonly Mentionable[]; readonly channels: readonly Mentionable[] },
): string {
  const named = (list: readonly Mentionable[]) =>
    list
      .flatMap(({ id, names }) => names.map((name) => ({ id, name })))
      .filter(({ name }) => name !== "")
      .sort((left, right) => right.name.length - left.name.length);
  let typed = escapeText(text).replaceAll(/https?:\/\/[^\s<>]+/g, (url) => `<${url}>`);
  for (const { id, name } of named(known.users)) {
    // eslint-disable-next-line text/linear -- a name as it stands, escaped
    typed = typed.replaceAll(new RegExp(`@${escapePattern(name)}(?![\\w|])`, "gi"), `<@${id}>`);
  }
  for (const { id, name } of named(known.channels)) {
    // eslint-disable-next-line text/linear -- a name as it stands, escaped
    typed = typed.replaceAll(new RegExp(`#${escapePattern(name)}(?![\\w|])`, "g"), `<#${id}|${name}>`);
  }
  return typed.replaceAll(/@(here|channel|everyone)\b/g, "<!$1>");
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
