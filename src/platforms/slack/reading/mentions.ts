import { boundedText } from "../../../core/text/bounded-text.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { CALL, readNotation, withoutCalls } from "../../shared/bot-mention.ts";
import { readParts, withoutCode } from "./mrkdwn.ts";
import { richTextAsCommonMark } from "./rich-text.ts";
import type { RichElement, RichText } from "./rich-text-block.ts";

/** What somebody said: its blocks are what was typed, where there are any; its text is Slack's rendering of them. */
export interface Said {
  readonly text: string;
  readonly blocks?: readonly RichText[] | null | undefined;
}

/** What mentions in a text are called. */
export interface MentionNames {
  user(id: string): string | undefined;
  channel(id: string): string | undefined;
  /** The bot itself, whose mention only calls it. */
  readonly bot: string;
}

/** Slack's notation in angle brackets: its page on formatting text, "Retrieving messages". */
const NOTATION = /<(?<kind>[@#!]?)(?<what>[^<>|]*)(?:\|(?<label>[^<>]*))?>/g;
const USER = /<@(?<user>[A-Z0-9]+)(?:\|[^<>]*)?>/g;

/** A message as people read it, in CommonMark: names for ids, links, without the mention that called the bot. */
export function readableText({ text, blocks }: Said, names: MentionNames): string {
  if (blocks && blocks.length > 0) {
    const told = { ...names, labels: labelsIn(text) };
    return withoutCalls(boundedText(richTextAsCommonMark(blocks, (element) => elementText(element, told))));
  }
  const read = readParts(text, {
    words: (part) => unescaped(readNotation(part, NOTATION, (groups) => readable(groups, names))),
    code: (part) =>
      unescaped(part.replace(LINK_IN_CODE, (_whole, address: string, label?: string) => label ?? address)),
  });
  return withoutCalls(read);
}

/** What was typed as an address is a link in code too; what was typed as `<` is escaped. */
const LINK_IN_CODE = /<((?:https?:\/\/|mailto:)[^<>|\s]*)(?:\|([^<>]*))?>/g;

/** Everybody who is mentioned, so that their names can be asked for; in code nobody is. */
export const usersIn = ({ text, blocks }: Said): readonly string[] => [
  ...new Set(
    blocks && blocks.length > 0
      ? blocks.flatMap(usersOf)
      : [...withoutCode(text).matchAll(USER)].flatMap(({ groups }) => groups?.user ?? []),
  ),
];

const CHANNEL = /<#(?<channel>[A-Z0-9]+)\|?>/g;
/** Each costs a question. */
const MOST_CHANNELS = 10;

/** The channels that are mentioned without their names: Slack may leave a name out. */
export const channelsIn = ({ text }: Said): readonly string[] =>
  [...new Set([...withoutCode(text).matchAll(CHANNEL)].flatMap(({ groups }) => groups?.channel ?? []))].slice(
    0,
    MOST_CHANNELS,
  );

const usersOf = ({ elements }: RichText): readonly string[] =>
  elements
    .filter(({ type }) => type !== "rich_text_preformatted")
    .flatMap((part) =>
      part.type === "rich_text_list" ? part.elements.flatMap((item) => item.elements) : part.elements,
    )
    .flatMap((element) => (element.type === "user" && !element.style?.code ? element.user_id : []));

/** Whether the bot is called: the same in both deliveries of a message. */
export const mentions = (said: Said, bot: string): boolean => usersIn(said).includes(bot);

const LABELLED = /<[#!](?<what>[^<>|]+)\|(?<label>[^<>]+)>/g;

/** Blocks hold ids alone; the text beside them may say what channels and groups are called. */
const labelsIn = (text: string): ReadonlyMap<string, string> =>
  new Map([...text.matchAll(LABELLED)].map(({ groups }) => [groups?.what ?? "", groups?.label ?? ""]));

type NamesAndLabels = MentionNames & { readonly labels: ReadonlyMap<string, string> };

function elementText(element: RichElement, names: NamesAndLabels): string {
  const special = (what: string) => readable({ kind: "!", what, label: names.labels.get(what) }, names);
  switch (element.type) {
    case "user":
      return readable({ kind: "@", what: element.user_id }, names);
    case "channel":
      return readable(
        { kind: "#", what: element.channel_id, label: names.labels.get(element.channel_id) },
        names,
      );
    case "usergroup":
      return special(`subteam^${element.usergroup_id}`);
    case "broadcast":
      return special(element.range);
    case "date":
      return element.fallback || special(`date^${element.timestamp}`);
    case "link":
      return readable({ what: element.url, label: element.text || undefined }, names);
    case "emoji":
      return `:${element.name}:`;
    case "color":
      return element.value;
    case "text":
    case "unknown":
      return element.text;
  }
}

interface Groups {
  readonly kind?: string | undefined;
  readonly what?: string | undefined;
  readonly label?: string | undefined;
}

function readable({ kind, what = "", label }: Groups, names: MentionNames): string {
  switch (kind) {
    case "@":
      if (what === names.bot) return CALL;
      return `@${names.user(what) ?? (label || sentences.platform.somebody)}`;
    case "#":
      return `#${label || names.channel(what) || sentences.platform.someChannel}`;
    case "!":
      return special(what, label);
    default:
      return link(what.replace(/^mailto:/, ""), what, label);
  }
}

/** A link without a name of its own is its address; Slack makes one of every address of mail. */
const link = (bare: string, address: string, label: string | undefined): string =>
  label === undefined || label === address || label === bare ? bare : `[${label}](${address})`;

function special(what: string, label: string | undefined): string {
  if (label) return what.startsWith("subteam") && !label.startsWith("@") ? `@${label}` : label;
  if (what.startsWith("subteam")) return `@${sentences.platform.someGroup}`;
  if (what.startsWith("date^")) return instant(what);
  return `@${what}`;
}

/** `date^1392734382^{date}`: seconds since 1970. */
function instant(what: string): string {
  const date = new Date(Number(what.split("^", 2)[1]) * 1_000);
  if (Number.isNaN(date.getTime())) return sentences.platform.someTime;
  return sentences.platform.time(date);
}

const unescaped = (text: string) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
