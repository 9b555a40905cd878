import markdownIt, { type MarkdownIt, type StateBlock, type StateInline, type Token } from "markdown-it";

/*
 * markdown-it, with four changes: its tokens are made faster, every inline token knows where it begins (`map[0]`), it knows what chats write beside
 * CommonMark, and nothing is dropped however deep it is nested.
 */

/** Deeper than people and models nest; what is deeper is text. */
const MAX_DEPTH = 24;

/**
 * Tags are read in lines, not as blocks; a stray `---` below a line is no headline in a chat; and where a line ends is
 * part of the text, for chats show it so.
 */
export const parser: MarkdownIt = markdownIt({ html: true });
parser.disable(["html_block", "lheading", "newline", "fragments_join"]);

const { Token: TokenClass } = new parser.block.State("", parser, {}, []);

/** As `new Token()` gives it, in a fraction of the time: that defines each of its members one by one. */
function newToken(type: string, tag: string, nesting: -1 | 0 | 1, level: number): Token {
  const token: Token = Object.create(TokenClass.prototype);
  token.type = type;
  token.tag = tag;
  token.attrs = null;
  token.map = null;
  token.nesting = nesting;
  token.level = level;
  token.children = null;
  token.content = "";
  token.markup = "";
  token.info = "";
  token.meta = null;
  token.block = false;
  token.hidden = false;
  return token;
}

class FastBlock extends parser.block.State {
  override push(type: string, tag: string, nesting: -1 | 0 | 1): Token {
    if (nesting < 0) this.level -= 1;
    const token = newToken(type, tag, nesting, this.level);
    token.block = true;
    if (nesting > 0) this.level += 1;
    this.tokens.push(token);
    return token;
  }
}
parser.block.State = FastBlock;

class PlacedInline extends parser.inline.State {
  pendingStart = 0;
  lastBracket: number | undefined;

  override push(type: string, tag: string, nesting: -1 | 0 | 1): Token {
    if (this.pending !== "") this.pushPending();
    if (nesting < 0) {
      this.level -= 1;
      this.delimiters = this._prev_delimiters.pop() ?? [];
    }
    const token = newToken(type, tag, nesting, this.level);
    token.map = [this.#startHere(), 0];
    if (nesting > 0) {
      this.level += 1;
      this._prev_delimiters.push(this.delimiters);
      this.delimiters = [];
    }
    this.pendingLevel = this.level;
    this.tokens.push(token);
    this.tokens_meta.push(nesting > 0 ? { delimiters: this.delimiters } : undefined);
    return token;
  }

  override pushPending(): Token {
    const token = newToken("text", "", 0, this.pendingLevel);
    token.content = this.pending;
    token.map = [this.pendingStart, 0];
    this.tokens.push(token);
    this.pending = "";
    return token;
  }

  /** A rule that pushes several tokens at once pushes them in order, each right behind the one before. */
  #startHere(): number {
    const before = this.tokens.at(-1);
    const [start = -1] = before?.map ?? [];
    const isSameRun = before?.type === "text" && start >= this.pos && before.content !== "";
    return isSameRun ? start + before.content.length : this.pos;
  }
}
parser.inline.State = PlacedInline;

/** As markdown-it does, noting where text begins. */
parser.inline.tokenize = (state) => {
  const rules = parser.inline.ruler.getRules("");
  const end = state.posMax;
  const { maxNesting = 100 } = parser.options;
  while (state.pos < end) {
    const { pos, pending } = state;
    const isRead = state.level < maxNesting && rules.some((rule) => rule(state, false));
    if (!isRead) state.pending += state.src.charAt(state.pos++);
    if (pending === "" && state.pending !== "" && state instanceof PlacedInline) state.pendingStart = pos;
  }
  if (state.pending !== "") state.pushPending();
};

const { parseLinkLabel } = parser.helpers;
/** Where no bracket closes, none is looked for: not from each that opens. */
parser.helpers.parseLinkLabel = (state, start, disableNested) => {
  if (!(state instanceof PlacedInline)) return parseLinkLabel(state, start, disableNested);
  state.lastBracket ??= state.src.lastIndexOf("]");
  return start > state.lastBracket ? -1 : parseLinkLabel(state, start, disableNested);
};

