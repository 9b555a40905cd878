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
const LONGEST_TAG = 100;

/** How a thought ends that some tag began. */
export interface Closing {
  readonly tag: string;
  /** In any case, with blanks before its end. */
  readonly isLoose: boolean;
}

export type Mark =
  | { readonly kind: "opens"; readonly closing: Closing }
  | { readonly kind: "closes" }
  | { readonly kind: "header"; readonly part: HeaderPart }
  | { readonly kind: "message ends" };

/** The characters that marks begin with. */
export const STARTS: readonly string[] = ["<", "[", "◁"];

const OPENING = new RegExp(`^<(${NAMES.join("|")})(?:[ \\t]+[\\w:-]+=[^<>\\n]*|[ \\t]*)>$`, "i");
const BEGINNING = new RegExp(
  `^<(?:${NAMES.join("|")})[ \\t](?:[ \\t]*|[ \\t]*[\\w:-]+(?:=[^<>\\n]*)?)$`,
  "i",
);
const LOOSE_CLOSINGS = new Set<string>(NAMES.map((name) => `</${name}`));

/** Those that are written in one way only. */
const EXACT_MARKS = new Map<string, Mark>([
  ...Object.entries(EXACT).flatMap(([tag, closing]): [string, Mark][] => [
    [tag, { kind: "opens", closing: { tag: closing, isLoose: false } }],
    [closing, { kind: "closes" }],
  ]),
  ...HEADER_PARTS.map((part): [string, Mark] => [`<|${part}|>`, { kind: "header", part }]),
  ...MESSAGE_ENDS.map((tag): [string, Mark] => [tag, { kind: "message ends" }]),
]);

const beginningsOf = (tags: Iterable<string>) =>
  new Set([...tags].flatMap((tag) => Array.from(tag, (_, index) => tag.slice(0, index + 1))));
const EXACT_OPENING_BEGINNINGS = beginningsOf(Object.keys(EXACT));
const LOOSE_OPENING_BEGINNINGS = beginningsOf(NAMES.map((name) => `<${name}`));
const EXACT_BEGINNINGS = beginningsOf(EXACT_MARKS.keys());
const LOOSE_CLOSING_BEGINNINGS = beginningsOf(LOOSE_CLOSINGS);

export function openedBy(tag: string): Closing | undefined {
  const exact = EXACT_MARKS.get(tag);
  if (exact) return exact.kind === "opens" ? exact.closing : undefined;
  const name = tag.endsWith(">") ? OPENING.exec(tag)?.[1]?.toLowerCase() : undefined;
  return name === undefined ? undefined : { tag: `</${name}>`, isLoose: true };
}

/** Whether this beginning can still grow into a tag that opens a thought. */
export function mayOpenThought(begun: string): boolean {
  if (begun.length > LONGEST_TAG) return false;
  return (
    EXACT_OPENING_BEGINNINGS.has(begun) ||
    LOOSE_OPENING_BEGINNINGS.has(begun.toLowerCase()) ||
    BEGINNING.test(begun)
  );
}

export function isClosed(tag: string, { tag: closing, isLoose }: Closing): boolean {
  if (!isLoose) return tag === closing;
  return tag.endsWith(">") && `${tag.slice(0, -1).trimEnd()}>`.toLowerCase() === closing;
}

/** Whether this beginning can still grow into the tag that ends the thought. */
export function mayClose(begun: string, { tag: closing, isLoose }: Closing): boolean {
  if (begun.length > LONGEST_TAG) return false;
  if (!isLoose) return closing.startsWith(begun);
  return closing.startsWith(begun.trimEnd().toLowerCase());
}

/** The mark that this is, whole. */
export function markOf(tag: string): Mark | undefined {
  const exact = EXACT_MARKS.get(tag);
  if (exact || !tag.endsWith(">")) return exact;
  if (LOOSE_CLOSINGS.has(tag.slice(0, -1).trimEnd().toLowerCase())) return { kind: "closes" };
  const closing = openedBy(tag);
  return closing && { kind: "opens", closing };
}

export const isHeaderStart = (
  mark: Mark,
): mark is { readonly kind: "header"; readonly part: "start" | "channel" } =>
  mark.kind === "header" && (mark.part === "start" || mark.part === "channel");

/** Whether this beginning can still grow into a mark. */
export function mayBecomeMark(begun: string): boolean {
  if (begun.length > LONGEST_TAG) return false;
  return (
    EXACT_BEGINNINGS.has(begun) ||
    LOOSE_CLOSING_BEGINNINGS.has(begun.trimEnd().toLowerCase()) ||
    mayOpenThought(begun)
  );
}
