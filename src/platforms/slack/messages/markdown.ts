import { type Inline, isFrame } from "../../../core/text/markdown/nodes.ts";
import { parse } from "../../../core/text/markdown/parse.ts";
import { plainInlines, tagText, visibleText } from "../../../core/text/markdown/plain.ts";
import { tableAsText } from "../../../core/text/markdown/table.ts";
import { COMMON_MARK, type Dialect, writeFence, writeIn } from "../../../core/text/markdown/write.ts";
import { truncate } from "../../../core/text/truncate.ts";
import { withoutMarkedMentions } from "./marked-mentions.ts";

/** Between `<` and what follows, it keeps Slack from reading a mention. It takes no room and no line breaks at it. */
const JOINER = "\u2060";

/** Without any of these a text is shown as it is written. */
const MAY_DIFFER = /[<|]|\]:/;

/**
 * CommonMark as Slack's markdown block shows it, which pings nobody: it knows no tables and no HTML, and reads
 * `<!channel>`, `<!subteam^…>` and `<@U…>` as mentions wherever they stand. `<#C…>`, a link to a channel, tells nobody
 * anything and stays. Code is left as it is.
 */
export const slackMarkdown = (text: string): string =>
  MAY_DIFFER.test(text) ? writeIn(SLACK, parse(text)) : text;

/** How long a text is on Slack. */
export const slackLength = (text: string): number =>
  MAY_DIFFER.test(text) ? Math.max(text.length, slackMarkdown(text).length) : text.length;

/**
 * The same as plain text for notifications and for who has it read aloud; Slack's three characters escaped, as its page
 * on formatting demands.
 */
export const plainText = (text: string): string => escaped(withoutMentions(visibleText(text)));

/** The same within `limit` characters, cut neither inside a character nor inside an escape. */
export function plainTextWithin(text: string, limit: number): string {
  const whole = plainText(truncate(text, limit));
  if (whole.length <= limit) return whole;
  return `${truncate(whole, limit - 1, "").replace(/&[a-z]{0,3}$/, "")}…`;
}

const escaped = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

const withoutMentions = (text: string): string => text.replace(/<(?=[!@])/g, `<${JOINER}`);

const SLACK: Dialect = {
  leaf(block) {
    switch (block.kind) {
      case "paragraph":
        return inlines(block.inlines()).trim() || undefined;
      case "heading":
        return `${"#".repeat(block.level)} ${inlines(block.inlines())}`.trimEnd();
      case "table":
        return tableAsText(block, inlines);
      case "fence":
        return code(block.lines, block) ?? withoutMentions(writeFence(block));
      case "code":
        return code(block.lines, { info: "" }) ?? withoutMentions(COMMON_MARK.leaf(block) ?? "");
      case "definition":
        return undefined;
      default:
        return COMMON_MARK.leaf(block);
    }
  },
};

/**
 * Slack names no code of several lines but what stands between three backticks, and may read a mention in any other.
 * Undefined for code that holds them itself.
 */
const code = (lines: readonly string[], { info }: { readonly info: string }): string | undefined =>
  lines.some((line) => line.includes("```")) ? undefined : writeFence({ lines, info, marker: "```" });

/** What is no code is made safe as a whole: two harmless halves may make a mention. */
function inlines(nodes: readonly Inline[]): string {
  const parts: { text: string; isCode: boolean }[] = [];
  collect(withoutMarkedMentions(nodes), (text, isCode) => {
    const last = parts.at(-1);
    if (last && last.isCode === isCode) last.text += text;
    else parts.push({ text, isCode });
  });
  return parts.map(({ text, isCode }) => (isCode ? text : withoutMentions(text))).join("");
}

type Add = (text: string, isCode: boolean) => void;

function collect(nodes: readonly Inline[], add: Add): void {
  for (const node of nodes) {
    if (node.kind === "code") add(node.raw, true);
    else if (node.kind === "tag") add(tagText(node.name) ?? node.raw, false);
    else if (!isFrame(node)) add(node.raw, false);
    else if (node.kind === "style" && node.style === "keyboard")
      add(`\`${plainInlines(node.children)}\``, true);
    else {
      const [open, close] = marks(node);
      add(open, false);
      collect(node.children, add);
      add(close, false);
    }
  }
}

const MARKS = {
  strong: "**",
  em: "*",
  strike: "~~",
  spoiler: "||",
  underline: "",
  plain: "",
  keyboard: "`",
} as const;

function marks(frame: Extract<Inline, { children: unknown }>): readonly [string, string] {
  if (!frame.open.startsWith("<")) return [frame.open, frame.close];
  if (frame.kind === "link") return ["[", `](${frame.address.replace(/[\s()<>]/g, encodeURIComponent)})`];
  return [MARKS[frame.style], MARKS[frame.style]];
}
