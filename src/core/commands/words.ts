/** A word as it stands in a typed line; several in quotes are one. */
export interface TypedWord {
  readonly start: number;
  readonly end: number;
  /** What is said: without quotes, and without the name in front. */
  readonly text: string;
  readonly quoted: boolean;
  /** The name in `name=value`, `name:value` and `--name`. */
  readonly label?: string;
  /** `--name`, `-name`, or with the dash that phones make of it. */
  readonly dashed?: boolean;
  /** `--name`: nothing but an option is written like that. */
  readonly hyphens?: boolean;
}

/** What ends a quotation that begins with this. Straight, curly, German, French, Swedish, Japanese. */
const CLOSING: Readonly<Record<string, string>> = {
  '"': '"”“',
  "“": '”"“',
  "„": '“”"',
  "”": '”"',
  "«": "»",
  "»": "«»",
  "「": "」",
  "『": "』",
  "＂": "＂",
  "'": "'’",
  "‘": "’'",
  "‚": "‘’'",
};
/** These stand inside words too: a quotation ends only before a blank. */
const APOSTROPHES = "'’‘";

const DASHES = /(?:--?|[—–])(?=\p{L})/uy;
const LABEL = /[\p{L}_][\p{L}\p{N}_-]{0,39}/uy;
const BLANKS = /\s+/y;
const PLAIN = /\S+/y;
/** A word, as nearly all are, that has neither a name nor quotes, if a blank ends it. */
const SIMPLE = /[^\s=:"“”„«»「『＂'‘‚—–-][^\s=:]*/y;

/** Every word of a line, in one walk: what a search did not find is not searched for again. */
export function typedWords(text: string): readonly TypedWord[] {
  const words: TypedWord[] = [];
  const closing = closingFinder(text);
  let at = matchAt(BLANKS, text, 0).length;
  while (at < text.length) {
    const simple = matchAt(SIMPLE, text, at);
    const end = at + simple.length;
    if (simple !== "" && isWordEnd(text, end)) {
      words.push({ start: at, end, text: simple, quoted: false });
      at = end + matchAt(BLANKS, text, end).length;
      continue;
    }
    const name = nameAt(text, at);
    const from = at + (name?.length ?? 0);
    const word = {
      start: at,
      ...name?.said,
      ...valueAt(text, from, name === undefined || name.mayHaveValue),
    };
    words.push(word);
    at = word.end + matchAt(BLANKS, text, word.end).length;
  }
  return words;

  function valueAt(line: string, from: number, isThere: boolean): Pick<TypedWord, "text" | "quoted" | "end"> {
    const end = isThere ? closing(from) : undefined;
    if (end !== undefined) return { text: line.slice(from + 1, end), quoted: true, end: end + 1 };
    const plain = isThere ? matchAt(PLAIN, line, from) : "";
    return { text: plain, quoted: false, end: from + plain.length };
  }
}

/** The first half of `name=value`, or all of `--name`; undefined for a word that is none. */
function nameAt(text: string, start: number) {
  const dash = matchAt(DASHES, text, start);
  const label = matchAt(LABEL, text, start + dash.length);
  const end = start + dash.length + label.length;
  const isNamed = label !== "" && (text[end] === "=" || isColon(text, end));
  if (!isNamed && !(dash && isWordEnd(text, end))) return undefined;
  const said = { label, ...(dash && { dashed: true, hyphens: dash === "--" }) };
  return { said, length: end - start + (isNamed ? 1 : 0), mayHaveValue: isNamed };
}

const isWordEnd = (text: string, at: number): boolean => at === text.length || /\s/.test(text.charAt(at));

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

/** `name:value`, but neither `https://…` nor `std::vector`. */
const isColon = (text: string, at: number) => text[at] === ":" && !/[/:]/.test(text.charAt(at + 1));

/** Where the quotation that begins here ends; undefined where none begins. */
function closingFinder(text: string): (start: number) => number | undefined {
  /** By mark, the first place at or behind the last look where it closes. */
  const next = new Map<string, number>();
  const find = (mark: string, from: number): number => {
    const known = next.get(mark);
    if (known !== undefined && known >= from) return known;
    let found = text.indexOf(mark, from);
    while (found >= 0 && APOSTROPHES.includes(mark) && /\S/.test(text.charAt(found + 1)))
      found = text.indexOf(mark, found + 1);
    const place = found < 0 ? Number.POSITIVE_INFINITY : found;
    next.set(mark, place);
    return place;
  };
  return (start) => {
    const marks = CLOSING[text.charAt(start)];
    if (marks === undefined) return undefined;
    const end = Math.min(...[...marks].map((mark) => find(mark, start + 1)));
    return Number.isFinite(end) ? end : undefined;
  };
}
