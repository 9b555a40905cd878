import { type Inline, type Item, isFrame } from "./nodes.ts";
import { parse } from "./parse.ts";
import { type Dialect, writeIn } from "./write.ts";

/** What a text says without its marks, as it is read aloud or shown in a notification. */
export const visibleText = (text: string): string => writeIn(PLAIN, parse(text)).trim();

/** What people see of it: labels of links, what escapes stand for. */
export const plainInlines = (nodes: readonly Inline[]): string => nodes.map(plainInline).join("");

function plainInline(node: Inline): string {
  if (isFrame(node)) return plainInlines(node.children);
  switch (node.kind) {
    case "special":
    case "code":
      return node.text;
    case "break":
      return "\n";
    case "autolink":
      return node.address;
    case "image":
      return node.alt || node.address;
    case "tag":
      return tagText(node.name) ?? node.raw;
    case "notation":
      return node.raw;
    case "text":
      return shownLines(node.raw);
  }
}

/** What stands around the end of a line is not shown. */
export const shownLines = (text: string): string =>
  text.includes("\n")
    ? text
        .split("\n")
        .map((line, index, all) => trimmedLine(line, index, all.length))
        .join("\n")
    : text;

/** The first may go on from a mark before it, the last goes on behind. */
function trimmedLine(line: string, index: number, count: number): string {
  const begun = index === 0 ? line : line.trimStart();
  return index === count - 1 ? begun : begun.trimEnd();
}

/** What stands for a tag without its other half; undefined where it is no HTML that anybody meant. */
export function tagText(name: string): string | undefined {
  if (name === "" || LAYOUT.has(name.replace("/", ""))) return "";
  return TAG_TEXTS[name];
}

const TAG_TEXTS: Readonly<Record<string, string>> = {
  br: "\n",
  "/br": "\n",
  hr: "\n",
  li: "• ",
  "/li": "\n",
  "/p": "\n",
  "/tr": "\n",
  "/td": " ",
  "/th": " ",
  td: "",
  "/dt": "\n",
  "/dd": "\n",
};

/** Tags that only place what stands in them. */
const LAYOUT: ReadonlySet<string> = new Set(
  "p div span center font small big sub sup mark ul ol dl dt dd table thead tbody tfoot tr details blockquote section".split(
    " ",
  ),
);

const PLAIN: Dialect = {
  leaf(block) {
    switch (block.kind) {
      case "paragraph":
      case "heading":
        return plainInlines(block.inlines());
      case "fence":
      case "code":
        return block.lines.join("\n");
      case "table":
        return [block.head, ...block.rows]
          .map(({ cells }) => cells.map((cell) => plainInlines(cell)).join(" | "))
          .join("\n");
      case "rule":
        return "⎯⎯⎯";
      case "definition":
        return undefined;
    }
  },
  item: (item) => ({ ...item, marker: plainMarker(item) }),
};

function plainMarker({ marker }: Item): string {
  const sign = marker.trim();
  return /^\d/.test(sign) ? `${sign} ` : "• ";
}
