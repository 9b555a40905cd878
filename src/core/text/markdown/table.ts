import { type Align, type Inline, isFrame, type Row, type Table } from "./nodes.ts";
import { plainInlines } from "./plain.ts";

/** Wider than this, lines of code are broken in the window of a chat. */
const MAX_WIDTH = 60;

const characters = new Intl.Segmenter("en", { granularity: "grapheme" });
/** Emoji and the letters that take the room of two. */
const WIDE =
  /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u;

/**
 * A table where tables are not shown: aligned as code if it is narrow, else a list of its rows. Code would hide links and
 * what a platform writes for people, so a table that holds any is a list too.
 */
export function tableAsText(table: Table, written: (nodes: readonly Inline[]) => string): string {
  return aligned(table) ?? listed(table, written);
}

function aligned({ aligns, head, rows }: Table): string | undefined {
  const all = [head, ...rows];
  if (all.some(({ cells }) => cells.some(needsMarks))) return undefined;
  const texts = all.map(({ cells }) => cells.map((cell) => oneLine(plainInlines(cell))));
  const widths = aligns.map((_, column) => Math.max(1, ...texts.map((row) => widthOf(row[column] ?? ""))));
  const width = widths.reduce((sum, each) => sum + each + 3, -3);
  if (width > MAX_WIDTH || texts.flat().some((text) => text.includes("```"))) return undefined;
  const lines = texts.map((row) =>
    row
      .map((text, column) => padded(text, widths[column] ?? 0, aligns[column]))
      .join(" │ ")
      .trimEnd(),
  );
  const ruler = widths.map((each) => "─".repeat(each)).join("─┼─");
  return ["```", lines[0] ?? "", ruler, ...lines.slice(1), "```"].join("\n");
}

const needsMarks = (nodes: readonly Inline[]): boolean =>
  nodes.some((node) =>
    isFrame(node)
      ? node.kind === "link" || needsMarks(node.children)
      : node.kind === "notation" || node.kind === "autolink" || node.kind === "image",
  );

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of characters.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

function padded(text: string, width: number, align: Align): string {
  const missing = Math.max(0, width - widthOf(text));
  if (align === "right") return " ".repeat(missing) + text;
  const left = align === "center" ? Math.floor(missing / 2) : 0;
  return " ".repeat(left) + text + " ".repeat(missing - left);
}

function listed({ head, rows }: Table, written: (nodes: readonly Inline[]) => string): string {
  const cellOf = (cell: readonly Inline[] = []) => oneLine(written(cell));
  const names = head.cells.map(cellOf);
  if (rows.length === 0) return `- ${names.join(" · ")}`;
  return rows.map(({ cells }: Row) => listItem(cells.map(cellOf), names, cells[0] ?? [])).join("\n");
}

function listItem(
  [first = "", ...others]: readonly string[],
  [, ...names]: readonly string[],
  firstCell: readonly Inline[],
): string {
  const isPlain = first !== "" && firstCell.every((node) => node.kind === "text");
  const title = isPlain ? `**${first}**` : first || "–";
  if (others.length === 1) return `- ${title}: ${others[0]}`;
  const lines = others.flatMap((cell, index) => (cell === "" ? [] : [`  - ${names[index] ?? ""}: ${cell}`]));
  return [`- ${title}`, ...lines].join("\n");
}
