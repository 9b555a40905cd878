import { withoutPrefix } from "../../../core/text/affixes.ts";
import { splitAt } from "../../../core/text/truncate.ts";
/*
 * A text input of Slack's takes 3,000 characters. A text that may be longer stands in several, cut where a reader would
 * cut it; what stood at the cut is in the name of the input behind it, so that the whole comes back as it was.
 */

/** Slack's limit for a text input. */
export const INPUT_LENGTH = 3_000;

/** One input of a field. */
export interface Piece {
  readonly block: string;
  readonly value: string;
  /** All pieces together never hold more than the field takes. */
  readonly maxLength: number;
}

const JOINTS = { p: "\n\n", l: "\n", b: " ", n: "" } as const;
type Joint = keyof typeof JOINTS;
const FURTHER = /^(?<field>.+)\+(?<number>\d+)(?<joint>[plbn])$/;

/** The inputs of a field, the last one empty where the text may grow. */
export function piecesOf(name: string, value: string, maxLength: number): readonly Piece[] {
  const cut: { readonly joint: Joint; readonly text: string }[] = [];
  let joint: Joint = "p";
  let rest = value;
  while (rest.length > INPUT_LENGTH) {
    const next = cutOf(rest);
    const [text, tail] = splitAt(rest, next.at);
    cut.push({ joint, text });
    joint = next.joint;
    rest = withoutPrefix(tail, JOINTS[joint]);
  }
  cut.push({ joint, text: rest });
  if (cut.length * INPUT_LENGTH < maxLength) cut.push({ joint: "p", text: "" });
  const joined = cut.slice(1).reduce((sum, each) => sum + JOINTS[each.joint].length, 0);
  let room = Math.max(0, maxLength - joined - cut.reduce((sum, { text }) => sum + text.length, 0));
  return cut.map(({ joint: before, text }, index) => {
    const more = Math.min(INPUT_LENGTH - text.length, room);
    room -= more;
    return {
      block: index === 0 ? name : `${name}+${index}${before}`,
      value: text,
      maxLength: Math.max(1, text.length + more),
    };
  });
}

/** The latest place where a reader would cut. */
function cutOf(text: string): { readonly at: number; readonly joint: Joint } {
  const [window] = splitAt(text, INPUT_LENGTH);
  for (const joint of ["p", "l", "b"] as const) {
    const at = window.lastIndexOf(JOINTS[joint]);
    if (at > INPUT_LENGTH / 2) return { at, joint };
  }
  return { at: window.length, joint: "n" };
}

/** What was filled in, by field: pieces are put together again, and one that was emptied leaves no gap. */
export function joinedPieces(filled: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const further = Object.entries(filled).flatMap(([block, value]) => {
    const { field, number, joint } = FURTHER.exec(block)?.groups ?? {};
    return field === undefined ? [] : [{ field, number: Number(number), joint: joint as Joint, value }];
  });
  const whole = new Map(Object.entries(filled).filter(([block]) => !FURTHER.test(block)));
  for (const { field, joint, value } of further.toSorted((left, right) => left.number - right.number)) {
    const before = whole.get(field) ?? "";
    if (value !== "") whole.set(field, before === "" ? value : before + JOINTS[joint] + value);
  }
  return Object.fromEntries(whole);
}
