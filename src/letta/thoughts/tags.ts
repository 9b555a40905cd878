/*
 * The marks between which models write what they think, as their makers have them: tags in the manner of XML, with
 * attributes or without, tags in spellings of their own, and the channels of gpt-oss ("harmony"), of which only `final` is
 * for people: `<|channel|>analysis<|message|>…<|end|><|start|>assistant<|channel|>final<|message|>Hello<|return|>`.
 */

const NAMES = [
  "think",
  "thinking",
  "thought",
  "thoughts",
  "reasoning",
  "seed:think",
  "antthinking",
  "scratchpad",
  "inner_monologue",
  "internal_monologue",
] as const;

/** Written in one way only. */
const EXACT: Readonly<Record<string, string>> = {
  "[THINK]": "[/THINK]",
  "◁think▷": "◁/think▷",
  "<|begin_of_thought|>": "<|end_of_thought|>",
};

/** Where a message of a channel begins: who says it, in which channel, in which notation, and then what. */
const HEADER_PARTS = ["start", "channel", "constrain", "message"] as const;
const MESSAGE_ENDS = ["<|end|>", "<|return|>", "<|call|>"];

export type HeaderPart = (typeof HEADER_PARTS)[number];

/** With attributes. */
export const LONGEST_TAG = 100;

/** `closing` ends what the tag begins, or is what it is. */
export type Mark =
  | { readonly kind: "opens"; readonly closing: string }
  | { readonly kind: "closes"; readonly closing: string }
  | { readonly kind: "header"; readonly part: HeaderPart }
  | { readonly kind: "message ends" };

export const isHeaderStart = (
  mark: Mark,
): mark is { readonly kind: "header"; readonly part: "start" | "channel" } =>
  mark.kind === "header" && (mark.part === "start" || mark.part === "channel");

/** What was read of a mark so far. */
export interface Begun {
  /** What it is, if it is whole. */
  readonly mark?: Mark;
  /** With this character behind it; undefined when no mark goes on like that. */
  with(char: string): Begun | undefined;
}

/** Some characters lead on by themselves, the others by a rule. */
class Place implements Begun {
  readonly mark?: Mark;
  readonly #next = new Map<string, Place>();
  readonly #rule: ((char: string) => Place | undefined) | undefined;

  constructor(of: Mark | ((char: string) => Place | undefined) | undefined) {
    if (typeof of === "function") this.#rule = of;
    else if (of) this.mark = of;
  }

  with(char: string): Place | undefined {
    return this.#next.get(char) ?? this.#rule?.(char);
  }

  /** From here over these characters to that place; loosely in any case. */
  lead(path: string, end: Place, isLoose: boolean = false): void {
    const char = path.charAt(0);
    const rest = path.slice(1);
    const next = rest === "" ? end : (this.#next.get(char) ?? new Place(undefined));
    this.#next.set(char, next);
    if (isLoose) this.#next.set(char.toUpperCase(), next);
    if (rest !== "") next.lead(rest, end, isLoose);
  }
}

/** Behind the name of an opening tag: blanks and attributes, then its end. */
function openingEnd(closing: string): Place {
  const end = new Place({ kind: "opens", closing });
  const value: Place = new Place((char): Place | undefined =>
    char === ">" ? end : /[<\n]/.test(char) ? undefined : value,
  );
  const name: Place = new Place((char): Place | undefined =>
    char === "=" ? value : /[\w:-]/.test(char) ? name : undefined,
  );
  const blanks: Place = new Place((char): Place | undefined => {
    if (char === ">") return end;
    return char === " " || char === "\t" ? blanks : /[\w:-]/.test(char) ? name : undefined;
  });
  return new Place((char) => (/[> \t]/.test(char) ? blanks.with(char) : undefined));
}

function closingEnd(closing: string): Place {
  const end = new Place({ kind: "closes", closing });
  const blanks: Place = new Place((char): Place | undefined =>
    char === ">" ? end : /\s/.test(char) ? blanks : undefined,
  );
  return blanks;
}

/** Where every mark begins. */
export const MARKS: Begun = allMarks();

function allMarks(): Place {
  const start = new Place(undefined);
  // Longer names go on where shorter ones end.
  for (const name of NAMES.toSorted((one, other) => one.length - other.length)) {
    start.lead(`<${name}`, openingEnd(`</${name}`), true);
    start.lead(`</${name}`, closingEnd(`</${name}`), true);
  }
  for (const [opening, closing] of Object.entries(EXACT)) {
    start.lead(opening, new Place({ kind: "opens", closing }));
    start.lead(closing, new Place({ kind: "closes", closing }));
  }
  for (const part of HEADER_PARTS) start.lead(`<|${part}|>`, new Place({ kind: "header", part }));
  for (const tag of MESSAGE_ENDS) start.lead(tag, new Place({ kind: "message ends" }));
  return start;
}
