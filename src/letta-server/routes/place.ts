import type { Database } from "../../emulators/kit/database.ts";
import { conversationNotFound, malformedId } from "../http/errors.ts";
import { CONVERSATION_PATTERN } from "../ids.ts";
import { type ConversationRow, findConversation } from "../store/conversations.ts";
import { type Call, pathParam } from "./route.ts";

/** What the id in a conversation's path means. */
export type Place =
  | { readonly type: "conversation"; readonly conversation: ConversationRow }
  | { readonly type: "default"; readonly agentId: string };

/** Reads `conv-…`, `default` with an agent's id beside it, or (deprecated) `agent-…`. */
export async function placeOf(db: Database, call: Call, agentId: string | null | undefined): Promise<Place> {
  const id = placeId(call);
  if (id.startsWith("agent-")) return { type: "default", agentId: id };
  if (id === "default") {
    if (!agentId) throw conversationNotFound(id);
    return { type: "default", agentId };
  }
  return { type: "conversation", conversation: await findConversation(db, id) };
}

/** The id itself; 422 when it is none of the three. */
export function placeId(call: Call): string {
  const id = pathParam(call, "conversation_id");
  // eslint-disable-next-line text/linear -- one of our own, of fixed length
  if (!new RegExp(CONVERSATION_PATTERN).test(id)) {
    throw malformedId("conversation_id", CONVERSATION_PATTERN, id);
  }
  return id;
}
