import type Letta from "@letta-ai/letta-client";
import type { MessageCreateParams } from "@letta-ai/letta-client/resources/conversations/messages";
import { AppError } from "../../core/domain/errors.ts";
import type { ConversationId, RunId } from "../../core/domain/model.ts";
import type { AgentInput, Agents, ReplyEvent, TokenUsage } from "../../core/ports/agents.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { ONCE } from "../connection.ts";
import { isLettaError, LettaError, toLettaError } from "../errors.ts";
import type { ConversationRef } from "../rows.ts";
import { Frame } from "../wire.ts";
import { decision, pendingApprovals } from "./approvals.ts";
import type { CancellingRuns } from "./cancelling-runs.ts";
import { createFailureStreak } from "./failure-streak.ts";
import { findSend, otidWithoutImages } from "./find-send.ts";
import { readRunStream } from "./run-reader.ts";
import { type StallLimits, withStallTimeout } from "./stall-timeout.ts";

type Messages = NonNullable<MessageCreateParams["messages"]>;

interface RunOptions {
  readonly client: Letta;
  readonly log: Logger;
  readonly stallLimits: StallLimits;
  readonly sendTimeoutMs: number;
  /** `auto` asks for background runs until the server says that it cannot (no Redis), then no more. */
  readonly background: "auto" | "on" | "off";
  readonly cancelling: CancellingRuns;
  readonly recordUsage: (conversation: ConversationId, usage: TokenUsage) => void;
}

export function createRuns(options: RunOptions): Pick<Agents, "send" | "decide"> {
  const { client, log, stallLimits, sendTimeoutMs, cancelling } = options;
  let background = options.background;
  /** Conversations whose decision is on its way: a second one would make Letta run a turn that nobody asked for. */
  const deciding = new Set<ConversationId>();
  const failures = createFailureStreak();

  /**
   * One request, one turn. Leaving it in any way closes the connection, and Letta goes on with the run; but one that
   * was cancelled is read to its end.
   */
  async function* run(
    conversationRef: ConversationRef,
    messages: Messages,
    signal: AbortSignal,
  ): AsyncGenerator<ReplyEvent> {
    signal.throwIfAborted();
    const connection = new AbortController();
    const disconnect = () => connection.abort();
    const open = async (): Promise<AsyncIterable<unknown>> =>
      await client.conversations.messages.create(
        conversationRef.conversation,
        {
          messages,
          stream_tokens: true,
          include_pings: true,
          ...(background === "off" ? {} : { background: true }),
        },
        { ...ONCE, timeout: sendTimeoutMs, signal: connection.signal },
      );
    const events = readRunStream(withStallTimeout(open, isPing, stallLimits), log);
    let current: RunId | undefined;
    const note = (event: ReplyEvent) => {
      if (event.type === "started") current = event.run;
      if (event.type === "finished" && event.usage)
        options.recordUsage(conversationRef.conversation, event.usage);
    };
    try {
      for await (const event of untilAborted(events, signal)) {
        note(event);
        yield event;
      }
    } catch (error) {
      signal.throwIfAborted();
      throw toLettaError(error);
    } finally {
      if (signal.aborted && cancelling.isCancelled(current))
        cancelling.drain(conversationRef.conversation, events, disconnect);
      else disconnect();
    }
  }

  /** As `run`, once more in the foreground when the server turns out to have no Redis: nothing began by then. */
  async function* runInForegroundAtNeed(
    conversationRef: ConversationRef,
    messages: Messages,
    signal: AbortSignal,
  ): AsyncGenerator<ReplyEvent> {
    try {
      yield* run(conversationRef, messages, signal);
    } catch (error) {
      if (background !== "auto" || !isLettaError(error, "no_redis")) throw error;
      background = "off";
      log.info({}, "Letta has no Redis: runs stay in the foreground");
      yield* run(conversationRef, messages, signal);
    }
  }

  /** As `runInForegroundAtNeed`, for what people said: what they left waiting for approval is denied first. */
  async function* sendDenyingApprovals(
    conversationRef: ConversationRef,
    said: readonly AgentInput[],
    signal: AbortSignal,
  ): AsyncGenerator<ReplyEvent> {
    const messages = said.map((one) => messageOf(one, conversationRef.conversation));
    try {
      yield* runInForegroundAtNeed(conversationRef, messages, signal);
    } catch (error) {
      if (!isLettaError(error, "approval_pending")) throw error;
      const calls = await pendingApprovals(conversationRef);
      if (calls.length === 0) throw error;
      log.warn({ calls: calls.length }, "denied what waited for approval, since people went on talking");
      // What was said rides behind the denial: one turn and one answer.
      const denial = decision(calls, false, "Nobody approved it in time.");
      yield* runInForegroundAtNeed(conversationRef, [denial, ...messages], signal);
    }
  }

  /** As `sendDenyingApprovals`, once more without the pictures when the model failed on them: nothing of it is stored then. */
  async function* sendWithImages(
    conversationRef: ConversationRef,
    said: readonly AgentInput[],
    signal: AbortSignal,
  ): AsyncGenerator<ReplyEvent> {
    let hasBegun = false;
    try {
      for await (const event of sendDenyingApprovals(conversationRef, said, signal)) {
        hasBegun ||= event.type !== "started";
        yield event;
      }
    } catch (error) {
      const hasPictures = said.some(({ images = [] }) => images.length > 0);
      if (!hasPictures || hasBegun || !isLettaError(error, ...MAY_REJECT_IMAGES)) throw error;
      const otids = said.map(({ otid }) => otid);
      const { state } = await findSend(conversationRef, otids, stallLimits.clock);
      if (state !== "no") throw error;
      log.warn({ err: error }, "the model failed on pictures and is asked without them");
      yield* sendDenyingApprovals(conversationRef, said.map(withoutImages), signal);
    }
  }

  return {
    async *send({ agent, conversation, input, signal }) {
      if (cancelling.isCancelling(conversation)) throw new LettaError("busy");
      try {
        yield* sendWithImages({ client, agent, conversation }, input, signal);
        failures.reset(conversation);
      } catch (error) {
        throw failures.count(conversation, error);
      }
    },

    async *decide({ agent, conversation, approve, signal }) {
      if (deciding.has(conversation)) throw decidedAlready();
      deciding.add(conversation);
      try {
        const where = { client, agent, conversation };
        const calls = await pendingApprovals(where);
        if (calls.length === 0) throw decidedAlready();
        yield* runInForegroundAtNeed(where, [decision(calls, approve)], signal);
      } finally {
        deciding.delete(conversation);
      }
    },
  };
}

