import { createHash } from "node:crypto";
import type Letta from "@letta-ai/letta-client";
import { BoundedMap } from "../../core/async/bounded-map.ts";
import type { ConversationId } from "../../core/domain/model.ts";
import type { Agents, TokenUsage } from "../../core/ports/agents.ts";
import { translateErrors } from "../connection.ts";
import { retrieveAgent } from "../provisioning/provisioning.ts";
import { type ConversationRef, rowsBackwards } from "../rows.ts";
import { type Agent, Conversation } from "../wire.ts";

/** Conversations whose last token count is kept; older ones are estimated. */
const MAX_CONVERSATIONS = 1_000;
/** A rule of thumb for English; other languages take more tokens. */
const CHARACTERS_A_TOKEN = 4;

/** What the model sees of a conversation: its compiled prompt and the messages in context. */
export function createContextMethods(client: Letta): Pick<Agents, "refresh" | "workingMemory"> & {
  noteUsage(conversation: ConversationId, usage: TokenUsage): void;
} {
  const tokens = new BoundedMap<ConversationId, number>(MAX_CONVERSATIONS);

  return {
    noteUsage(conversation, { contextTokens }) {
      if (contextTokens !== undefined) tokens.set(conversation, contextTokens);
    },

    async refresh(conversation, agent, compiled) {
      // Read before compiling: what changes in between makes the next refresh compile again.
      const present = hashOf(await retrieveAgent(client, agent));
      if (present !== compiled) await translateErrors(() => client.conversations.recompile(conversation));
      return present;
    },

    async workingMemory(agent, conversation) {
      const state = await retrieveAgent(client, agent);
      const { in_context_message_ids: inContext = [] } = await translateErrors(async () =>
        Conversation.parse(await client.conversations.retrieve(conversation)),
      );
      const known = tokens.get(conversation);
      return {
        // The first one is the prompt.
        messagesInContext: Math.max(0, inContext.length - 1),
        tokensInContext: known ?? (await estimate({ client, agent, conversation }, new Set(inContext))),
        tokensAreEstimated: known === undefined,
        contextWindow: state.llm_config?.context_window,
      };
    },
  };
}

/** Changes whenever a conversation's compiled prompt would. */
function hashOf({ system, blocks = [] }: Agent): string {
  const seen = blocks.map(({ label, value, description, limit }) => [label, value, description ?? "", limit]);
  const inOrder = seen.toSorted(([left], [right]) => String(left).localeCompare(String(right)));
  return createHash("sha256")
    .update(JSON.stringify([system, inOrder]))
    .digest("hex");
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
