import type { HeardTurn } from "../model/heard-turn.ts";
import type { Intent } from "./intents.ts";

const NOTHING_KEPT =
  "I keep nothing here of people of another company, nor of what is said to me together with their words.";

const hasOutsiders = ({ said }: HeardTurn): boolean => said.some(({ isUnkept }) => isUnkept);

/** What is noted in a turn of people of another company is erased behind it, whoever said it: so nothing is noted. */
export function keepingNothingOfOutsiders(turn: HeardTurn, intents: readonly Intent[]): readonly Intent[] {
  if (!hasOutsiders(turn)) return intents;
  return intents.map((intent) =>
    intent.type === "note" || intent.type === "forget" ? { type: "unkept", speaker: intent.speaker } : intent,
  );
}

/** Said once in what the model sees, and again to who asks for something to be kept. */
export function keepsNothing(turn: HeardTurn, intents: readonly Intent[]): string | undefined {
  if (!hasOutsiders(turn)) return undefined;
  const isSaid = turn.before.some(
    ({ role, content }) => role === "assistant" && content.includes(NOTHING_KEPT),
  );
  return isSaid && !intents.some(({ type }) => type === "unkept") ? undefined : NOTHING_KEPT;
}
