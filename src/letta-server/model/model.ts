export interface ModelToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
}

export interface ModelMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string;
  /** Pictures of a user message, as data or http URLs. */
  readonly images?: readonly string[];
  readonly toolCalls?: readonly ModelToolCall[];
  /** Which call a tool message answers. */
  readonly toolCallId?: string;
}

export interface ToolDeclaration {
  readonly name: string;
  readonly description: string;
  /** JSON schema. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A tool that the agent has. */
interface OfferedTool extends ToolDeclaration {
  /** Its call waits for a person's consent. */
  readonly needsApproval: boolean;
}

/** Everything that a model is told. */
export interface ModelRequest {
  readonly purpose: "answer" | "summary";
  readonly agentId: string;
  readonly agentName: string;
  readonly conversationId: string | undefined;
  /** The handle of the agent's model. */
  readonly model: string;
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly OfferedTool[];
  /** True when somebody reads along word by word. */
  readonly streaming: boolean;
}

/**
 * A piece of an answer. Without any text piece the content was null; with an empty one it was the empty string.
 * Pieces of one tool call share its index; the first has id and name.
 */
export type ModelDelta =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "reasoning"; readonly text: string }
  | {
      readonly type: "tool-call";
      readonly index: number;
      readonly id?: string;
      readonly name?: string;
      readonly arguments: string;
    }
  | { readonly type: "usage"; readonly promptTokens: number; readonly completionTokens: number };

/** What stands where the real server asks a language model. */
export interface Model {
  complete(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelDelta>;
  /** The handles it can be asked for, for the list of models. */
  readonly handles: readonly string[];
}

export type ModelFailureType =
  | "llm_error"
  | "llm_rate_limit"
  | "llm_authentication"
  | "llm_timeout"
  | "llm_bad_request"
  | "llm_insufficient_credits"
  | "context_window_exceeded";

/** The model said no, or nothing. It becomes the turn's failure; nobody answers in its place. */
export class ModelFailure extends Error {
  readonly type: ModelFailureType;

  constructor(type: ModelFailureType, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = "ModelFailure";
    this.type = type;
  }
}
