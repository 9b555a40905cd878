/** What somebody sends to keep a program busy: each makes one kind of pattern or loop begin anew at every character. */
const PIECES: Readonly<Record<string, string>> = {
  "zero-width blanks and line breaks": "\u200b\n",
  spaces: " ",
  tabs: "\t",
  "line breaks": "\n",
  "carriage returns": "\r",
  "line separators": "\u2028",
  "opening quotes": "“ ",
  "straight quotes": '" ',
  apostrophes: " '",
  backticks: "`",
  "runs of backticks": "``` ` ",
  asterisks: "*",
  "loose asterisks": "*a **a ",
  underscores: "_a",
  "opening brackets": "[",
  "brackets at line starts": "\n[",
  "escaped brackets": "\n\\[",
  "pictures half written": "![",
  "links half written": "[a](",
  "less-than signs": "<",
  mentions: "<@",
  "mentions with labels": "<@U1|",
  "Discord's notation": "<a:b:",
  "broadcasts half written": "<!here|",
  "escaped signs": "&lt;",
  ampersands: "&amp",
  quotes: "> ",
  "quotes in quotes": ">",
  "nested lists": "- ",
  "deeper and deeper lists": "\n  - a\n    - b",
  "unclosed fences": "```\n",
  "fences of tildes": "\n~~~a",
  headings: "#### # ",
  rules: "- - ",
  bars: "||",
  tables: "|-",
  names: "a=",
  "names with colons": "private: ",
  dashes: "--a ",
  words: "a ",
  letters: "a",
  digits: "1",
  addresses: "https://",
  slashes: "/",
  colons: ":a",
  "a family of emoji": "👨‍👩‍👧‍👦",
  "joined without end": "👩‍",
  flags: "🇩",
  "combining marks": "\u0301",
  surrogates: "\ud83e",
  "right-to-left marks": "\u202e\u200f",
  "Hangul fillers": "\u3164",
};

/** Each of these alone, and with something in front that a reader waits for. */
export function hostileTexts(length: number): ReadonlyMap<string, string> {
  const fill = (piece: string, start = "") =>
    (start + piece.repeat(Math.ceil(length / piece.length))).slice(0, length);
  const alone = Object.entries(PIECES).map(([name, piece]) => [name, fill(piece)] as const);
  const spaced = ["\u200b\n", " ", "\t", "“ ", "`", "a"].map(
    (piece) => [`x, then ${JSON.stringify(piece)}, then x`, `x${fill(piece).slice(2)}x`] as const,
  );
  return new Map([...alone, ...spaced]);
}
