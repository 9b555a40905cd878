import { conversationBusy, redisMissing } from "../http/errors.ts";
import type { Item } from "../messages/items.ts";
import type { Model, ModelRequest } from "../model/model.ts";
import { type AgentRow, updateAgent } from "../store/agents.ts";
import type { ConversationRow } from "../store/conversations.ts";
import { madeAt } from "../store/rows.ts";
import { insertRun, type RunStatus, updateRun } from "../store/runs.ts";
import type { ToolServices } from "../tools/run-tool.ts";
import { failureItem, type TurnFailure, turnFailure } from "./failure.ts";
import type { SendBody } from "./input.ts";
import { LiveRun } from "./live-run.ts";
import { Redis } from "./redis.ts";
import { Turn, type Usage } from "./run-turn.ts";

/** The model's requests that tests and the page can look at. */
const KEPT_REQUESTS = 200;

export interface Sending {
  readonly agent: AgentRow;
  readonly conversation: ConversationRow | undefined;
  readonly body: SendBody;
  /** Streams through the conversation routes take a lock, if there is Redis; nothing else does. */
  readonly lockKey: string | undefined;
  /**
   * A stream, or JSON when the turn is over. JSON from a conversation leaves a run behind that stays `created`
   * and belongs to no conversation, as on the real server.
   */
  readonly way: "stream" | "agent-json" | "conversation-json";
}

export interface Outcome {
  readonly stopReason: string;
  readonly usage: Usage;
  readonly failure: TurnFailure | undefined;
}

export interface Started {
  readonly run: LiveRun;
  /** Never rejects. */
  readonly outcome: Promise<Outcome>;
}

/** Starts turns, and knows those that this process runs. */
export class Turns {
  readonly redis: Redis | undefined;
  readonly requests: ModelRequest[] = [];
  readonly #workshop: ToolServices;
  readonly #model: Model;
  readonly #stopping = new AbortController();
  readonly #live = new Map<string, LiveRun>();
  readonly #working = new Set<Promise<Outcome>>();

  constructor(
    toolServices: ToolServices,
    { model, redis }: { readonly model: Model; readonly redis: boolean },
  ) {
    this.#workshop = toolServices;
    this.#model = model;
    this.redis = redis ? new Redis(toolServices.clock) : undefined;
  }

  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  get model(): Model {
    return this.#model;
  }

  /** A run of this process, while it runs or Redis remembers it. */
  live(runId: string): LiveRun | undefined {
    return this.#live.get(runId) ?? this.redis?.remembered(runId);
  }

