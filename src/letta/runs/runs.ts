import type Letta from "@letta-ai/letta-client";
import { BoundedMap } from "../../core/async/bounded-map.ts";
import { AppError } from "../../core/domain/errors.ts";
import type { AgentId, ConversationId, RunId } from "../../core/domain/model.ts";
import type { AgentInput, AgentRuns, ReplyEvent, SendStatus } from "../../core/ports/agent/runs.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { sentences } from "../../sentences/sentences.ts";
import { ONCE, translateErrors } from "../connection.ts";
import { isLettaError, LettaError } from "../errors.ts";
import type { ContextTokens } from "../memory/context-window.ts";
import type { ConversationRef } from "../rows.ts";
import { Frame } from "../wire.ts";
import { AnswerFrames } from "./answer-frames.ts";
import { CancellingRuns } from "./cancelling-runs.ts";
import { findSend } from "./find-send.ts";
import { denial, type Messages, messageOf, pendingApprovals, withoutImages } from "./outgoing.ts";
import { Patience, type StallLimits } from "./patience.ts";

/** So many failures in a row are not chance: something that stays in the conversation may be the cause. */
const STREAK_LIMIT = 3;
/** Conversations whose failures are counted; the oldest is forgotten. */
const FAILING_KEPT = 1_000;

interface RunOptions {
  readonly client: Letta;
  readonly log: Logger;
  readonly stallLimits: StallLimits;
  readonly sendTimeoutMs: number;
  readonly contextTokens: ContextTokens;
}

type Request<Method extends "send" | "denyApprovals"> = Parameters<AgentRuns[Method]>[0];

/** What is sent for what people said. */
interface Attempt {
  readonly input: readonly AgentInput[];
  /** Goes first: of tool calls that they left waiting for approval. */
  readonly denial?: Messages[number];
}

export class LettaRuns implements AgentRuns {
  readonly #options: RunOptions;
  readonly #cancelling: CancellingRuns;
  /** How often the model failed in a row, by conversation. */
  readonly #failures = new BoundedMap<ConversationId, number>(FAILING_KEPT);
  /** Conversations whose denial is on its way: a second one would make Letta run a turn that nobody asked for. */
  readonly #denying = new Set<ConversationId>();

  constructor(options: RunOptions) {
    this.#options = options;
    this.#cancelling = new CancellingRuns(options.stallLimits.clock);
  }

