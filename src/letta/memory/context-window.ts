import { BoundedMap } from "../../core/async/bounded-map.ts";
import type { ConversationId } from "../../core/domain/model.ts";
import type { WorkingMemory } from "../../core/ports/agent/memory.ts";
import { translateErrors } from "../connection.ts";
import { retrieveAgent } from "../provisioning/provisioning.ts";
import { type ConversationRef, rowsBackwards } from "../rows.ts";
import { Conversation } from "../wire.ts";

/** Conversations whose last token count is kept; older ones are estimated. */
const MAX_CONVERSATIONS = 1_000;
/** A rule of thumb for English; other languages take more tokens. */
const CHARACTERS_A_TOKEN = 4;

/** How many tokens were in context after the last turn of a conversation, as Letta said at its end. */
export type ContextTokens = Map<ConversationId, number>;

export const contextTokens = (): ContextTokens => new BoundedMap(MAX_CONVERSATIONS);

/** What the model sees of a conversation: its compiled prompt and the messages in context. */
export async function workingMemory(
  conversationRef: ConversationRef,
  tokens: ContextTokens,
): Promise<WorkingMemory> {
  const { client, agent, conversation } = conversationRef;
  const state = await retrieveAgent(client, agent);
  const { in_context_message_ids: inContext = [] } = await translateErrors(async () =>
    Conversation.parse(await client.conversations.retrieve(conversation)),
  );
  const known = tokens.get(conversation);
  return {
    // The first one is the prompt.
    messagesInContext: Math.max(0, inContext.length - 1),
    tokensInContext: known ?? (await estimate(conversationRef, new Set(inContext))),
    tokensAreEstimated: known === undefined,
    contextWindow: state.llm_config?.context_window,
  };
}

async function estimate(
  conversationRef: ConversationRef,
  inContext: ReadonlySet<string>,
): Promise<number | undefined> {
  let characters = 0;
  for await (const rows of rowsBackwards(conversationRef, { pages: 3 })) {
    for (const { id, content } of rows) {
      if (id !== undefined && inContext.has(id)) characters += content?.length ?? 0;
    }
  }
  return characters === 0 ? undefined : Math.ceil(characters / CHARACTERS_A_TOKEN);
}
