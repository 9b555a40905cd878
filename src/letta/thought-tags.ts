/*
 * The tags between which models write what they think, as their makers have them: in the manner of XML, with attributes or
 * without, and in spellings of their own.
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

/** With attributes. */
const LONGEST_TAG = 100;

/** How a thought ends that some tag began. */
export interface Closing {
  readonly tag: string;
  /** In any case, with blanks before its end. */
  readonly isLoose: boolean;
}

/** The characters that tags begin with. */
export const STARTS: readonly string[] = ["<", "[", "◁"];

const OPENING = new RegExp(`^<(${NAMES.join("|")})(?:[ \\t]+[\\w:-]+=[^<>\\n]*|[ \\t]*)>$`, "i");
const BEGINNING = new RegExp(
  `^<(?:${NAMES.join("|")})[ \\t](?:[ \\t]*|[ \\t]*[\\w:-]+(?:=[^<>\\n]*)?)$`,
  "i",
);

export function openedBy(tag: string): Closing | undefined {
  const exact = Object.hasOwn(EXACT, tag) ? EXACT[tag] : undefined;
  if (exact !== undefined) return { tag: exact, isLoose: false };
  const name = tag.endsWith(">") ? OPENING.exec(tag)?.[1]?.toLowerCase() : undefined;
  return name === undefined ? undefined : { tag: `</${name}>`, isLoose: true };
}

/** Whether this beginning can still grow into a tag that opens a thought. */
export function mayOpenThought(begun: string): boolean {
  if (begun.length > LONGEST_TAG) return false;
  if (Object.keys(EXACT).some((tag) => tag.startsWith(begun))) return true;
  const said = begun.toLowerCase();
  return NAMES.some((name) => `<${name}`.startsWith(said)) || BEGINNING.test(begun);
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