  /** One attempt after another, as long as what made the last one fail can be mended. */
  async *send({ agent, conversation, input, signal }: Request<"send">): AsyncGenerator<ReplyEvent> {
    if (this.#cancelling.isDraining(conversation)) throw new LettaError("busy");
    const ref = this.#ref(agent, conversation);
    let hasBegun = false;
    for (let attempt: Attempt = { input }; ; ) {
      const said = attempt.input.map((each) => messageOf(each, conversation));
      // What was said rides behind a denial: one turn and one answer.
      const messages = attempt.denial ? [attempt.denial, ...said] : said;
      try {
        for await (const event of this.#read(ref, messages, signal)) {
          hasBegun ||= event.type !== "started";
          yield event;
        }
        this.#failures.delete(conversation);
        return;
      } catch (error) {
        const next = await this.#mend(ref, attempt, { error, hasBegun });
        if (!next) throw this.#counted(conversation, error);
        attempt = next;
      }
    }
  }

  async *denyApprovals({
    agent,
    conversation,
    signal,
  }: Request<"denyApprovals">): AsyncGenerator<ReplyEvent> {
    if (this.#denying.has(conversation)) throw nothingWaits();
    this.#denying.add(conversation);
    try {
      const ref = this.#ref(agent, conversation);
      const calls = await pendingApprovals(ref);
      if (calls.length === 0) throw nothingWaits();
      yield* this.#read(ref, [denial(calls)], signal);
    } finally {
      this.#denying.delete(conversation);
    }
  }

  findSend(agent: AgentId, conversation: ConversationId, otids: readonly string[]): Promise<SendStatus> {
    return findSend(this.#ref(agent, conversation), otids, this.#options.stallLimits.clock);
  }

  async cancel(agent: AgentId, run: RunId): Promise<void> {
    this.#cancelling.add(run);
    try {
      // Without run ids Letta cancels whatever the agent does, other people's turns included.
      await translateErrors(() =>
        this.#options.client.agents.messages.cancel(agent, { run_ids: [run] }, ONCE),
      );
    } catch (error) {
      if (!isLettaError(error, "nothing_to_cancel", "not_found")) throw error;
    }
  }

  /**
   * One request, one turn. Leaving it in any way closes the connection, and Letta goes on with the run; but one that
   * was cancelled is read to its end.
   */
  async *#read(ref: ConversationRef, messages: Messages, signal: AbortSignal): AsyncGenerator<ReplyEvent> {
    signal.throwIfAborted();
    const { log, stallLimits, contextTokens } = this.#options;
    const connection = new AbortController();
    const patience = new Patience(stallLimits, signal);
    const answer = new AnswerFrames(log);
    let chunks: AsyncIterator<unknown> | undefined;
    try {
      chunks = await patience.for(this.#open(ref, messages, connection.signal));
      for (;;) {
        const { done, value } = await patience.for(chunks.next());
        if (done) break;
        const frame = Frame.safeParse(value).data;
        if (frame?.message_type !== "ping") patience.renew();
        for (const event of answer.take(frame)) {
          yield event;
          signal.throwIfAborted();
        }
      }
      yield* answer.rest();
    } catch (error) {
      signal.throwIfAborted();
      answer.fail(error);
    } finally {
      patience.end();
      const disconnect = () => connection.abort();
      const isCancelled = signal.aborted && this.#cancelling.has(answer.run);
      if (chunks && isCancelled) this.#cancelling.drain(ref.conversation, chunks, disconnect);
      else disconnect();
    }
    const finished = answer.finish();
    const { contextTokens: inContext } = finished.usage ?? {};
    if (inContext !== undefined) contextTokens.set(ref.conversation, inContext);
    yield finished;
  }

  async #open(
    { client, conversation }: ConversationRef,
    messages: Messages,
    signal: AbortSignal,
  ): Promise<AsyncIterator<unknown>> {
    const stream = await client.conversations.messages.create(
      conversation,
      { messages, stream_tokens: true, include_pings: true },
      { ...ONCE, timeout: this.#options.sendTimeoutMs, signal },
    );
    return stream[Symbol.asyncIterator]();
  }

  /** What to try after a failure; undefined when nothing mends it. */
  async #mend(
    ref: ConversationRef,
    { input, denial: denied }: Attempt,
    { error, hasBegun }: { readonly error: unknown; readonly hasBegun: boolean },
  ): Promise<Attempt | undefined> {
    const { log, stallLimits } = this.#options;
    if (!denied && isLettaError(error, "approval_pending")) {
      const calls = await pendingApprovals(ref);
      if (calls.length === 0) return undefined;
      log.warn({ calls: calls.length }, "a pending tool approval was denied, since people went on talking");
      return { input, denial: denial(calls, sentences.letta.forModel.notApproved) };
    }
    const hasImages = input.some(({ images = [] }) => images.length > 0);
    if (hasImages && !hasBegun && isLettaError(error, ...MAY_REJECT_IMAGES)) {
      const otids = input.map(({ otid }) => otid);
      const { state } = await findSend(ref, otids, stallLimits.clock);
      if (state !== "no") return undefined;
      log.warn({ err: error }, "the model failed on images and is asked again without them");
      return { input: input.map(withoutImages) };
    }
    return undefined;
  }

  /**
   * What to throw for a failure: when the model fails again and again, one that offers a fresh conversation. An orphaned
   * tool call (letta-ai/letta#3250), or images that are too much for the provider in the end, make every later turn of
   * a conversation fail alike, in words that each provider has of its own.
   */
  #counted(conversation: ConversationId, error: unknown): unknown {
    if (!isLettaError(error, "model_failed")) return error;
    const count = (this.#failures.get(conversation) ?? 0) + 1;
    this.#failures.set(conversation, count);
    return count < STREAK_LIMIT ? error : new LettaError("failing_again", { cause: error });
  }

  #ref(agent: AgentId, conversation: ConversationId): ConversationRef {
    return { client: this.#options.client, agent, conversation };
  }
}

/** How a model fails that takes no images, or not these: Letta does not tell it from other failures. */
const MAY_REJECT_IMAGES = [
  "model_failed",
  "turn_failed",
  "memory_too_large",
  "refused",
  "server_failed",
] as const;

function nothingWaits(): AppError {
  return new AppError("conflict", sentences.letta.nothingWaits);
}
