import markdownIt from "markdown-it";

/** Markdown as chats write it: a line break is a line break, pictures are links, HTML is text. */
export const parser = markdownIt({ html: false, linkify: true, breaks: true });
// "||hidden||" is not a table, and a stray "-----" under a line is not a headline, in a chat.
parser.disable(["image", "lheading", "code", "reference", "html_inline"]);
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });

/** `<@1>`, `<#C1>` in Slack, `<@&1>`, `<#1>`, `</name:1>`, `<:name:1>`, `<t:1:R>`: what Discord writes for people, places, times. */
const TAG =
  /^<(?:(@!?|@&|#)(\d{1,20}|[UWCGD][A-Z0-9]{1,20})|(\/)([^<>:\n]{1,100}:\d{1,20})|(a?:)(\w{2,32}:\d{1,20})|(t:)(-?\d{1,13}(?::[tTdDfFR])?))>/;

parser.inline.ruler.before("autolink", "tag", (state, silent) => {
  const found = TAG.exec(state.src.slice(state.pos, state.pos + 130));
  if (!found) return false;
  if (!silent) {
    const [, ...parts] = found;
    const [kind = "", content = ""] = parts.filter((part) => part !== undefined);
    const token = state.push("tag", "", 0);
    token.markup = kind;
    token.content = content;
  }
  state.pos += found[0].length;
  return true;
});

parser.inline.ruler.before("emphasis", "spoiler", (state, silent) => {
  if (!state.src.startsWith("||", state.pos)) return false;
  const end = state.src.indexOf("||", state.pos + 2);
  if (end < state.pos + 3) return false;
  if (!silent) {
    const token = state.push("spoiler", "", 0);
    token.content = state.src.slice(state.pos + 2, end);
  }
  state.pos = end + 2;
  return true;
});

/** Text stops where one of these rules may begin; markdown-it's own list lacks the bar. */
parser.inline.ruler.at("text", (state, silent) => {
  const rest = state.src.slice(state.pos);
  const end = rest.search(/[\n!#$%&*+\-:<=>@[\\\]^_`{|}~]/);
  const length = end < 0 ? rest.length : end;
  if (length === 0) return false;
  if (!silent) state.pending += rest.slice(0, length);
  state.pos += length;
  return true;
});

/** `-# small print` begins a line of it. */
parser.block.ruler.before(
  "paragraph",
  "subtext",
  (state, line, _end, silent) => {
    const start = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0);
    const text = state.src.slice(start, state.eMarks[line]);
    if (!text.startsWith("-# ")) return false;
    if (silent) return true;
    state.push("subtext_open", "small", 1);
    const inline = state.push("inline", "", 0);
    inline.content = text.slice(3);
    inline.children = [];
    inline.map = [line, line + 1];
    state.push("subtext_close", "small", -1);
    state.line = line + 1;
    return true;
  },
  { alt: ["paragraph", "blockquote"] },
);

export type Token = ReturnType<typeof parser.parse>[number];
