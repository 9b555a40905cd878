import type { AgentId, ConversationId } from "../../domain/model.ts";
import type { Persona } from "../../domain/persona.ts";

export interface AgentTags {
  /** Persona and scope as stored on the agent, by which it is found again. */
  readonly persona: string;
  readonly scope: string;
}

/** Makes agents and conversations, and keeps them as their persona is written. */
export interface AgentProvisioning {
  /** Finds the agent with these tags or makes it. Callers hold a lock: two at once would make two. */
  ensure(persona: Persona, tags: AgentTags): Promise<AgentId>;
  /** Deletes the agent with all that it remembers. Resolves also when it was gone already. */
  erase(agent: AgentId): Promise<void>;
  openConversation(agent: AgentId, title: string): Promise<ConversationId>;
  /** Brings system prompt and persona block up to date; conversations see it once they are compiled. */
  updatePersona(agent: AgentId, persona: Persona): Promise<void>;
  /** Of the agent's prompt and blocks as they are now: changes whenever a conversation's compiled prompt would. */
  promptHash(agent: AgentId): Promise<string>;
  /** Makes a conversation see the agent's present prompt and blocks. */
  compile(conversation: ConversationId): Promise<void>;
}
