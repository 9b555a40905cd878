/** A stretch of a text: as it was, gone, or new. */
export interface Stretch {
  readonly kind: "same" | "gone" | "new";
  readonly text: string;
}

/** Longer texts are compared as a whole: the table grows with the square of the words. */
const MOST_WORDS = 1_500;

/** What has become of a text, word by word. */
export function wordDiff(before: string, after: string): readonly Stretch[] {
  const [old, now] = [wordsOf(before), wordsOf(after)];
  if (old.length > MOST_WORDS || now.length > MOST_WORDS) {
    return joined([...old.map(stretch("gone")), ...now.map(stretch("new"))]);
  }
  const common = commonTable(old, now);
  const found: Stretch[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const [left, right] = [old[i], now[j]];
    if (left !== undefined && left === right) {
      found.push({ kind: "same", text: left });
      i += 1;
      j += 1;
    } else if (right === undefined || (left !== undefined && at(common, i + 1, j) >= at(common, i, j + 1))) {
      found.push({ kind: "gone", text: left ?? "" });
      i += 1;
    } else {
      found.push({ kind: "new", text: right });
      j += 1;
    }
  }
  return joined(found);
}

/** Words, spaces and signs: joined they are the text. */
const wordsOf = (text: string): readonly string[] => text.match(/\s+|[\p{L}\p{N}]+|[^\s]/gu) ?? [];
const stretch = (kind: Stretch["kind"]) => (text: string) => ({ kind, text });
const at = (table: readonly (readonly number[])[], i: number, j: number) => table[i]?.[j] ?? 0;

/** How many words the rests from i and from j on have in common, in order. */
function commonTable(old: readonly string[], now: readonly string[]): readonly (readonly number[])[] {
  const table: number[][] = old.map(() => []);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const row = table[i];
    for (let j = now.length - 1; row && j >= 0; j -= 1) {
      row[j] =
        old[i] === now[j] ? at(table, i + 1, j + 1) + 1 : Math.max(at(table, i + 1, j), at(table, i, j + 1));
    }
  }
  return table;
}

function joined(all: readonly Stretch[]): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const one of all) {
    const last = found.at(-1);
    if (last?.kind === one.kind) found[found.length - 1] = { kind: one.kind, text: last.text + one.text };
    else found.push(one);
  }
  return found;
}
