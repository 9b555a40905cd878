import { truncate } from "../../../core/text/truncate.ts";

/** Between `<` and what follows, it keeps Slack from reading a mention. It takes no room and no line breaks at it. */
const JOINER = "\u2060";

/**
 * Markdown that pings nobody: Slack reads `<!channel>`, `<!subteam^…>` and `<@U…>` as mentions wherever they stand.
 * `<#C…>`, a link to a channel, tells nobody anything and stays.
 */
export const safeMarkdown = (text: string): string => text.replace(/<(?=[!@])/g, `<${JOINER}`);

/**
 * The same as plain text for notifications and for who has it read aloud; Slack's three characters escaped, as its page
 * on formatting demands.
 */
export const plainText = (text: string): string =>
  safeMarkdown(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/** The same within `limit` characters, cut neither inside a character nor inside an escape. */
export function plainTextWithin(text: string, limit: number): string {
  const escaped = plainText(truncate(text, limit));
  if (escaped.length <= limit) return escaped;
  return `${truncate(escaped, limit - 1, "").replace(/&[a-z]{0,3}$/, "")}…`;
}
