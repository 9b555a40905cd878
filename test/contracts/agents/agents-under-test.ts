import { randomUUID } from "node:crypto";
import { AppError } from "../../../src/core/domain/errors.ts";
import type { AgentId, ConversationId } from "../../../src/core/domain/model.ts";
import type { Persona } from "../../../src/core/domain/persona.ts";
import type { AgentInput, ReplyEvent } from "../../../src/core/ports/agent/runs.ts";
import type { AgentPorts } from "../../../src/core/ports/services.ts";

export interface AgentsUnderTest {
  readonly agents: AgentPorts;
  /** Another process with the same settings. */
  readonly another: AgentPorts;
  /** The handle that `check` tells. */
  readonly model: string;
  /** What the model was asked, oldest first. */
  asked(): Promise<
    readonly {
      readonly system: string;
      readonly messages: readonly {
        readonly role: string;
        readonly text: string;
        /** Their addresses, which hold the data. */
        readonly pictures: readonly string[];
      }[];
      readonly tools: readonly string[];
    }[]
  >;
  /** Lets the model go on where it waits. */
  release(): Promise<void>;
  /** Resolves when the model has been asked about a text with these words. */
  untilAsked(words: string): Promise<void>;
  /** Behind the bot's back. */
  readonly behind: {
    deleteAgent(agent: AgentId): Promise<void>;
    deleteConversation(conversation: ConversationId): Promise<void>;
    requireApproval(agent: AgentId, tool: string): Promise<void>;
  };
  /** Whether two sends to one conversation meet a lock. */
  readonly locks: boolean;
  close(): Promise<void>;
}

export interface Place {
  readonly agent: AgentId;
  readonly conversation: ConversationId;
}

export interface Read {
  readonly events: readonly ReplyEvent[];
  readonly text: string;
  readonly failure: unknown;
}

/** Reads a turn to its end, failure included. */
export async function read(turn: AsyncIterable<ReplyEvent>, events: ReplyEvent[] = []): Promise<Read> {
  let failure: unknown;
  try {
    for await (const event of turn) events.push(event);
  } catch (error) {
    failure = error;
  }
  return {
    events,
    text: textOf(events),
    failure,
  };
}

function textOf(events: readonly ReplyEvent[]): string {
  let text = "";
  for (const event of events) {
    if (event.type === "text") text += event.delta;
    else if (event.type === "withdrawn") text = text.slice(0, text.length - event.length);
  }
  return text;
}

export function said(text: string, otid = `test:${randomUUID()}`): AgentInput {
  return { otid, text };
}

export function personaOf(changes: Partial<Persona> = {}): Persona {
  return {
    key: "nia",
    name: "Nia",
    description: "",
    instructions: "Be concise.",
    greeting: "",
    avatar: "",
    scope: "workspace",
    ...changes,
  };
}

export const codeOf = (error: unknown) =>
  error instanceof AppError ? error.code : `no AppError: ${String(error)}`;
export const sentenceOf = (error: unknown) => (error instanceof AppError ? error.userMessage : String(error));
export const failureFrom = (call: Promise<unknown>) =>
  call.then(
    () => "it did not fail",
    (error: unknown) => error,
  );

/** A PNG of one pixel. */
export const PIXEL = {
  mediaType: "image/png",
  bytes: Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  ),
};
