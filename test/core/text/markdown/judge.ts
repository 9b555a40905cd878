import markdownIt, { type Token } from "markdown-it";

/** CommonMark and tables, read by a parser that knows nothing of ours; `||` is text to it. */
const judge = markdownIt({ html: false });
judge.disable(["lheading"]);
/** Discord knows no code that is only indented. */
const onDiscord = markdownIt({ html: false });
onDiscord.disable(["lheading", "code"]);

/** What people see of a text, without blanks: of words, code, tables, links. */
export const visible = (text: string): string => seenIn(judge.parse(text, {})).replace(/[\s|]/g, "");

function seenIn(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (token.type === "image") return token.content;
      if (token.children) return seenIn(token.children);
      return token.type === "hr" ? "---" : token.content;
    })
    .join(" ");
}

/** The lines of all code blocks, in order. */
export const codeLines = (text: string): readonly string[] =>
  judge
    .parse(text, {})
    .filter(({ type }) => type === "fence")
    .flatMap(({ content }) => content.replace(/\n$/, "").split("\n"));

/** Code in lines. */
export const codeSpans = (text: string): readonly string[] => codeSpansBy(judge, text);
export const codeSpansOnDiscord = (text: string): readonly string[] => codeSpansBy(onDiscord, text);

const codeSpansBy = (reader: typeof judge, text: string): readonly string[] =>
  reader
    .parse(text, {})
    .flatMap(({ children }) => children ?? [])
    .filter(({ type }) => type === "code_inline")
    .map(({ content }) => content);

/** How often each kind of mark stands open at the end: nothing does in a piece that stands alone. */
export function openFences(text: string): number {
  const lines = text.split("\n");
  return judge.parse(text, {}).filter(({ type, map, markup, level }) => {
    if (type !== "fence" || !map || level > 0) return false;
    const last = (lines[map[1] - 1] ?? "").trim();
    return map[1] - map[0] < 2 || !last.startsWith(markup);
  }).length;
}

/** The marks that show as text, since they are no marks: of emphasis, strikes, code. */
export function strayMarks(text: string): number {
  const tokens = judge.parse(text, {}).flatMap(({ children }) => children ?? []);
  return tokens
    .filter(({ type }) => type === "text")
    .reduce((sum, { content }) => sum + content.replace(/[^*~`]/g, "").length, 0);
}
