import type { Inline, RichPart, TextStyle } from "../../protocol/slack-blocks.ts";
import type { Names } from "../pieces/markdown.tsx";

/** Slack's own marks, as they stand in the texts of blocks: https://docs.slack.dev/messaging/formatting-message-text */
const MARK =
  /<([^<>]+)>|:([a-z0-9_+-]+):|`([^`\n]+)`|(?<![\w*])\*([^*\n]+)\*(?![\w*])|(?<!\w)_([^_\n]+)_(?!\w)|(?<!\w)~([^~\n]+)~(?!\w)/g;
const IN_BRACKETS =
  /^(?:@([UW][A-Z0-9]+)|#([CGD][A-Z0-9]+)|!(here|channel|everyone)|([^@#!|\s][^|]*))(?:\|([^|]*))?$/;

const STYLES = ["bold", "italic", "strike"] as const satisfies readonly (keyof TextStyle)[];

export function readMrkdwn(text: string): readonly RichPart[] {
  return text.split("```").flatMap((piece, index) => {
    if (index % 2 === 1) return [{ type: "code" as const, text: unescaped(piece.replace(/^\n|\n$/g, "")) }];
    return quotedOrNot(piece.replace(/^\n/, ""));
  });
}

/** Lines that begin with `>` are quoted. */
function quotedOrNot(text: string): readonly RichPart[] {
  if (text === "") return [];
  const runs: { isQuote: boolean; lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    const isQuote = line.startsWith("&gt;");
    const words = isQuote ? line.replace(/^&gt;\s?/, "") : line;
    const last = runs.at(-1);
    if (last?.isQuote === isQuote) last.lines.push(words);
    else runs.push({ isQuote, lines: [words] });
  }
  return runs.map(({ isQuote, lines }) => ({
    type: isQuote ? "quote" : "words",
    inline: inlineIn(lines.join("\n"), {}),
  }));
}

function inlineIn(text: string, style: TextStyle): readonly Inline[] {
  const found: Inline[] = [];
  let end = 0;
  const plain = (piece: string) => {
    if (piece) found.push({ type: "text", text: unescaped(piece), style });
  };
  for (const match of text.matchAll(MARK)) {
    plain(text.slice(end, match.index));
    found.push(...marked(match, style));
    end = match.index + match[0].length;
  }
  plain(text.slice(end));
  return found;
}

function marked(match: RegExpMatchArray, style: TextStyle): readonly Inline[] {
  const [whole, bracketed, emoji, code, ...styled] = match;
  if (bracketed !== undefined)
    return [ofBrackets(bracketed, style) ?? { type: "text", text: unescaped(whole), style }];
  if (emoji) return [{ type: "emoji", name: emoji }];
  if (code) return [{ type: "text", text: unescaped(code), style: { ...style, code: true } }];
  const index = styled.findIndex((one) => one !== undefined);
  const name = STYLES[index];
  return name ? inlineIn(styled[index] ?? "", { ...style, [name]: true }) : [];
}

function ofBrackets(inside: string, style: TextStyle): Inline | undefined {
  const [, person, place, everyone, url, label] = IN_BRACKETS.exec(inside) ?? [];
  if (person) return { type: "person", id: person };
  if (place) return { type: "place", id: place };
  if (everyone) return { type: "everyone", id: everyone };
  return url ? { type: "link", url: unescaped(url), text: unescaped(label || url), style } : undefined;
}

/** A message as it was typed: with names in the place of ids. */
export function typedText(content: string, names: Names): string {
  const named = content
    .replaceAll(/<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>/g, (all, id: string) => `@${names.person(id) ?? all}`)
    .replaceAll(/<#([CGD][A-Z0-9]+)(?:\|([^<>]*))?>/g, (all, id: string, name: string) =>
      name ? `#${name}` : (names.place(id)?.name ?? all),
    )
    .replaceAll(/<!(here|channel|everyone)>/g, "@$1")
    .replaceAll(/<(https?:[^<>|]+)(?:\|[^<>]*)?>/g, "$1");
  return unescaped(named);
}

const unescaped = (text: string) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
