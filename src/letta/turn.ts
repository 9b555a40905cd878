import type Letta from "@letta-ai/letta-client";
import type { MessageCreateParams } from "@letta-ai/letta-client/resources/conversations/messages";
import type { AgentInput, Agents, ReplyEvent, TokenUsage } from "../core/agents.ts";
import { AppError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { ConversationId, RunId } from "../core/model.ts";
import { decision, waitingCalls } from "./approvals.ts";
import { ONCE } from "./connection.ts";
import type { EndingRuns } from "./ending-runs.ts";
import { createFailureCount } from "./failing-again.ts";
import { failureOf, isFailure, LettaFailure } from "./failure.ts";
import { blindOtid, landed } from "./landed.ts";
import { readReply } from "./reply.ts";
import type { Where } from "./rows.ts";
import { type Patience, watched } from "./stall-watch.ts";
import { Frame } from "./wire.ts";

type Messages = NonNullable<MessageCreateParams["messages"]>;

interface TurnOptions {
  readonly client: Letta;
  readonly log: Logger;
  readonly patience: Patience;
  readonly sendTimeoutMs: number;
  /** `auto` asks for background runs until the server says that it cannot (no Redis), then no more. */
  readonly background: "auto" | "on" | "off";
  readonly ending: EndingRuns;
  readonly noteUsage: (conversation: ConversationId, usage: TokenUsage) => void;
}

export function turns(options: TurnOptions): Pick<Agents, "send" | "decide"> {
  const { client, log, patience, sendTimeoutMs, ending } = options;
  let background = options.background;
  /** Conversations whose decision is on its way: a second one would make Letta run a turn that nobody asked for. */
  const deciding = new Set<ConversationId>();
  const failures = createFailureCount();

  /**
   * One request, one turn. Leaving it in any way closes the connection, and Letta goes on with the run; but one that
   * was cancelled is read to its end.
   */
  async function* run(where: Where, messages: Messages, signal: AbortSignal): AsyncGenerator<ReplyEvent> {
    signal.throwIfAborted();
    const connection = new AbortController();
    const hangUp = () => connection.abort();
    const open = async (): Promise<AsyncIterable<unknown>> =>
      await client.conversations.messages.create(
        where.conversation,
        {
          messages,
          stream_tokens: true,
          include_pings: true,
          ...(background === "off" ? {} : { background: true }),
        },
        { ...ONCE, timeout: sendTimeoutMs, signal: connection.signal },
      );
    const events = readReply(watched(open, isPing, patience), log);
    let current: RunId | undefined;
    const note = (event: ReplyEvent) => {
      if (event.type === "started") current = event.run;
      if (event.type === "finished" && event.usage) options.noteUsage(where.conversation, event.usage);
    };
    try {
      for await (const event of untilAborted(events, signal)) {
        note(event);
        yield event;
      }
    } catch (error) {
      signal.throwIfAborted();
      throw failureOf(error);
    } finally {
      if (signal.aborted && ending.isCancelled(current)) ending.readOn(where.conversation, events, hangUp);
      else hangUp();
    }
  }

  /** As `run`, once more in the foreground when the server turns out to have no Redis: nothing began by then. */
  async function* runAnywhere(
    where: Where,
    messages: Messages,
    signal: AbortSignal,
  ): AsyncGenerator<ReplyEvent> {
    try {
      yield* run(where, messages, signal);
    } catch (error) {
      if (background !== "auto" || !isFailure(error, "no_redis")) throw error;
      background = "off";
      log.info({}, "Letta has no Redis: runs stay in the foreground");
      yield* run(where, messages, signal);
    }
  }

  /** As `runAnywhere`, for what people said: what they left waiting for approval is denied first. */
  async function* talk(
    where: Where,
    said: readonly AgentInput[],
    signal: AbortSignal,
  ): AsyncGenerator<ReplyEvent> {
    const messages = said.map((one) => messageOf(one, where.conversation));
    try {
      yield* runAnywhere(where, messages, signal);
    } catch (error) {
      if (!isFailure(error, "approval_pending")) throw error;
      const calls = await waitingCalls(where);
      if (calls.length === 0) throw error;
      log.warn({ calls: calls.length }, "denied what waited for approval, since people went on talking");
      // What was said rides behind the denial: one turn and one answer.
      const denial = decision(calls, false, "Nobody approved it in time.");
      yield* runAnywhere(where, [denial, ...messages], signal);
    }
  }

  /** As `talk`, once more without the pictures when the model failed on them: nothing of it is stored then. */
  async function* show(
    where: Where,
    said: readonly AgentInput[],
    signal: AbortSignal,
  ): AsyncGenerator<ReplyEvent> {
    let hasBegun = false;
    try {
      for await (const event of talk(where, said, signal)) {
        hasBegun ||= event.type !== "started";
        yield event;
      }
    } catch (error) {
      const hasPictures = said.some(({ images = [] }) => images.length > 0);
      if (!hasPictures || hasBegun || !isFailure(error, ...MAY_BE_BLIND)) throw error;
      const otids = said.map(({ otid }) => otid);
      const { state } = await landed(where, otids, patience.clock);
      if (state !== "no") throw error;
      log.warn({ err: error }, "the model failed on pictures and is asked without them");
      yield* talk(where, said.map(withoutPictures), signal);
    }
  }

  return {
    async *send({ agent, conversation, input, signal }) {
      if (ending.isEnding(conversation)) throw new LettaFailure("busy");
      try {
        yield* show({ client, agent, conversation }, input, signal);
        failures.answered(conversation);
      } catch (error) {
        throw failures.failed(conversation, error);
      }
    },

    async *decide({ agent, conversation, approve, signal }) {
      if (deciding.has(conversation)) throw decidedAlready();
      deciding.add(conversation);
      try {
        const where = { client, agent, conversation };
        const calls = await waitingCalls(where);
        if (calls.length === 0) throw decidedAlready();
        yield* runAnywhere(where, [decision(calls, approve)], signal);
      } finally {
        deciding.delete(conversation);
      }
    },
  };
}

/** Passes events on; throws the signal's reason as soon as it aborts, and leaves the source as it is then. */
async function* untilAborted<T>(source: AsyncIterator<T>, signal: AbortSignal): AsyncGenerator<T> {
  let leave: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    leave = () => reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
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
    signal.removeEventListener("abort", leave);
  }
}

function decidedAlready(): AppError {
  return new AppError("conflict", "That is decided already: nothing waits for approval here.");
}

function isPing(chunk: unknown): boolean {
  return Frame.safeParse(chunk).data?.message_type === "ping";
}

/** How a model fails that takes no pictures, or not these: Letta does not tell it from other failures. */
const MAY_BE_BLIND = ["model_failed", "turn_failed", "memory_too_large", "refused", "server_failed"] as const;
const UNSEEN = "(What is attached could not be shown to you: your model did not take it.)";

/** Under an otid of its own: a background run would replay the failure to the first one. */
function withoutPictures({ otid, text, images }: AgentInput): AgentInput {
  if (!images) return { otid: blindOtid(otid), text };
  return { otid: blindOtid(otid), text: `${text}\n${UNSEEN}` };
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
