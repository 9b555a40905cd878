import type { Place } from "../../protocol/protocol.ts";
import { heldMessage, placeOf, type State } from "../state/state.ts";

/** On Slack every message can become a thread; until somebody answers, the platform does not know of it. */
export function threadOn(state: State, threadId: string): Place | undefined {
  const channel = placeOf(state, threadId.split(".")[0]);
  if (!channel || channel.id === threadId) return undefined;
  const root = heldMessage(state, channel.id, threadId)?.value;
  return {
    ...channel,
    id: threadId,
    kind: "thread",
    topic: undefined,
    parentId: channel.id,
    openedBy: root?.author.id,
    messageCount: 0,
    lastMessageId: undefined,
    prompts: undefined,
  };
}
