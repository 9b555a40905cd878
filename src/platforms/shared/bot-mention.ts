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
