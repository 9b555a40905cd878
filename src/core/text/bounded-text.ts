import { sentences } from "../../sentences/sentences.ts";
import { splitAt } from "./truncate.ts";

/** No platform takes a message that is longer. */
const TEXT_AT_MOST = 100_000;

/** What comes from a platform, for its decoder: whatever is sent, nothing behind it reads more. */
export function boundedText(text: string): string {
  if (text.length <= TEXT_AT_MOST) return text;
  const [read, rest] = splitAt(text, TEXT_AT_MOST);
  return `${read}\n${sentences.agentInput.cut(rest.length)}`;
}
