import type { Env, Token } from "markdown-it";
import type { Frame, Inline, Style } from "./nodes.ts";
import { parser } from "./parser.ts";

/** Frames in frames beyond this are text. */
const MAX_DEPTH = 30;

const STYLES: Readonly<Record<string, Style>> = {
  strong_open: "strong",
  em_open: "em",
  s_open: "strike",
  spoiler_open: "spoiler",
};

/** What models write of HTML, as far as chats can show it. */
const TAG_STYLES: Readonly<Record<string, Style>> = {
  b: "strong",
  strong: "strong",
  h1: "strong",
  h2: "strong",
  h3: "strong",
  summary: "strong",
  th: "strong",
  i: "em",
  em: "em",
  cite: "em",
  s: "strike",
  del: "strike",
  strike: "strike",
  u: "underline",
  ins: "underline",
  kbd: "keyboard",
  code: "keyboard",
  samp: "keyboard",
};

const FULL_TAG = /^<(?<closing>\/?)(?<name>[a-z][a-z\d]*)(?=[\s/>])[^>]*>$/i;
const HREF = /\shref\s*=\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<bare>[^\s"'>]+))/i;

interface Open {
  readonly node: Frame | { readonly kind: "root" };
  /** Set for a frame of HTML: until its other half is found it is only a tag. */
  readonly tag?: string;
  readonly children: Inline[];
}

/** What stands in a paragraph, a heading or a cell. Written one after the other the nodes give `content` again. */
export function readInlines(content: string, env: Env): readonly Inline[] {
  if (content === "") return [];
  if (!/[!&*<[\\\]_`|~]/.test(content)) return [{ kind: "text", raw: content }];
  const tokens: Token[] = [];
  parser.inline.parse(content, parser, env, tokens);
  return new Reader(content, tokens).read();
}

class Reader {
  readonly #content: string;
  readonly #tokens: readonly Token[];
  readonly #starts: readonly number[];
  readonly #stack: Open[] = [{ node: { kind: "root" }, children: [] }];
  /** Frames that were opened beyond the depth. */
  #ignored = 0;

  constructor(content: string, tokens: readonly Token[]) {
    this.#content = content;
    this.#tokens = tokens;
    this.#starts = startsOf(tokens, content.length);
  }

  read(): readonly Inline[] {
    for (let index = 0; index < this.#tokens.length; index += 1) index = this.#take(index);
    this.#dissolveTags();
    return this.#stack[0]?.children ?? [];
  }

  /** Gives the last token that was taken. */
  #take(index: number): number {
    const token = this.#tokens[index];
    if (!token) return index;
    if (token.nesting > 0) return token.markup === "autolink" ? this.#autolink(index) : this.#open(index);
    if (token.nesting < 0) this.#close(token, this.#raw(index));
    else this.#leaf(token, this.#raw(index));
    return index;
  }

  #raw(index: number, last = index): string {
    return this.#content.slice(this.#starts[index], this.#starts[last + 1]);
  }

  #add(node: Inline): void {
    this.#top.children.push(node);
  }

  get #top(): Open {
    const top = this.#stack.at(-1);
    if (!top) throw new Error("a mark was closed that was never opened");
    return top;
  }

  #autolink(index: number): number {
    const raw = this.#raw(index, index + 2);
    this.#add({ kind: "autolink", raw, address: raw.slice(1, -1) });
    return index + 2;
  }

  #open(index: number): number {
    const token = this.#tokens[index];
    const open = this.#raw(index);
    if (!token || this.#stack.length > MAX_DEPTH) {
      this.#ignored += 1;
      this.#add({ kind: "text", raw: open });
      return index;
    }
    const style = STYLES[token.type];
    this.#stack.push({
      node: style
        ? { kind: "style", style, open, close: "", children: [] }
        : { kind: "link", address: String(token.attrGet("href") ?? ""), open, close: "", children: [] },
      children: [],
    });
    return index;
  }

  #close(token: Token, raw: string): void {
    if (this.#ignored > 0) {
      this.#ignored -= 1;
      this.#add({ kind: "text", raw });
      return;
    }
    this.#dissolveTags();
    const { node, children } = this.#stack.pop() ?? this.#top;
    if (node.kind === "root") return;
    const close = node.kind === "link" && raw !== "" ? closeOf(node.address, raw) : raw;
    this.#add(emptied({ ...node, close, children }, token));
  }

  #leaf(token: Token, raw: string): void {
    if (raw === "") return;
    const node = leafOf(token, raw);
    if (node) this.#add(node);
    else if (token.type === "html_inline") this.#html(raw);
    else this.#text(raw);
  }

  #text(raw: string): void {
    const { children } = this.#top;
    const last = children.at(-1);
    if (last?.kind !== "text") children.push({ kind: "text", raw });
    else children[children.length - 1] = { kind: "text", raw: last.raw + raw };
  }

  #html(raw: string): void {
    const { closing = "", name = "" } = FULL_TAG.exec(raw)?.groups ?? {};
    const tag = name.toLowerCase();
    const style = TAG_STYLES[tag];
    if (tag === "" && !raw.startsWith("<!--")) this.#text(raw);
    else if (style === undefined && tag !== "a") this.#add({ kind: "tag", raw, name: closing + tag });
    else if (closing === "") this.#openTag(raw, tag, style);
    else this.#closeTag(raw, tag);
  }

  #openTag(raw: string, tag: string, style: Style | undefined): void {
    const { double, single, bare } = HREF.exec(raw)?.groups ?? {};
    const address = double ?? single ?? bare;
    if (
      this.#stack.length > MAX_DEPTH ||
      raw.endsWith("/>") ||
      (style === undefined && address === undefined)
    )
      this.#add({ kind: "tag", raw, name: tag });
    else {
      const marks = { open: raw, close: "", children: [] };
      const node: Frame =
        style === undefined
          ? { kind: "link", address: address ?? "", ...marks }
          : { kind: "style", style, ...marks };
      this.#stack.push({ node, tag, children: [] });
    }
  }

  #closeTag(raw: string, tag: string): void {
    let depth = this.#stack.length - 1;
    while (depth > 0 && this.#stack[depth]?.tag !== undefined && this.#stack[depth]?.tag !== tag) depth -= 1;
    if (this.#stack[depth]?.tag !== tag) {
      this.#add({ kind: "tag", raw, name: `/${tag}` });
      return;
    }
    this.#dissolveTags(depth + 1);
    const { node, children } = this.#stack.pop() ?? this.#top;
    if (node.kind !== "root") this.#add({ ...node, close: raw, children });
  }

  /** Tags whose other half did not come stay alone. */
  #dissolveTags(from = 1): void {
    while (this.#stack.length > from && this.#top.tag !== undefined) {
      const { node, tag = "", children } = this.#stack.pop() ?? this.#top;
      if (node.kind !== "root") this.#add({ kind: "tag", raw: node.open, name: tag });
      for (const child of children) this.#add(child);
    }
  }
}

/** Undefined for text and for HTML, which may have another half. */
function leafOf(token: Token, raw: string): Inline | undefined {
  switch (token.type) {
    case "text_special":
      return { kind: "special", raw, text: token.content };
    case "code_inline":
      return { kind: "code", raw, text: token.content };
    case "hardbreak":
      return { kind: "break", raw };
    case "notation":
      return { kind: "notation", raw };
    case "named_link":
      return namedLink(token);
    case "image":
      return { kind: "image", raw, alt: token.content, address: String(token.attrGet("src") ?? "") };
    default:
      return undefined;
  }
}

/** A frame around nothing shows only its marks. */
function emptied(frame: Frame, { type }: Token): Inline {
  const isEmpty = frame.children.length === 0 && type !== "link_close";
  return isEmpty ? { kind: "text", raw: frame.open + frame.close } : frame;
}

/** What was linked by reference is linked by its address: in another piece the definition would be missing. */
function closeOf(address: string, raw: string): string {
  if (raw.startsWith("](")) return raw;
  const plain = /[\s()<>]/.test(address) ? `<${address.replace(/[<>\n]/g, encodeURIComponent)}>` : address;
  return `](${plain})`;
}

function namedLink(token: Token): Inline {
  const address = String(token.attrGet("href") ?? "");
  const label: Inline = { kind: "text", raw: token.content };
  return { kind: "link", address, open: `<${address}|`, close: ">", children: [label] };
}

/** Where each token begins, and at last the end: each ends where the next begins. */
function startsOf(tokens: readonly Token[], length: number): readonly number[] {
  const starts = tokens.map((token) => {
    const [at = 0] = token.map ?? [];
    return token.type === "link_open" && token.markup !== "autolink" ? at - 1 : at;
  });
  for (let index = 0; index < tokens.length; index += 1) {
    const [here = 0, next = length] = [starts[index], starts[index + 1]];
    // markdown-it puts a lone tilde behind the mark that it stood before.
    if (here > next) {
      starts[index] = next;
      starts[index + 1] = next + (tokens[index]?.markup.length ?? 0);
    }
    // The outer half of `**` is left behind empty.
    const isOuterHalf = tokens[index]?.type === "text" && tokens[index]?.content === "";
    if (isOuterHalf && tokens[index + 1]?.type === "strong_open") starts[index + 1] = here;
    if (isOuterHalf && tokens[index - 1]?.type === "strong_close") starts[index] = next;
  }
  starts.push(length);
  starts[0] = 0;
  return starts;
}
