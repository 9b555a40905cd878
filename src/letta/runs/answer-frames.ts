import type { RunId } from "../../core/domain/model.ts";
import type { ToolActivity } from "../../core/domain/tool-progress.ts";
import type { ReplyEvent, TokenUsage, TurnOutcome } from "../../core/ports/agent/runs.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { errorOfStop, LettaError, toLettaError } from "../errors.ts";
import { type Shown, ThoughtFilter } from "../thoughts/thought-filter.ts";
import { type Frame, toolCallsOf } from "../wire.ts";

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
 * What the frames of one run say to people. Only assistant messages are words of the persona: reasoning, tools' arguments
 * and returns, prompts and summaries pass by unseen, and so do kinds of chunks that nobody knows yet.
 */
export class AnswerFrames {
  readonly #log: Logger;
  #run: RunId | undefined;
  #stop: string | undefined;
  #usage: TokenUsage | undefined;
  #message: string | undefined;
  #thoughts = new ThoughtFilter();
  /** How much is shown of this message, and of those before it. */
  #shown = 0;
  #shownBefore = 0;
  readonly #tools = new Set<string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  get run(): RunId | undefined {
    return this.#run;
  }

  take(frame: Frame | undefined): readonly ReplyEvent[] {
    if (!frame) return [];
    const events = this.#read(frame);
    if (frame.run_id === undefined || this.#run !== undefined) return events;
    this.#run = frame.run_id;
    return [{ type: "started", run: frame.run_id }, ...events];
  }

  /** What the last message still holds back. */
  rest(): readonly ReplyEvent[] {
    const events = this.#show(this.#thoughts.end());
    this.#thoughts = new ThoughtFilter();
    this.#shownBefore += this.#shown;
    this.#shown = 0;
    return events;
  }

  /**
   * The stream failed. Behind the turn's end, say while Letta compacts the context, what was said stands and is stored.
   *
   * @throws {AppError} the failure, before that
   */
  fail(error: unknown): void {
    const failure = toLettaError(error, this.#stop);
    const outcome = this.#outcome;
    if (outcome === undefined || (outcome === "complete" && !this.#hasSpoken)) throw failure;
    this.#log.warn({ err: failure, outcome }, "Letta failed after the turn's end");
  }

  /** @throws {LettaError} when the run did not end, or ended in a failure */
  finish(): Extract<ReplyEvent, { type: "finished" }> {
    // No word about the end: the server or something in between hung up.
    if (this.#stop === undefined)
      throw new LettaError("broken_off", { message: "letta: a stream without end" });
    const failure = errorOfStop(this.#stop);
    if (failure) throw failure;
    if (this.#outcome === undefined)
      this.#log.warn({ stop: this.#stop }, "Letta ended a turn for an unknown reason");
    return { type: "finished", outcome: this.#outcome ?? "complete", usage: this.#usage };
  }

  get #outcome(): TurnOutcome | undefined {
    return this.#stop === undefined ? undefined : OUTCOMES[this.#stop];
  }

  get #hasSpoken(): boolean {
    return this.#shownBefore + this.#shown > 0;
  }

  #read(frame: Frame): readonly ReplyEvent[] {
    switch (frame.message_type) {
      case "assistant_message":
        return this.#speak(frame);
      case "tool_call_message":
      case "approval_request_message":
        return this.#callTools(frame);
      case "stop_reason":
        this.#stop = frame.stop_reason;
        return [];
      case "usage_statistics":
        this.#usage = usageOf(frame);
        return [];
      default:
        return [];
    }
  }

  /** Pieces of one id continue a message; another id begins another, after a tool for instance. */
  #speak({ id, content }: Frame): readonly ReplyEvent[] {
    if (!content) return [];
    if (id === this.#message) return this.#show(this.#thoughts.push(content));
    const before = this.rest();
    this.#message = id;
    return [...before, ...this.#show(this.#thoughts.push(content))];
  }

  #show({ text, replaces }: Shown): readonly ReplyEvent[] {
    const events: ReplyEvent[] = [];
    if (replaces && this.#shown > 0) {
      events.push({ type: "withdrawn", length: this.#shown });
      this.#shown = 0;
    }
    if (text === "") return events;
    const delta = this.#shown === 0 && this.#hasSpoken ? `\n\n${text}` : text;
    this.#shown += delta.length;
    events.push({ type: "text", delta });
    return events;
  }

  /** In pieces, a call's name comes once, its arguments follow under the same id. */
  #callTools(frame: Frame): readonly ReplyEvent[] {
    const events: ReplyEvent[] = [];
    for (const { name, tool_call_id } of toolCallsOf(frame)) {
      const call = tool_call_id ?? name;
      if (!name || call === undefined || this.#tools.has(call)) continue;
      this.#tools.add(call);
      const activity = activityOf(name);
      if (activity) events.push({ type: "tool", activity });
    }
    return events;
  }
}

function usageOf(frame: Frame): TokenUsage {
  return {
    promptTokens: frame.prompt_tokens ?? 0,
    completionTokens: frame.completion_tokens ?? 0,
    contextTokens: frame.context_tokens,
  };
}

/** Letta's own tools, of all its kinds of agents. What is done with somebody else's is nobody's business here. */
const ACTIVITIES: ReadonlyMap<string, ToolActivity> = new Map([
  ["conversation_search", "searching_history"],
  ["archival_memory_search", "searching_memory"],
  ["archival_memory_insert", "remembering"],
  ["memory_insert", "remembering"],
  ["core_memory_append", "remembering"],
  ["memory", "tidying_memory"],
  ["memory_rethink", "tidying_memory"],
  ["memory_finish_edits", "tidying_memory"],
  ["memory_replace", "correcting_memory"],
  ["core_memory_replace", "correcting_memory"],
  ["web_search", "searching_web"],
  ["fetch_webpage", "reading_page"],
  ["run_code", "running_code"],
  ["open_files", "reading_files"],
  ["grep_files", "searching_files"],
  ["semantic_search_files", "searching_files"],
]);

/** How older agents speak: what they say with it is their answer. */
const TALKING_TOOLS: ReadonlySet<string> = new Set(["send_message"]);

/** What people are told of a tool that begins; undefined for one that is no step on the way. */
const activityOf = (tool: string): ToolActivity | undefined =>
  TALKING_TOOLS.has(tool) ? undefined : (ACTIVITIES.get(tool) ?? "other");
