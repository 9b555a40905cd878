import { sentences } from "../../sentences/sentences.ts";
import { hasCode } from "../domain/errors.ts";
import type { Place } from "../domain/model.ts";
import { type PersonaRef, placeKey } from "../domain/stored-records.ts";
import type { CoreServices } from "../ports/services.ts";
import type { TurnRecord } from "../ports/turn-store.ts";
import { truncate } from "../text/truncate.ts";
import { type Attempt, turnKey } from "./attempt.ts";

const TITLE_LENGTH = 80;

/** Opens the thread that the answer goes to, unless an earlier attempt did. */
export async function ensureThread(
  { services, firstMessage: { thread, text }, platform, isRetry }: Attempt,
  turn: TurnRecord,
): Promise<TurnRecord> {
  if (!thread || turn.place.id === thread.id) return turn;
  const once = { key: `${turnKey(turn)}.t`, isRetry: isRetry };
  const replyChannel = platform.replyChannel(turn.target);
  const opening = replyChannel.openThread?.({ title: threadTitle(text), opening: "", idempotencyKey: once });
  const opened = await opening?.catch((error: unknown) => {
    if (!hasCode(error, "platform_rejected")) throw error;
    services.log.warn({ turn: turn.id, err: error }, "could not open a thread, answering in the channel");
    return undefined;
  });
  // Answered in the channel at need, but as the conversation of its own that the thread would have been.
  const change = { place: opened?.place ?? thread, target: opened?.target ?? turn.target };
  await services.turns.change(turn.id, change);
  return { ...turn, ...change };
}

/**
 * From now on no mention is needed there. Before its first turn begins, perhaps before it exists: somebody may write
 * there the moment it does, and where a thread is there as soon as its message is, at once. Who is asked here goes on
 * answering, whoever the channel chooses later.
 */
export async function bindThread(
  { settings }: Pick<CoreServices, "settings">,
  thread: Place,
  persona: PersonaRef,
): Promise<void> {
  await settings.update(placeKey(thread), async (current) => ({
    persona,
    ...current,
    place: thread,
    bound: true,
  }));
}

export function threadTitle(text: string): string {
  const line = text
    .replace(/[`*_~|>#]/g, "")
    .replace(/\s+/g, " ")
    .trim();
  return truncate(line, TITLE_LENGTH) || sentences.turn.untitledThread;
}
