import { type Attempt, keyOf } from "./attempt.ts";
import { placeKey } from "./bindings.ts";
import { hasCode } from "./errors.ts";
import { shorten } from "./shorten.ts";
import type { TurnRecord } from "./turns.ts";

const TITLE_LENGTH = 80;

/** Opens the thread that the answer goes to, unless an earlier attempt did. */
export async function inItsThread(
  { parts, first: { thread, text }, platform, speaker, again }: Attempt,
  turn: TurnRecord,
): Promise<TurnRecord> {
  if (!thread || turn.place.id === thread.id) return turn;
  // Bound before it exists: somebody may write there the moment it does. Who is asked here goes on answering, whoever
  // the channel chooses later.
  await parts.settings.update(placeKey(thread), async (current) => ({
    persona: speaker.ref,
    ...current,
    place: thread,
    bound: true,
  }));
  const once = { key: `${keyOf(turn)}.t`, again };
  const sink = platform.open(turn.target);
  const opening = sink.openThread?.({ title: threadTitle(text), opening: "", private: false, once });
  const opened = await opening?.catch((error: unknown) => {
    if (!hasCode(error, "platform_rejected")) throw error;
    parts.log.warn({ turn: turn.id, err: error }, "could not open a thread, answering in the channel");
    return undefined;
  });
  // Answered in the channel at need, but as the conversation of its own that the thread would have been.
  const change = { place: opened?.place ?? thread, target: opened?.target ?? turn.target };
  await parts.turns.change(turn.id, change);
  return { ...turn, ...change };
}

export function threadTitle(text: string): string {
  const line = text
    .replace(/[`*_~|>#]/g, "")
    .replace(/\s+/g, " ")
    .trim();
  return shorten(line, TITLE_LENGTH) || "A conversation";
}
