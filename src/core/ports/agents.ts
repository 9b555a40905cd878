import type { AgentId, ConversationId, RunId } from "../domain/model.ts";
import type { Persona } from "../domain/persona.ts";

/** What an agent streams during a turn. A failed turn throws an AppError; there is no error event. */
export type ReplyEvent =
  /** First; a second time when the turn had to begin anew, and then only the newer run counts. */
  | { readonly type: "started"; readonly run: RunId }
  /** A further piece of the answer. Those that stand join to the whole text, blank lines between paragraphs included. */
  | { readonly type: "text"; readonly delta: string }
  /** The last of it, so many UTF-16 units, turned out to be no part of the answer. */
  | { readonly type: "withdrawn"; readonly length: number }
  /** A tool began: its name only, never its arguments. */
  | { readonly type: "tool"; readonly name: string }
  /** Always last when the turn ended by itself or by cancel. */
  | { readonly type: "finished"; readonly outcome: TurnOutcome; readonly usage: TokenUsage | undefined };

/** `approval_needed`: a tool waits for a person's yes; the conversation answers nothing else until it gets one. */
export type TurnOutcome = "complete" | "cancelled" | "cut_short" | "approval_needed";

export interface TokenUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Tokens in context after the turn. */
  readonly contextTokens: number | undefined;
}

/** One thing a person said, ready for the model. */
export interface AgentInput {
  /** Globally unique and never used for another text: Letta finds a repeated send by it. */
  readonly otid: string;
  readonly text: string;
  /** A model that takes none is told so, and answers the words. */
  readonly images?: readonly InputImage[];
}

export interface InputImage {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export type SendStatus =
  | { readonly state: "no" }
  /**
   * Its run goes on, or seems to: one that Letta lost in a crash looks so for 30 minutes, unless cancelled. `rows`: how much
   * of it is stored, which grows while it goes on.
   */
  | { readonly state: "running"; readonly run: RunId | undefined; readonly rows?: number }
  /**
   * Its run has ended. The text is empty when it ended without a word: asking again would say it twice. `isCut`: it did
   * not end with words.
   */
  | { readonly state: "answered"; readonly text: string; readonly isCut?: boolean };

export interface HistoryItem {
  readonly id: string;
  readonly role: "person" | "persona" | "summary";
  readonly text: string;
  /** ISO 8601, whole seconds. */
  readonly at: string;
}

export interface HistoryPage {
  /** Oldest first. */
  readonly items: readonly HistoryItem[];
  /** Pass as `before` for the page of older items; absent when there are none. */
  readonly older: string | undefined;
}

export interface MemoryBlock {
  readonly label: string;
  readonly value: string;
  readonly description: string | undefined;
  readonly limit: number;
  readonly readOnly: boolean;
}

export interface Passage {
  readonly id: string;
  readonly text: string;
  readonly at: string | undefined;
  readonly tags: readonly string[];
}

/** What a persona wrote into its own memory in a turn. */
export type MemoryWrite =
  | { readonly kind: "inserted"; readonly label: string; readonly text: string }
  | { readonly kind: "replaced"; readonly label: string; readonly before: string; readonly after: string }
  | {
      readonly kind: "archived";
      readonly text: string;
      /** When its turn began, as the clock has it that dates passages. */
      readonly since?: string | undefined;
    };

interface WorkingMemory {
  readonly messagesInContext: number;
  readonly tokensInContext: number | undefined;
  /** True when the tokens are a guess from the number of characters. */
  readonly tokensAreEstimated?: boolean;
  readonly contextWindow: number | undefined;
}

export interface AgentTags {
  /** Persona and scope as stored on the agent, by which it is found again. */
  readonly persona: string;
  readonly scope: string;
}

/**
 * Letta, as the bot needs it. Every method throws AppErrors: `agent_unavailable` (unreachable, worth trying
 * later), `agent_gone`, `conversation_gone`, `agent_busy`, `model_failed`, `stalled`, `invalid_input`, `not_found`,
 * `forbidden`, `conflict`, `misconfigured`. An aborted turn throws the signal's reason.
 */
export interface Agents {
  /** Finds the agent with these tags or makes it. Callers hold a lock: two at once would make two. */
  ensure(persona: Persona, tags: AgentTags): Promise<AgentId>;
  /** Deletes the agent with all that it remembers. Resolves also when it was gone already. */
  erase(agent: AgentId): Promise<void>;
  openConversation(agent: AgentId, title: string): Promise<ConversationId>;
  deleteConversation(conversation: ConversationId): Promise<void>;
  /** Brings system prompt and persona block up to date; conversations see it after `refresh`. */
  updatePersona(agent: AgentId, persona: Persona): Promise<void>;
  /**
   * Makes a conversation see the agent's present prompt and blocks. Takes the hash it was compiled with
   * (undefined: unknown) and returns the present one; does nothing when they are equal.
   */
  refresh(conversation: ConversationId, agent: AgentId, compiled: string | undefined): Promise<string>;
  /**
   * Asks once, never again by itself. Aborting ends the reading; Letta goes on with the run until `cancel`.
   * A pending approval that somebody left behind is denied first.
   */
  send(request: {
    readonly agent: AgentId;
    readonly conversation: ConversationId;
    readonly input: readonly AgentInput[];
    readonly signal: AbortSignal;
  }): AsyncIterable<ReplyEvent>;
  /** What became of an earlier send; to be asked before any second one. */
  findSend(agent: AgentId, conversation: ConversationId, otids: readonly string[]): Promise<SendStatus>;
  /** Cancels this run and no other. Resolves also when it had ended already. */
  cancel(agent: AgentId, run: RunId): Promise<void>;
  /** Answers every tool call that waits in the conversation, once: a second answer throws `conflict`. Streams like a turn. */
  decide(request: {
    readonly agent: AgentId;
    readonly conversation: ConversationId;
    readonly approve: boolean;
    readonly signal: AbortSignal;
  }): AsyncIterable<ReplyEvent>;

