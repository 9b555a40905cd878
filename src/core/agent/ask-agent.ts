import { sentences } from "../../sentences/sentences.ts";
import type { KnownPersona } from "../access/owners.ts";
import { type AppError, hasCode } from "../domain/errors.ts";
import type { AgentId, MessageEvent, Person, RunId } from "../domain/model.ts";
import type { Binding } from "../domain/stored-records.ts";
import { personaByRef } from "../personas/catalogue.ts";
import { ensureBinding, remakeAgent, startNewConversation } from "../personas/conversation-binding.ts";
import { personaDeleted } from "../personas/deleted-error.ts";
import type { AgentInput, ReplyEvent } from "../ports/agent/runs.ts";
import { emitTurnPhase } from "../ports/bot-events.ts";
import type { Platform } from "../ports/platform.ts";
import type { CoreServices } from "../ports/services.ts";
import type { QueuedTurn } from "../ports/turn-queue.ts";
import type { TurnRecord } from "../ports/turn-store.ts";
import type { AnswerStream } from "./answer-stream.ts";
import { fetchImages } from "./images.ts";
import { noteOrigins } from "./note-origins.ts";
import { type RecoveredAnswer, recoverAnswer } from "./recover-answer.ts";
import { formatUserMessage } from "./user-message.ts";

/** A run of a process that died is waited for so long: Letta's own limit for a turn is not documented. */
const WAIT_FOR_RUN_MS = 10 * 60_000;
/** Letta may have died with that process, and nobody saw it. What is only slow is cancelled then, and asked again. */
const STALLED_RUN_MS = 45_000;
/** The same after a stream that fell silent: Letta had its time already. */
const WAIT_AFTER_STALL_MS = 60_000;
/** A persona that asks for tools again and again, each time in vain, is left with what it has said. */
const MAX_DENIALS = 3;

export interface AgentRequest {
  readonly services: CoreServices;
  readonly turn: TurnRecord;
  /** Undefined when it was deleted before Letta was asked. */
  readonly known: KnownPersona | undefined;
  /** The key of the scope whose memory is opened. */
  readonly scope: string;
  readonly events: readonly MessageEvent[];
  /** How the platform gives what is attached to them. */
  readonly readAttachment: Platform["readAttachment"];
  /** Who spoke first, for whom a conversation is opened. */
  readonly author: Person;
  readonly signal: AbortSignal;
  /** See LaneTurn. */
  readonly whileWaiting: QueuedTurn["whileWaiting"];
}

export interface AskResult {
  /** Said above the answer: the conversation had to be made anew. */
  readonly note?: string | undefined;
  /** The answer when Letta gave it unheard; else it is in the reading. */
  readonly recovered?: RecoveredAnswer | undefined;
  /** Somebody pressed Stop before Letta was asked. */
  readonly stopped?: boolean;
}

/**
 * Gets the answer of a turn from Letta, which is asked once: when an earlier attempt may have asked, its
 * events are looked for first, and then their answer is taken or waited for. So it is when the stream falls silent.
 *
 * A conversation or an agent that was deleted in Letta is made again, once, and the person is told.
 */
export async function askAgent(request: AgentRequest, stream: AnswerStream): Promise<AskResult> {
  const { services, turn, known } = request;
  if (turn.state === "asked") {
    const limits = { timeoutMs: WAIT_FOR_RUN_MS, stallMs: STALLED_RUN_MS, receivedText: "" };
    const recovered = await request.whileWaiting(() => recoverAnswer(request, turn, limits));
    if (recovered) {
      // What it did meanwhile nobody saw.
      if (known) await services.prompts.changed({ persona: known.ref, scope: request.scope });
      return { recovered, stopped: turn.stopped };
    }
  }
  if (turn.stopped) return { stopped: true };
  if (!known) throw personaDeleted(turn);
  const { readAttachment, signal, events } = request;
  const images = await fetchImages(events, { read: readAttachment, log: services.log, signal });
  await throwIfDeleted(request, known);
  const ready = { ...request, known, messages: events.map((event) => formatUserMessage(event, images)) };
  let binding: Binding | undefined;
  try {
    binding = await ensureBinding(services, known, { ...request, place: turn.place });
    return await send(ready, binding, stream);
  } catch (error) {
    if (!hasCode(error, "agent_gone", "conversation_gone")) throw error;
    await throwIfDeleted(request, known);
    services.log.warn({ turn: turn.id, err: error }, "agent or conversation was gone and is made again");
    const note = await recreateConversation(request, known, error, binding);
    const anew = await ensureBinding(services, known, { ...request, place: turn.place });
    return { ...(await send(ready, anew, stream)), note };
  }
}