/** Passes events on; throws the signal's reason as soon as it aborts, and leaves the source as it is then. */
async function* untilAborted<T>(source: AsyncIterator<T>, signal: AbortSignal): AsyncGenerator<T> {
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  // Nobody waits for it when the source ends first.
  aborted.catch(() => undefined);
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await Promise.race([source.next(), aborted]);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function decidedAlready(): AppError {
  return new AppError("conflict", "That is decided already: nothing waits for approval here.");
}

function isPing(chunk: unknown): boolean {
  return Frame.safeParse(chunk).data?.message_type === "ping";
}

/** How a model fails that takes no pictures, or not these: Letta does not tell it from other failures. */
const MAY_REJECT_IMAGES = [
  "model_failed",
  "turn_failed",
  "memory_too_large",
  "refused",
  "server_failed",
] as const;
const IMAGES_OMITTED = "(What is attached could not be shown to you: your model did not take it.)";

/** Under an otid of its own: a background run would replay the failure to the first one. */
function withoutImages({ otid, text, images }: AgentInput): AgentInput {
  if (!images) return { otid: otidWithoutImages(otid), text };
  return { otid: otidWithoutImages(otid), text: `${text}\n${IMAGES_OMITTED}` };
}

/** `group_id` is a label only, for the SQL of older Letta guides; it must not be read back. */
function messageOf({ otid, text, images = [] }: AgentInput, conversation: ConversationId): Messages[number] {
  // By their bytes: what is private, or a link that expires, Letta could not fetch.
  const parts = images.map(({ mediaType, bytes }) => ({
    type: "image" as const,
    source: {
      type: "base64" as const,
      media_type: mediaType,
      data: Buffer.from(bytes).toString("base64"),
    },
  }));
  const content = parts.length > 0 ? [{ type: "text" as const, text }, ...parts] : text;
  return { role: "user", content, otid, group_id: conversation };
}
