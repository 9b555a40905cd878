import type { ReplyEvent, TokenUsage, TurnOutcome } from "../../core/ports/agents.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { errorOfStop, LettaError, toLettaError } from "../errors.ts";
import { createThoughtFilter, type Shown } from "../thoughts/thought-filter.ts";
import { Frame, toolCallsOf } from "../wire.ts";

/** Stop reasons that are an end; the others are failures. */
const OUTCOMES: Readonly<Record<string, TurnOutcome>> = {
  end_turn: "complete",
  tool_rule: "complete",
  no_tool_call: "complete",
  cancelled: "cancelled",
  max_steps: "cut_short",
  max_tokens_exceeded: "cut_short",
  requires_approval: "approval_needed",
};

/**
 * Reads the stream of one turn. Only assistant messages are words of the persona: reasoning, tools' arguments and
 * returns, prompts and summaries pass by unseen, and so do kinds of chunks that nobody knows yet.
 */
export async function* readRunStream(
  chunks: AsyncIterable<unknown>,
  log: Logger,
): AsyncGenerator<ReplyEvent> {
  const stream = new RunReader();
  try {
    for await (const chunk of chunks) {
      const frame = Frame.safeParse(chunk).data;
      if (frame) yield* stream.take(frame);
    }
    yield* stream.rest();
  } catch (error) {
    const outcome = stream.outcome;
    // Letta failed after the turn's end, say when it compacted the context: what was said stands and is stored.
    if (outcome === undefined || (outcome === "complete" && !stream.spoke))
      throw toLettaError(error, stream.stop);
    log.warn({ err: toLettaError(error, stream.stop), outcome }, "Letta failed after the turn's end");
  }
  yield { type: "finished", outcome: stream.end(log), usage: stream.usage };
}

/** What is known of a turn while its frames come in. */
class RunReader {
  stop: string | undefined;
  usage: TokenUsage | undefined;
  #started = false;
  #message: string | undefined;
  #thoughts = createThoughtFilter();
  /** How much is shown of this message, and of those before it. */
  #shown = 0;
  #shownBefore = 0;
  readonly #tools = new Set<string>();

  get spoke(): boolean {
    return this.#shownBefore + this.#shown > 0;
  }

  get outcome(): TurnOutcome | undefined {
    return this.stop === undefined ? undefined : OUTCOMES[this.stop];
  }

  *take(frame: Frame): Generator<ReplyEvent> {
    if (frame.run_id !== undefined && !this.#started) {
      this.#started = true;
      yield { type: "started", run: frame.run_id };
    }
    if (frame.message_type === "assistant_message") yield* this.#speak(frame);
    else if (/^(tool_call|approval_request)_message$/.test(frame.message_type)) yield* this.#callTools(frame);
    else if (frame.message_type === "stop_reason") this.stop = frame.stop_reason;
    else if (frame.message_type === "usage_statistics") this.usage = usageOf(frame);
  }

  end(log: Logger): TurnOutcome {
    // No word about the end: the server or something in between hung up.
    if (this.stop === undefined)
      throw new LettaError("broken_off", { message: "letta: a stream without end" });
    const failure = errorOfStop(this.stop);
    if (failure) throw failure;
    if (this.outcome === undefined) log.warn({ stop: this.stop }, "Letta ended a turn for an unknown reason");
    return this.outcome ?? "complete";
  }

  /** What the last message still holds back. */
  *rest(): Generator<ReplyEvent> {
    yield* this.#show(this.#thoughts.end());
    this.#thoughts = createThoughtFilter();
    this.#shownBefore += this.#shown;
    this.#shown = 0;
  }

  /** Pieces of one id continue a message; another id begins another, after a tool for instance. */
  *#speak({ id, content }: Frame): Generator<ReplyEvent> {
    if (!content) return;
    if (id !== this.#message) yield* this.rest();
    this.#message = id;
    yield* this.#show(this.#thoughts.push(content));
  }

  *#show({ text, replaces }: Shown): Generator<ReplyEvent> {
    if (replaces && this.#shown > 0) {
      yield { type: "withdrawn", length: this.#shown };
      this.#shown = 0;
    }
    if (text === "") return;
    const delta = this.#shown === 0 && this.spoke ? `\n\n${text}` : text;
    this.#shown += delta.length;
    yield { type: "text", delta };
  }

  /** In pieces, a call's name comes once, its arguments follow under the same id. */
  *#callTools(frame: Frame): Generator<ReplyEvent> {
    for (const { name, tool_call_id } of toolCallsOf(frame)) {
      const call = tool_call_id ?? name;
      if (!name || call === undefined || this.#tools.has(call)) continue;
      this.#tools.add(call);
      yield { type: "tool", name };
    }
  }
}

function usageOf(frame: Frame): TokenUsage {
  return {
    promptTokens: frame.prompt_tokens ?? 0,
    completionTokens: frame.completion_tokens ?? 0,
    contextTokens: frame.context_tokens,
  };
}
