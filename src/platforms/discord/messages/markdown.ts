import { withoutPrefix } from "../../../core/text/affixes.ts";
import { type Inline, type Item, isFrame, type Leaf } from "../../../core/text/markdown/nodes.ts";
import { parse } from "../../../core/text/markdown/parse.ts";
import { plainInlines, shownLines, tagText } from "../../../core/text/markdown/plain.ts";
import { tableAsText } from "../../../core/text/markdown/table.ts";
import { type Dialect, writeFence, writeIn } from "../../../core/text/markdown/write.ts";

/** Without any of these a text is shown as it is written. */
const MAY_DIFFER = /[<>&\\_|`~#*+[\]\t-]|^ {4}|\d[.)]/m;

/**
 * CommonMark as Discord shows it: three sizes of headings, no rules, no pictures, no HTML, no tables; `__` underlines
 * there. Code is left as it is.
 */
export const discordMarkdown = (text: string): string =>
  MAY_DIFFER.test(text) ? writeIn(DISCORD, parse(text)) : text;

/** What Discord's version of a text may need more room for than the text itself. */
const MAY_GROW = /\||\t| {4}|\]:|<[a-z]|^[ >]*:?-[ :-]*$/im;

/** How long a text is on Discord. */
export const discordLength = (text: string): number =>
  MAY_GROW.test(text) ? Math.max(text.length, discordMarkdown(text).length) : text.length;

/** What Discord takes for the language of code; anything else would be shown as its first line. */
const LANGUAGE = /^[a-z0-9_+\-.#]+/i;

const DISCORD: Dialect = {
  isFlush: true,
  leaf(block) {
    switch (block.kind) {
      case "paragraph":
        return inlines(block.inlines()).trim() || undefined;
      case "heading": {
        const title = inlines(block.inlines()).replace(/\n/g, " ");
        return block.level > 3 ? `**${title}**` : `${"#".repeat(block.level)} ${title}`;
      }
      case "fence":
        return code(block.lines, block);
      case "code":
        return code(block.lines, { info: "", marker: "```" });
      case "table":
        return tableAsText(block, inlines);
      case "rule":
        return "⎯⎯⎯";
      case "definition":
        return undefined;
    }
  },
  item: (item) => task({ ...item, marker: marker(item) }),
};

function code(
  lines: readonly string[],
  { info, marker: written }: { readonly info: string; readonly marker: string },
): string {
  const [language = ""] = LANGUAGE.exec(info) ?? [];
  // Where the code itself holds marks of code, nothing but its own marker sets it apart.
  const holdsMarks = lines.some((line) => line.includes("```"));
  return writeFence({ lines, info: language, marker: holdsMarks ? written : "```" });
}

function marker({ marker: written }: Item): string {
  const [number] = /\d+/.exec(written) ?? [];
  return number === undefined ? "- " : `${number}. `;
}

/** `[ ]` and `[x]` at the beginning of an item are boxes. */
function task(item: Item): Item {
  const [first, ...others] = item.blocks;
  if (first?.kind !== "paragraph") return item;
  const [whole, sign] = /^\[([ xX])\](?=[ \n])/.exec(first.content) ?? [];
  if (whole === undefined) return item;
  const [begin, ...rest] = first.inlines();
  if (begin?.kind !== "text") return item;
  const box = sign === " " ? "☐" : "☑";
  const shown = { ...begin, raw: box + withoutPrefix(begin.raw, whole) };
  return { ...item, blocks: [{ ...first, inlines: () => [shown, ...rest] }, ...others] };
}

const MARKS = { strong: "**", strike: "~~", spoiler: "||", underline: "__" } as const;

const inlines = (nodes: readonly Inline[]): string => nodes.map(inline).join("");

function inline(node: Inline): string {
  if (!isFrame(node)) return leaf(node);
  const inside = inlines(node.children);
  if (node.kind === "link") return link(node, inside);
  switch (node.style) {
    case "em":
      return node.open.length === 1 ? node.open + inside + node.close : `*${inside}*`;
    case "keyboard":
      return `\`${plainInlines(node.children)}\``;
    case "plain":
      return inside;
    default:
      return MARKS[node.style] + inside + MARKS[node.style];
  }
}

function leaf(node: Leaf): string {
  switch (node.kind) {
    case "special":
      return node.raw.startsWith("\\") ? node.raw : escaped(node.text);
    case "break":
      return "\n";
    case "autolink":
      return isWeb(node.address) ? node.raw : node.address.replace(/^mailto:/i, "");
    case "image":
      if (!isWeb(node.address)) return node.raw;
      return node.alt === "" ? node.address : `[${node.alt}](${node.address})`;
    case "tag":
      return tagText(node.name) ?? node.raw;
    case "text":
      return shownLines(node.raw);
    default:
      return node.raw;
  }
}

/** Discord knows no entities; what one stands for must not become a mark, or begin a mention. */
const escaped = (text: string): string =>
  /^[!-/:-@[-`{-~]$/.test(text) && !/[&"']/.test(text) ? `\\${text}` : text;

function link(
  { address, open, close }: { address: string; open: string; close: string },
  label: string,
): string {
  if (!isWeb(address)) {
    const bare = address.replace(/^mailto:/i, "");
    return label === "" || label === bare ? bare : bare.startsWith("#") ? label : `${label} (${bare})`;
  }
  if (label === "" || label === address) return `<${address}>`;
  return open === "["
    ? open + label + close
    : `[${label}](${address.replace(/[\s()<>]/g, encodeURIComponent)})`;
}

const isWeb = (address: string): boolean => /^https?:\/\//i.test(address);