  history(
    agent: AgentId,
    conversation: ConversationId,
    page: { readonly limit: number; readonly before?: string | undefined },
  ): Promise<HistoryPage>;
  /** What was said in this conversation and holds all words of the query, newest first. */
  searchHistory(
    agent: AgentId,
    conversation: ConversationId,
    query: string,
    limit: number,
  ): Promise<readonly HistoryItem[]>;
  /** How many messages of people and persona the conversation holds; `more` when counting stopped early. */
  countHistory(
    agent: AgentId,
    conversation: ConversationId,
  ): Promise<{ readonly count: number; readonly more: boolean }>;

  blocks(agent: AgentId): Promise<readonly MemoryBlock[]>;
  /** Throws `invalid_input` above the block's limit (the server would not). Pass `expected` to refuse lost updates: `conflict`. */
  writeBlock(agent: AgentId, label: string, value: string, expected?: string): Promise<void>;
  /** Oldest first. */
  passages(
    agent: AgentId,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<readonly Passage[]>;
  /** Nearest passages. `exact` is false when they are merely the nearest and need not be about the query. */
  searchPassages(
    agent: AgentId,
    query: string,
    limit: number,
  ): Promise<{ readonly passages: readonly Passage[]; readonly exact: boolean }>;
  addPassage(agent: AgentId, text: string, tags: readonly string[]): Promise<Passage>;
  deletePassage(agent: AgentId, id: string): Promise<void>;
  /** What was written in the turn that these messages began, in its order. */
  memoryWrites(
    agent: AgentId,
    conversation: ConversationId,
    otids: readonly string[],
  ): Promise<readonly MemoryWrite[]>;
  workingMemory(agent: AgentId, conversation: ConversationId): Promise<WorkingMemory>;
  /** The newest summary of what left the context, if there was a compaction. */
  summary(agent: AgentId, conversation: ConversationId): Promise<string | undefined>;
  systemPrompt(agent: AgentId): Promise<string>;

  /** Calls back whenever nobody is found at the server's address; call the result to hear no more. */
  onUnreachable(listener: () => void): () => void;
  /** One short question, never repeated: throws when Letta does not answer us. For who asks often. */
  ping(): Promise<void>;
  /** Checks address, password, version and models; throws `misconfigured` or `agent_unavailable` with what to do. */
  check(): Promise<{ readonly version: string; readonly model: string }>;
}
