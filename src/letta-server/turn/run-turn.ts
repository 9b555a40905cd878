/*
 * A turn is one run of the model over a thread. It goes on in steps: the model is asked; when it calls tools they
 * are run and it is asked again; when it says something the turn is over. It ends
 *
 *   completed   end_turn: the model has nothing more to call · requires_approval: a person must answer first ·
 *               max_steps: it kept on calling tools · or it failed after it had said something, with the
 *               failure's stop_reason
 *   failed      the input or the model failed before anything was said
 *   cancelled   somebody asked for it. It is looked at where one piece ends and the next begins: a model that is
 *               thinking is not interrupted
 *
 * Messages are stored when a step is complete. So a first step that fails stores nothing, not even what the
 * person said; a step that is cancelled between its words stores nothing, though they were read; and in step mode
 * an answer that came after the cancellation is stored, though nobody was shown it.
 */

import { OFFLINE_VENDOR_HANDLE } from "../agents/handles.ts";
import { newId } from "../ids.ts";
import { compactAfterStep } from "../messages/compaction.ts";
import { blankMessage, loadContext, storeStep, type Thread } from "../messages/context.ts";
import { envelope, type Item, itemsOf, reasoningFields } from "../messages/items.ts";
import { askModel, type ModelAnswer } from "../model/ask-model.ts";
import { type Model, type ModelDelta, ModelFailure, type ModelRequest } from "../model/model.ts";
import type { AgentRow } from "../store/agents.ts";
import type { MessageRow } from "../store/messages.ts";
import { toolsById } from "../tools/built-in-tools.ts";
import { runTool, type ToolServices, toolInput, toolReturnText } from "../tools/run-tool.ts";
import { accept } from "./accept-input.ts";
import { emptyResponse } from "./failure.ts";
import { withFetchedImages } from "./fetch-images.ts";
import type { SendBody } from "./input.ts";
import type { LiveRun } from "./live-run.ts";
import { modelMessages } from "./model-messages.ts";

export interface TurnContext {
  readonly workshop: ToolServices;
  readonly model: Model;
  readonly agent: AgentRow;
  readonly thread: Thread;
  readonly run: LiveRun;
  readonly body: SendBody;
  readonly inTokens: boolean;
  /** The server is stopping: give up at once. */
  readonly stopping: AbortSignal;
  readonly noteRequest: (request: ModelRequest) => void;
}

export interface Usage {
  promptTokens: number;
  completionTokens: number;
  contextTokens: number;
  steps: number;
}

export class Turn {
  readonly usage: Usage = { promptTokens: 0, completionTokens: 0, contextTokens: 0, steps: 0 };
  readonly #parts: TurnContext;
  #context: readonly MessageRow[] = [];
  #unsaved: readonly MessageRow[] = [];

  constructor(services: TurnContext) {
    this.#parts = services;
  }

  /** Runs to the end and says why it ended; throws what went wrong. */
  async play(): Promise<string> {
    const { workshop: toolServices, agent, thread, run, body } = this.#parts;
    const stored = await loadContext(toolServices.db, thread);
    this.#context = agent.message_buffer_autoclear ? stored.slice(0, 1) : stored;
    const sent = await withFetchedImages(body.messages);
    const accepted = await accept(sent, { ...this.#parts, context: this.#context });
    if (accepted.resolved.length > 0) {
      await this.#store(accepted.resolved);
      for (const message of accepted.resolved) if (message.role === "tool") this.#say(message);
    }
    this.#unsaved = accepted.messages;
    for (let step = 1; step <= body.max_steps; step += 1) {
      if (run.cancelRequested) return "cancelled";
      const stopReason = await this.#step();
      if (stopReason) return stopReason;
    }
    return "max_steps";
  }

  /** One question to the model and what follows from it; undefined when it must be asked again. */
  async #step(): Promise<string | undefined> {
    const { run, agent, inTokens } = this.#parts;
    const message: MessageRow = {
      ...this.#blank("assistant", undefined),
      step_id: newId("step"),
      otid: crypto.randomUUID(),
    };
    const answer = await this.#ask(message);
    if (!answer) return "cancelled";
    this.#count(answer);
    if (answer.text === undefined && answer.calls.length === 0 && !inTokens) throw emptyResponse();
    const said: MessageRow = { ...message, content: contentOf(answer), tool_calls: callsOf(answer) };

    if (answer.calls.length === 0) {
      await this.#store([said]);
      if (run.cancelRequested && !inTokens) return "cancelled";
      if (!inTokens) this.#say(said);
      await this.#makeRoom();
      return "end_turn";
    }
    if (run.cancelRequested) return "cancelled";
    if (answer.calls.some(({ name }) => needsApproval(agent, name))) {
      const request: MessageRow = { ...said, role: "approval" };
      await this.#store([request]);
      if (!inTokens) this.#say(request);
      return "requires_approval";
    }
    if (!inTokens) this.#say(said);
    const returned = await this.#runTools(said);
    await this.#store([said, returned]);
    this.#say(returned);
    await this.#makeRoom();
    return undefined;
  }

  async #ask(message: MessageRow): Promise<ModelAnswer | undefined> {
    const { model, run, inTokens, stopping, noteRequest } = this.#parts;
    const request = this.#request();
    noteRequest(request);
    refuseVendor(request.model);
    return await askModel(model, request, {
      signal: stopping,
      onDelta: (delta) => {
        if (!inTokens) return true;
        if (run.cancelRequested) return false;
        const item = this.#deltaItem(message, delta);
        if (item) run.say(item);
        return true;
      },
    });
  }

