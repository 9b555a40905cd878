import type { AgentId, ConversationId, RunId } from "../../domain/model.ts";
import type { ToolActivity } from "../../domain/tool-progress.ts";

/** What an agent streams during a turn. A failed turn throws an AppError; there is no error event. */
export type ReplyEvent =
  /** First; a second time when the turn had to begin anew, and then only the newer run counts. */
  | { readonly type: "started"; readonly run: RunId }
  /** A further piece of the answer. Those that stand join to the whole text, blank lines between paragraphs included. */
  | { readonly type: "text"; readonly delta: string }
  /** The last of it, so many UTF-16 units, turned out to be no part of the answer. */
  | { readonly type: "withdrawn"; readonly length: number }
  /** A tool began: what it is for, never its arguments. */
  | { readonly type: "tool"; readonly activity: ToolActivity }
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

/** Which conversation of which agent. */
interface Conversing {
  readonly agent: AgentId;
  readonly conversation: ConversationId;
  readonly signal: AbortSignal;
}

/** Runs of an agent: its answers. */
export interface AgentRuns {
  /**
   * Asks once, never again by itself. Aborting ends the reading and throws the signal's reason; Letta goes on with the run
   * until `cancel`. A pending approval that somebody left behind is denied first.
   */
  send(request: Conversing & { readonly input: readonly AgentInput[] }): AsyncIterable<ReplyEvent>;
  /**
   * Denies every tool call that waits for a person's yes in the conversation, once: when nothing waits, it throws `conflict`.
   * Streams like a turn.
   */
  denyApprovals(request: Conversing): AsyncIterable<ReplyEvent>;
  /** What became of an earlier send; to be asked before any second one. */
  findSend(agent: AgentId, conversation: ConversationId, otids: readonly string[]): Promise<SendStatus>;
  /** Cancels this run and no other. Resolves also when it had ended already. */
  cancel(agent: AgentId, run: RunId): Promise<void>;
}
