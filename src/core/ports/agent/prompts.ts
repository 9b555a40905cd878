import type { AgentRecord, Binding } from "../../domain/stored-records.ts";

/** Whose memory it is: a persona in one scope. */
export type AgentKey = Pick<AgentRecord, "persona" | "scope">;

/**
 * A conversation sees its agent's prompt and memory as they were when they were compiled into it. What they are now is
 * asked of Letta behind a turn, where nobody waits, and before one only when something may have changed them.
 */
export interface AgentPrompts {
  /** Compiles prompt and memory into a conversation when they changed since. */
  bringUpToDate(binding: Binding): Promise<Binding>;
  /** The agent may remember something else now: every process looks at it again. */
  changed(agent: AgentKey): Promise<void>;
  /** Does what changes an agent. Who looks meanwhile looks again afterwards, also when this process dies on the way. */
  whileChanging<Result>(agent: AgentKey, change: () => Promise<Result>): Promise<Result>;
  /** Looks behind a turn whether its agent is still what it was, so that the next turn need not. */
  lookAgain(binding: Binding): void;
}