  /** Starts a turn, or finds the one that the same otids started before. Throws 409 when the place is busy. */
  async start(sending: Sending): Promise<Started> {
    const { agent, conversation, body } = sending;
    if (body.background && !this.redis) throw redisMissing();
    const otids = body.messages.flatMap(({ otid }) => otid ?? []);
    const earlier = body.background ? this.redis?.runOfBatch(otids) : undefined;
    if (earlier) return { run: earlier, outcome: new Promise(() => undefined) };

    const clock = this.#workshop.clock;
    const run = new LiveRun({
      thread: { agentId: agent.id, conversationId: conversation?.id },
      background: body.background,
      startedAt: clock.now(),
    });
    const lockKey = this.redis ? sending.lockKey : undefined;
    const holder = lockKey && this.redis?.lock(lockKey, run.id);
    if (holder) throw conversationBusy(holder);
    if (body.background) this.redis?.remember(run, otids);
    this.redis?.noteLatest(agent.id, run.id);
    this.#live.set(run.id, run);
    try {
      await this.#record(run, sending);
    } catch (error) {
      if (lockKey) this.redis?.unlock(lockKey);
      this.#live.delete(run.id);
      throw error;
    }
    const outcome = this.#execute(run, sending).finally(() => {
      if (lockKey) this.redis?.unlock(lockKey);
      this.#live.delete(run.id);
      this.#working.delete(outcome);
    });
    this.#working.add(outcome);
    return { run, outcome };
  }

  /** Asks a run to stop, if it runs here. */
  requestCancel(runId: string): void {
    const run = this.#live.get(runId);
    if (run) run.cancelRequested = true;
  }

  readonly noteRequest = (request: ModelRequest): void => {
    this.requests.push(request);
    if (this.requests.length > KEPT_REQUESTS) this.requests.shift();
  };

  /** Drops what is running, as a crash would: its runs stay `running` in the database. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#working);
  }

  async #record(run: LiveRun, { agent, conversation, body, way }: Sending): Promise<void> {
    const stuck = way === "conversation-json";
    await insertRun(this.#workshop.db, {
      ...madeAt(run.startedAt),
      id: run.id,
      agent_id: agent.id,
      conversation_id: stuck ? null : (conversation?.id ?? null),
      status: stuck ? "created" : "running",
      stop_reason: null,
      background: body.background,
      metadata_: { run_type: conversation ? "send_conversation_message" : "send_message" },
      request_config: {
        use_assistant_message: true,
        assistant_message_tool_name: "send_message",
        assistant_message_tool_kwarg: "message",
        include_return_message_types: body.include_return_message_types ?? null,
      },
      ttft_ns: null,
      total_duration_ns: null,
      completed_at: null,
    });
    this.#tell(run);
  }

  /** Never rejects: whatever goes wrong becomes the end of the run. */
  async #execute(run: LiveRun, sending: Sending): Promise<Outcome> {
    const turn = new Turn({
      workshop: this.#workshop,
      model: this.#model,
      agent: answeringWith(sending),
      thread: run.thread,
      run,
      body: sending.body,
      inTokens: sending.way === "stream" && sending.body.stream_tokens,
      stopping: this.stopping,
      noteRequest: this.noteRequest,
    });
    let outcome: Outcome;
    try {
      outcome = { stopReason: await turn.play(), usage: turn.usage, failure: undefined };
    } catch (error) {
      const failure = turnFailure(error);
      outcome = { stopReason: failure.stopReason, usage: turn.usage, failure };
    }
    if (this.stopping.aborted) {
      run.finish({ closes: false });
      return outcome;
    }
    try {
      await this.#settle(run, sending, outcome);
      sayEnd(run, outcome);
    } catch {
      // The database is gone: the run stays `running` in it, and the stream breaks off, as after a crash.
      run.finish({ closes: false });
    }
    return outcome;
  }

  /** Writes how it ended before the stream says so: who reads the end finds everything stored. */
  async #settle(run: LiveRun, { agent, way }: Sending, { stopReason, failure }: Outcome): Promise<void> {
    if (way === "conversation-json") return;
    const { db, clock } = this.#workshop;
    const now = clock.now();
    const cancelled = run.cancelRequested;
    const ended = updateRun(db, {
      id: run.id,
      status: cancelled ? "cancelled" : statusOf(run, failure),
      stop_reason: cancelled ? "cancelled" : stopReason,
      completed_at: new Date(now),
      updated_at: new Date(now),
      total_duration_ns: (now - run.startedAt) * 1_000_000,
    });
    const noted = updateAgent(db, {
      id: agent.id,
      last_run_completion: new Date(now),
      last_run_duration_ms: now - run.startedAt,
      last_stop_reason: stopReason,
    });
    await Promise.all([ended, noted]);
    this.#tell(run);
  }

  #tell(run: LiveRun): void {
    const { agentId, conversationId } = run.thread;
    this.#workshop.changes.announce({
      type: "run",
      agentId,
      runId: run.id,
      ...(conversationId ? { conversationId } : {}),
    });
  }
}

/** The agent, with the model that its conversation has chosen. */
function answeringWith({ agent, conversation }: Sending): AgentRow {
  const handle = conversation?.model;
  return handle ? { ...agent, llm_config: { ...agent.llm_config, handle } } : agent;
}

/** A failure after something was said counts as completed; only the stop_reason tells. */
function statusOf(run: LiveRun, failure: TurnFailure | undefined): RunStatus {
  return failure && !run.saidSomething ? "failed" : "completed";
}

function sayEnd(run: LiveRun, { stopReason, usage, failure }: Outcome): void {
  const late = run.saidSomething;
  run.sayEnd({ message_type: "stop_reason", stop_reason: stopReason });
  if (failure) run.sayFailure(failureItem(run.id, failure, { late }));
  else if (stopReason !== "cancelled") run.sayEnd(usageItem(usage));
  // The real server closes a stream that failed late without [DONE].
  run.finish({ closes: !(failure && late) });
}

export const usageItem = ({ promptTokens, completionTokens, contextTokens, steps }: Usage): Item => ({
  message_type: "usage_statistics",
  completion_tokens: completionTokens,
  prompt_tokens: promptTokens,
  total_tokens: promptTokens + completionTokens,
  step_count: steps,
  run_ids: null,
  cached_input_tokens: null,
  cache_write_tokens: null,
  reasoning_tokens: null,
  context_tokens: contextTokens,
});
