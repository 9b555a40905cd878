import type { Change } from "../../protocol/protocol.ts";
import { compareIds, placeOf, type State } from "./state.ts";

/** The thread that this change has shown to be opened by the bot for this person, if it has. */
export function threadFor(before: State, after: State, change: Change): string | undefined {
  const threadId = change.type === "place" ? change.id : threadShownBy(after, change);
  if (!threadId || after.overview.places.some(({ id }) => id === threadId)) return undefined;
  return !isForViewer(before, threadId) && isForViewer(after, threadId) ? threadId : undefined;
}

/** A thread that hangs on a message has its id; the answer to a command names the thread that it opened. */
function threadShownBy(state: State, change: Change): string | undefined {
  if (change.type !== "message" || !change.message) return undefined;
  return change.message.threadId ?? threadNamedBy(state, change.placeId, change.id);
}

function isForViewer(state: State, threadId: string): boolean {
  const thread = placeOf(state, threadId);
  if (!thread?.parentId || thread.openedBy !== state.overview.bot.id) return false;
  const { viewer } = state.overview;
  const messages = state.talks.get(thread.parentId)?.messages ?? [];
  return messages.some(
    ({ id, value }) =>
      (id === threadId && value?.author.id === viewer.id) ||
      threadNamedBy(state, thread.parentId ?? "", id) === threadId,
  );
}

/**
 * The thread that an answer to this person's command points at. It came into being after the bot had said that it
 * would answer: one that only is spoken of is older.
 */
function threadNamedBy(state: State, placeId: string, messageId: string): string | undefined {
  const message = state.talks.get(placeId)?.messages.find(({ id }) => id === messageId)?.value;
  if (!message?.ephemeral || message.origin?.person !== state.overview.viewer.name) return undefined;
  const named = /<#(\d+)>/.exec(message.content)?.[1];
  return named && compareIds(named, messageId) > 0 ? named : undefined;
}
