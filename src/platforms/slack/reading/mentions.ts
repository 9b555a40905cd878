import { sentences } from "../../../sentences/sentences.ts";
import { CALL, readNotation, withoutCalls } from "../../shared/bot-mention.ts";
import { readParts, withoutCode } from "./mrkdwn.ts";

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
export function readableText(text: string, names: MentionNames): string {
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
export const usersIn = (text: string): readonly string[] => [
  ...new Set([...withoutCode(text).matchAll(USER)].flatMap(({ groups }) => groups?.user ?? [])),
];

/** Whether the bot is called: the same in both deliveries of a message. */
export const mentions = (text: string, bot: string): boolean => usersIn(text).includes(bot);

interface Groups {
  readonly kind?: string;
  readonly what?: string;
  readonly label?: string;
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
