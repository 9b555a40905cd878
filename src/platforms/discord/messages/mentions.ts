import { sentences } from "../../../sentences/sentences.ts";
import { CALL, readNotation, withoutCalls } from "../../shared/bot-mention.ts";

/** What mentions in a text are called. */
export interface MentionNames {
  user(id: string): string | undefined;
  role(id: string): string | undefined;
  channel(id: string): string | undefined;
  /** Mentions that mean the bot itself. */
  isBot(kind: "user" | "role", id: string): boolean;
}

/** Discord's notation for what it shows as names, pictures and times: Message Formatting in its reference. */
const NOTATION =
  /<(?:@(?<role>&)?!?(?<who>\d{15,20})|#(?<channel>\d{15,20})|a?:(?<emoji>\w+):\d{15,20}|\/(?<command>[^:<>]+):\d{15,20}|t:(?<time>-?\d{1,12})(?::[a-zA-Z])?)>/g;

/** A message as people read it: names for ids, without the mention that called the bot. */
export function readableText(content: string, names: MentionNames): string {
  const text = outsideCode(content, (part) =>
    readNotation(part, NOTATION, (groups, whole) => readable(whole, groups, names)),
  );
  return withoutCalls(text);
}

type Groups = Readonly<Partial<Record<"role" | "who" | "channel" | "emoji" | "command" | "time", string>>>;

function readable(
  whole: string,
  { role, who, channel, emoji, command, time }: Groups,
  names: MentionNames,
): string {
  if (who !== undefined) {
    const kind = role ? "role" : "user";
    if (names.isBot(kind, who)) return CALL;
    return `@${names[kind](who) ?? (role ? sentences.platform.someRole : sentences.platform.somebody)}`;
  }
  if (channel !== undefined) return `#${names.channel(channel) ?? sentences.platform.someChannel}`;
  if (emoji !== undefined) return `:${emoji}:`;
  if (command !== undefined) return `/${command}`;
  return time === undefined ? whole : instant(Number(time));
}

function instant(seconds: number): string {
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? sentences.platform.someTime : sentences.platform.time(date);
}

/** Code in a line or in a block of its own. */
const CODE = /(```[\s\S]*?```|``[^\n]*?``|`[^`\n]+`)/;

/** Changes a text but for its code, in which Discord takes nothing for a mention and shows everything as it is written. */
export const outsideCode = (content: string, change: (text: string) => string): string =>
  content
    .split(CODE)
    .map((part, index) => (index % 2 === 1 ? part : change(part)))
    .join("");