  #request(): ModelRequest {
    const { agent, thread, body, inTokens } = this.#parts;
    const [system, ...rest] = modelMessages([...this.#context, ...this.#unsaved]);
    const first = body.override_system ? { role: "system" as const, content: body.override_system } : system;
    return {
      purpose: "answer",
      agentId: agent.id,
      agentName: agent.name,
      conversationId: thread.conversationId,
      model: body.override_model ?? agent.llm_config.handle,
      messages: first ? [first, ...rest] : rest,
      tools: toolsById(agent.tool_ids).map(({ name, description, parameters }) => ({
        name,
        description,
        parameters,
        needsApproval: needsApproval(agent, name),
      })),
      streaming: inTokens,
    };
  }

  /** A piece of an answer, under the id that the whole will be stored with. */
  #deltaItem(message: MessageRow, delta: ModelDelta): Item | undefined {
    if (delta.type === "usage") return undefined;
    if (delta.type === "reasoning") return envelope(message, reasoningFields(delta.text));
    if (delta.type === "text") {
      if (delta.text === "") return undefined;
      return envelope(message, { message_type: "assistant_message", content: delta.text });
    }
    const call = {
      name: delta.name ?? null,
      arguments: delta.arguments,
      tool_call_id: delta.id ?? null,
    };
    const asks = delta.name !== undefined && needsApproval(this.#parts.agent, delta.name);
    const message_type = asks ? "approval_request_message" : "tool_call_message";
    return envelope(message, { message_type, tool_call: call, tool_calls: call });
  }

  async #runTools(said: MessageRow): Promise<MessageRow> {
    const { workshop: toolServices, agent } = this.#parts;
    const returns = [];
    for (const { id, function: called } of said.tool_calls) {
      const outcome = await runTool(toolServices, agent, {
        name: called.name,
        input: toolInput(called.arguments),
      });
      const func_response = toolReturnText(outcome);
      returns.push({ tool_call_id: id, status: outcome.status, func_response });
    }
    return {
      ...this.#blank("tool", returns.map(({ func_response }) => func_response).join("\n")),
      name: said.tool_calls[0]?.function.name ?? null,
      step_id: said.step_id,
      otid: crypto.randomUUID(),
      tool_call_id: returns[0]?.tool_call_id ?? null,
      tool_returns: returns,
    };
  }

  async #store(messages: readonly MessageRow[]): Promise<void> {
    const { workshop: toolServices, thread, agent } = this.#parts;
    const fresh = [...this.#unsaved, ...messages];
    this.#context = [...this.#context, ...fresh];
    this.#unsaved = [];
    const context = this.#context.map(({ id }) => id);
    await storeStep(toolServices.db, thread, { fresh, context, at: toolServices.clock.now() });
    toolServices.changes.announce({
      type: "message",
      agentId: agent.id,
      ...(thread.conversationId ? { conversationId: thread.conversationId } : {}),
    });
  }

  /** Compacts when the step has filled the context; what was said has been stored by then. */
  async #makeRoom(): Promise<void> {
    const compacted = await compactAfterStep({
      ...this.#parts,
      context: this.#context,
      contextTokens: this.usage.contextTokens,
    });
    if (!compacted) return;
    this.#context = compacted.context;
    this.#say(compacted.summary);
  }

  #say(message: MessageRow): void {
    for (const item of itemsOf(message)) this.#parts.run.say(item);
  }

  #count({ promptTokens, completionTokens }: ModelAnswer): void {
    this.usage.promptTokens += promptTokens;
    this.usage.completionTokens += completionTokens;
    this.usage.contextTokens = promptTokens + completionTokens;
    this.usage.steps += 1;
  }

  #blank(role: MessageRow["role"], text: string | undefined): MessageRow {
    const { workshop: toolServices, thread, agent, run } = this.#parts;
    const made = { role, text, model: agent.llm_config.model, at: toolServices.clock.now() };
    return { ...blankMessage(thread, made), run_id: run.id };
  }
}

/**
 * One model answers for every handle, whichever was there when an agent was made: setting or unsetting the
 * endpoint must not strand agents. Only the vendor's own inference is out of reach.
 */
function refuseVendor(handle: string): void {
  if (handle !== OFFLINE_VENDOR_HANDLE) return;
  throw new ModelFailure("llm_error", `The sandbox has no way to reach the model ${handle}.`);
}

const needsApproval = (agent: AgentRow, toolName: string): boolean =>
  agent.tool_rules.some((rule) => rule.type === "requires_approval" && rule.tool_name === toolName);

function contentOf({ text, reasoning }: ModelAnswer): MessageRow["content"] {
  return [
    ...(reasoning ? [{ type: "reasoning", reasoning }] : []),
    ...(text ? [{ type: "text", text }] : []),
  ];
}

const callsOf = ({ calls }: ModelAnswer): MessageRow["tool_calls"] =>
  calls.map(({ id, name, arguments: input }) => ({
    id: id || newId("call"),
    type: "function",
    function: { name, arguments: input },
  }));