/** Where one of the rules may begin. */
const ENDS_TEXT = new Uint8Array(128);
for (const sign of "!&*<[\\]_`|~") ENDS_TEXT[sign.charCodeAt(0)] = 1;

parser.inline.ruler.at("text", (state, silent) => {
  let { pos } = state;
  while (pos < state.posMax && ENDS_TEXT[state.src.charCodeAt(pos)] !== 1) pos += 1;
  if (pos === state.pos) return false;
  if (!silent) state.pending += state.src.slice(state.pos, pos);
  state.pos = pos;
  return true;
});

/**
 * What Discord and Slack write for people, roles, channels, emoji, times and commands: `<@1>`, `<:name:1>`, `<t:1:R>`,
 * `<!here>`, `<#C1|general>`.
 */
const NOTATION =
  /<(?:@[!&]?\w{1,30}|#\w{1,30}|a?:\w{2,32}:\d{1,20}|\/[^<>:\n]{1,100}:\d{1,20}|t:-?\d{1,13}(?::[a-zA-Z])?|![a-z]{1,20}(?:\^[^<>|\n]{1,100})?)(?:\|[^<>\n]{0,100})?>/y;

/** Slack's link, which models write after they read one. */
const NAMED_LINK = /<((?:https?:\/\/|mailto:)[^\s<>|]{1,2000})\|([^<>\n]{1,300})>/y;

parser.inline.ruler.before("autolink", "notation", (state, silent) => {
  const found = matchAt(NOTATION, state);
  if (found === undefined) return false;
  if (!silent) state.push("notation", "", 0).content = found[0];
  state.pos += found[0].length;
  return true;
});

parser.inline.ruler.before("autolink", "named_link", (state, silent) => {
  const found = matchAt(NAMED_LINK, state);
  if (found === undefined) return false;
  const [whole, address = "", label = ""] = found;
  if (!silent) {
    const token = state.push("named_link", "", 0);
    token.content = label;
    token.attrs = [["href", address]];
  }
  state.pos += whole.length;
  return true;
});

function matchAt(pattern: RegExp, { src, pos }: StateInline): RegExpExecArray | undefined {
  if (src.charCodeAt(pos) !== 0x3c) return undefined;
  pattern.lastIndex = pos;
  return pattern.exec(src) ?? undefined;
}

const BAR = 0x7c;

/** `||hidden||`, as pairs are found for emphasis. */
parser.inline.ruler.before("emphasis", "spoiler", (state, silent) => {
  if (silent || state.src.charCodeAt(state.pos) !== BAR) return false;
  const { length } = state.scanDelims(state.pos, true);
  for (let at = 0; at + 1 < length; at += 2) {
    state.push("text", "", 0).content = "||";
    const token = state.tokens.length - 1;
    state.delimiters.push({ marker: BAR, length: 0, token, end: -1, open: true, close: true });
  }
  if (length % 2 === 1) state.push("text", "", 0).content = "|";
  state.pos += length;
  return true;
});

parser.inline.ruler2.after("balance_pairs", "spoiler", (state) => {
  for (const delimiters of [state.delimiters, ...state.tokens_meta.map((meta) => meta?.delimiters ?? [])]) {
    for (const { marker, end, token } of delimiters) {
      if (marker !== BAR || end < 0) continue;
      turnInto(state.tokens[token], "spoiler_open", 1);
      turnInto(state.tokens[delimiters[end]?.token ?? -1], "spoiler_close", -1);
    }
  }
});

function turnInto(token: Token | undefined, type: string, nesting: 1 | -1): void {
  if (!token) return;
  token.type = type;
  token.nesting = nesting;
  token.content = "";
}

parser.block.ruler.before("table", "too_deep", (state, line, end, silent) => {
  if (silent || state.level < MAX_DEPTH) return false;
  paragraphOf(state, line, end);
  return true;
});

function paragraphOf(state: StateBlock, line: number, end: number): void {
  state.push("paragraph_open", "p", 1).map = [line, end];
  const inline = state.push("inline", "", 0);
  inline.content = state.getLines(line, end, state.blkIndent, false).trim();
  inline.map = [line, end];
  state.push("paragraph_close", "p", -1);
  state.line = end;
}

/** An address stays as it was written. */
parser.normalizeLink = (address) => address;
