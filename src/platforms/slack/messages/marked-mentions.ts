import { withoutPrefix, withoutSuffix } from "../../../core/text/affixes.ts";
import type { Frame, Inline } from "../../../core/text/markdown/nodes.ts";

type Styled = Extract<Frame, { kind: "style" }>;

const isMention = (node: Inline): boolean => node.kind === "notation" && node.raw.startsWith("<#");
const isMarked = (node: Inline): node is Styled =>
  node.kind === "style" && (node.style === "strong" || node.style === "em" || node.style === "strike");

/**
 * A link to a channel is one in plain words alone: between marks Slack shows its id. So the marks end before it and begin
 * anew behind it.
 */
export const withoutMarkedMentions = (nodes: readonly Inline[]): readonly Inline[] =>
  nodes.flatMap((node) => (isMarked(node) ? aroundMentions(node) : [node]));

function aroundMentions(frame: Styled): readonly Inline[] {
  const children = withoutMarkedMentions(frame.children);
  if (!children.some(isMention)) return [{ ...frame, children }];
  const parts: Inline[] = [];
  let words: Inline[] = [];
  const end = () => {
    parts.push(...marked(frame, words));
    words = [];
  };
  for (const child of children) {
    if (isMention(child)) {
      end();
      parts.push(child);
    } else words.push(child);
  }
  end();
  return parts;
}

/** Marks stand at words, and blanks outside of them. */
function marked(frame: Styled, words: readonly Inline[]): readonly Inline[] {
  const inside = [...words];
  const before = blanksOff(inside, 0, "first");
  const behind = blanksOff(inside, inside.length - 1, "last");
  return [...before, ...(inside.length > 0 ? [{ ...frame, children: inside }] : []), ...behind];
}

/** Takes the blanks off one end of the text that stands there. */
function blanksOff(nodes: Inline[], at: number, end: "first" | "last"): readonly Inline[] {
  const node = nodes[at];
  if (node?.kind !== "text") return [];
  const { raw } = node;
  const left = end === "first" ? raw.trimStart() : raw.trimEnd();
  const blanks = end === "first" ? withoutSuffix(raw, left) : withoutPrefix(raw, left);
  if (blanks === "") return [];
  nodes.splice(at, 1, ...(left === "" ? [] : [{ ...node, raw: left }]));
  return [{ kind: "text", raw: blanks }];
}