/** Whoever deletes a persona has its agents erased: none is made again for an answer that was on its way. */
async function throwIfDeleted(
  { services, turn, author }: AgentRequest,
  { ref }: KnownPersona,
): Promise<void> {
  if (!(await personaByRef(services, ref, turn.place, author))) throw personaDeleted({ persona: ref });
}

async function recreateConversation(
  { services, scope }: AgentRequest,
  known: KnownPersona,
  error: AppError,
  binding: Binding | undefined,
): Promise<string> {
  if (hasCode(error, "conversation_gone") && binding) {
    try {
      await startNewConversation(services, binding);
      return sentences.turn.conversationRemade;
    } catch (failure) {
      // A conversation goes with its agent.
      if (!hasCode(failure, "agent_gone")) throw failure;
    }
  }
  await remakeAgent(services, known, scope);
  return sentences.turn.agentRemade;
}

interface PreparedRequest extends AgentRequest {
  readonly known: KnownPersona;
  readonly messages: readonly AgentInput[];
}

async function send(request: PreparedRequest, stale: Binding, stream: AnswerStream): Promise<AskResult> {
  const { services, turn, known, messages, signal } = request;
  const binding = await services.prompts.bringUpToDate(stale);
  const { conversation, agent } = binding;
  const otids = messages.map(({ otid }) => otid);
  // From here on another attempt looks before it asks. A run of an earlier one is not this one's.
  await services.turns.change(turn.id, {
    state: "asked",
    persona: known.ref,
    agent,
    conversation,
    otids,
    run: undefined,
    quiet: undefined,
  });
  emitTurnPhase(services, turn, "asked");
  try {
    await readStream(
      request,
      binding,
      services.runs.send({ agent, conversation, input: messages, signal }),
      stream,
    );
    for (let denials = 0; stream.outcome === "approval_needed" && denials < MAX_DENIALS; denials += 1) {
      services.log.warn({ turn: turn.id }, "a tool asked for approval and was declined");
      await readStream(
        request,
        binding,
        services.runs.denyApprovals({ agent, conversation, signal }),
        stream,
      );
    }
    return {};
  } catch (error) {
    if (!hasCode(error, "stalled")) throw error;
    services.log.warn({ turn: turn.id, err: error }, "the stream of an answer fell silent");
    const limits = { timeoutMs: WAIT_AFTER_STALL_MS, receivedText: stream.text };
    const recovered = await request.whileWaiting(() =>
      recoverAnswer(request, { agent, conversation, otids }, limits),
    );
    if (recovered === undefined) throw error;
    await services.prompts.changed(binding);
    return { recovered };
  } finally {
    services.prompts.lookAgain(binding);
    if (stream.steps.length > 0)
      // Behind the answer: nobody waits for it.
      noteOrigins(services, turn, { agent, conversation, otids }).catch((err: unknown) =>
        services.log.warn({ turn: turn.id, err }, "could not note whose words a persona noted"),
      );
  }
}

async function readStream(
  { services, turn }: AgentRequest,
  binding: Binding,
  events: AsyncIterable<ReplyEvent>,
  stream: AnswerStream,
): Promise<void> {
  const noting: Promise<void>[] = [];
  // No word waits for it.
  const note = (noted: Promise<void>): void => {
    noted.catch(() => undefined);
    noting.push(noted);
  };
  let usesTools = false;
  const watched = async function* () {
    for await (const event of events) {
      if (event.type === "tool" && !usesTools) {
        usesTools = true;
        note(services.prompts.changed(binding));
      }
      yield event;
    }
  };
  try {
    await stream.read(watched(), (run) => {
      emitTurnPhase(services, turn, "running", { run });
      note(noteRun(services, turn.id, binding.agent, run));
    });
  } finally {
    if (usesTools) note(services.prompts.changed(binding));
  }
  await Promise.all(noting);
}

/** A Stop may have come before there was anything to cancel. */
async function noteRun(
  { runs, turns }: Pick<CoreServices, "runs" | "turns">,
  turn: TurnRecord["id"],
  agent: AgentId,
  run: RunId,
): Promise<void> {
  const { stopped } = await turns.started(turn, run);
  if (stopped) await runs.cancel(agent, run);
}
