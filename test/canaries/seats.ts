/*
 * Who asks where, and what may come out there. A story names its places, says of each which memory is open in it, and hides
 * a word in each; `faultsIn` holds what was got in every seat by every way against that table.
 */

/** Somebody in a place. */
export interface Seat {
  readonly who: string;
  /** As a story names it: `#staff`. */
  readonly in: string;
  /** The memory that is open there: what was told in one seat comes out in those of the same memory, and in no other. */
  readonly memory: string;
  /** Ways by which nothing comes out for them, though it might. */
  readonly without?: readonly string[];
}

/** A secret word, and where it was told. */
export interface Told {
  readonly word: string;
  readonly in: string;
  readonly memory: string;
}

/** What somebody got by one way. */
export interface Got {
  readonly seat: Seat;
  readonly way: string;
  readonly text: string;
}

const WORD = /canary-[a-z0-9]{8}/g;

export const newWord = (): string => `canary-${crypto.randomUUID().slice(0, 8)}`;

export const wordsIn = (text: string): readonly string[] => [...new Set(text.match(WORD))];

/** By these ways all that may come out does, so that silence is no proof of secrecy. */
const TELLS_ALL: ReadonlySet<string> = new Set([
  "asking",
  "what the model was sent",
  "/memory show",
  "/memory show archive",
  "/memory search",
  "/memory export",
  "/memory forget",
]);

/** What came out and should not, and what did not and should. */
export function faultsIn(got: readonly Got[], told: readonly Told[]): readonly string[] {
  return got.flatMap(({ seat, way, text }) => {
    const words = wordsIn(text);
    const where = `${seat.who} in ${seat.in} by ${way}`;
    return told.flatMap((each) => {
      const isAllowed = each.memory === seat.memory;
      const isOut = words.includes(each.word);
      if (isOut && !isAllowed) return [`what was told in ${each.in} came out for ${where}`];
      const isSilent = seat.without?.includes(way);
      if (!isOut && isAllowed && TELLS_ALL.has(way) && !isSilent)
        return [`what was told in ${each.in} is missing for ${where}`];
      return [];
    });
  });
}
