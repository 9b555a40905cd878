import { factNoted, isAbout, slotOfNote } from "./facts.ts";
import { ALL, type Intent, LAST } from "./intents.ts";
import { INSERT, linesOf, type Notebook, type NoteLine, type PlannedCall, REPLACE } from "./notebook.ts";
import { overlap, stemsOf } from "./words.ts";

/** What an intent changes in memory. */
export interface Change {
  readonly intent: Intent;
  readonly removes: readonly NoteLine[];
  readonly adds: readonly string[];
  /** It goes into the archive, since no block can be written. */
  readonly archives: boolean;
  /** Lines that fit, and are another person's to remove or stand where nothing can be changed. */
  readonly notTheirs: readonly NoteLine[];
  readonly fixed: readonly NoteLine[];
}

export interface Changes {
  readonly all: readonly Change[];
  readonly calls: readonly PlannedCall[];
  /** The call that makes this change; undefined when it needs none. */
  callFor(change: Change): PlannedCall | undefined;
}

type NoteIntent = Extract<Intent, { type: "note" }>;
type ForgetIntent = Extract<Intent, { type: "forget" }>;

export function changesFor(intents: readonly Intent[], notebook: Notebook): Changes {
  const all = intents.flatMap((intent): readonly Change[] => {
    if (intent.type === "note") return [noting(intent, notebook)];
    return intent.type === "forget" ? [forgetting(intent, notebook)] : [];
  });
  const calls = new Map(all.flatMap((change) => pairOf(change, notebook)));
  return { all, calls: [...calls.values()], callFor: (change) => calls.get(change) };
}

function noting(intent: NoteIntent, { lines, open }: Notebook): Change {
  const nothing = { intent, notTheirs: [], fixed: [] };
  if (!open) return { ...nothing, removes: [], adds: [intent.note], archives: true };
  if (lines.some(({ text, isSeen }) => isSeen && sameWords(text, intent.note)))
    return { ...nothing, removes: [], adds: [], archives: false };
  const removes = lines.filter(
    (line) => !line.readOnly && line.label === open.label && isReplacedBy(line, intent),
  );
  return { ...nothing, removes, adds: [intent.note], archives: false };
}

/** Whether a line says of the same thing what the new note now says of it. */
function isReplacedBy({ text }: NoteLine, { note, fact, speaker, corrects }: NoteIntent): boolean {
  const slot = slotOfNote(note, speaker);
  if (slot !== undefined) return slot === slotOfNote(text, speaker);
  const thing = corrects ? fact?.thing?.toLowerCase() : undefined;
  return thing !== undefined && thing === factNoted(text, speaker)?.thing?.toLowerCase();
}

const sameWords = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

function forgetting(intent: ForgetIntent, { lines }: Notebook): Change {
  const meant = lines.filter((line) => isMeant(line, intent));
  const exact = meant.filter(({ text }) => intent.exact !== undefined && sameWords(text, intent.exact));
  const found = exact.length > 0 ? exact : meant;
  const theirs = found.filter(({ text }) => isAbout(text, intent.speaker));
  return {
    intent,
    removes: theirs.filter(({ readOnly }) => !readOnly),
    adds: [],
    archives: false,
    notTheirs: found.filter((line) => !theirs.includes(line)),
    fixed: theirs.filter(({ readOnly }) => readOnly),
  };
}

/** Whether a note is what this person wants forgotten; `text` is a line or a passage. */
export function isMeant({ text }: Pick<NoteLine, "text">, { speaker, target, exact }: ForgetIntent): boolean {
  if (target === ALL) return isAbout(text, speaker);
  if (target === LAST) return false;
  if (exact !== undefined && sameWords(text, exact)) return true;
  const stems = stemsOf(target).filter((stem) => stem !== speaker.toLowerCase());
  if (stems.length === 0 || overlap(stems, text) < stems.length) return false;
  // "My dog" of Bob is not the dog of Alice.
  return !/\b(?:my|mine|i|our)\b/i.test(target) || isAbout(text, speaker);
}

/** Several changes of one block are one call, since each would alter what the next one has to find. */
function pairOf(change: Change, notebook: Notebook): readonly (readonly [Change, PlannedCall])[] {
  const { removes, adds, archives } = change;
  if (archives)
    return adds.map((content) => [change, { name: "archival_memory_insert", input: { content } }]);
  const [line, ...others] = removes;
  const [note] = adds;
  if (!line) {
    return note === undefined || !notebook.open
      ? []
      : [
          [
            change,
            { name: INSERT, input: { label: notebook.open.label, new_string: note, insert_line: -1 } },
          ],
        ];
  }
  const value = notebook.lines.filter(({ label }) => label === line.label).map(({ text }) => text);
  const isOneLine = others.length === 0 && value.filter((text) => text.includes(line.text)).length === 1;
  if (isOneLine)
    return [[change, note === undefined ? removing(line, notebook) : replacing(line.label, line.text, note)]];
  return [[change, replacing(line.label, value.join("\n"), withoutLines(value, removes, note).join("\n"))]];
}

/** With the line break that parts it from its neighbour. */
function removing({ label, text }: NoteLine, { blocks }: Notebook): PlannedCall {
  const value = blocks.find((block) => block.label === label)?.value ?? "";
  const parted = [`${text}\n`, `\n${text}`].find((candidate) => value.includes(candidate));
  return replacing(label, parted ?? text, "");
}

const replacing = (label: string, old_string: string, new_string: string): PlannedCall => ({
  name: REPLACE,
  input: { label, old_string, new_string },
});

function withoutLines(
  value: readonly string[],
  removes: readonly NoteLine[],
  note: string | undefined,
): readonly string[] {
  const gone = new Set(removes.map(({ text }) => text));
  return [...value.filter((text) => !gone.has(text)), ...(note === undefined ? [] : linesOf(note))];
}
