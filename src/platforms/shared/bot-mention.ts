/** Stands for a mention of the bot until it is taken out of the sentence. */
export const CALL = "\u0000";

const ADDRESSING = /^[,:;](?=\s|$)/;

/**
 * A text without the mentions that only called the bot, and without what joined them to the sentence: of "@Rapport,
 * hello" stays "hello", of "who are you @Rapport?" stays "who are you?".
 */
export function withoutCalls(text: string): string {
  const [first = "", ...others] = text.split(CALL);
  const parts = [first];
  let isBegun = first.trim() !== "";
  for (const other of others) {
    const after = isBegun ? other : other.replace(ADDRESSING, "");
    if (/^[,.;:!?]/.test(after)) parts.push(parts.pop()?.replace(/ $/, "") ?? "");
    parts.push(after.replace(/^ /, ""));
    isBegun ||= after.trim() !== "";
  }
  return parts.join("").trim();
}

/** What the named groups of a pattern found. */
type Groups = Readonly<Partial<Record<string, string>>>;

/** A text with a platform's own notation read: `read` gives what people see for each place where `notation` stands. */
export const readNotation = (
  text: string,
  notation: RegExp,
  read: (groups: Groups, whole: string) => string,
): string =>
  text.replace(notation, (whole: string, ...rest: unknown[]) => {
    const groups = rest.at(-1);
    return isGroups(groups) ? read(groups, whole) : whole;
  });

const isGroups = (value: unknown): value is Groups => typeof value === "object" && value !== null;
