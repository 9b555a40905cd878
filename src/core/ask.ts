import type { ReplyEvent, Said } from "./agents.ts";
import type { Binding } from "./bindings.ts";
import { bindingAt, refreshed, remakeAgent, startOver } from "./conversation.ts";
import { type AppError, hasCode } from "./errors.ts";
import type { LaneTurn } from "./lanes.ts";
import type { MessageEvent, Person } from "./model.ts";
import { tell } from "./notice.ts";
import type { Parts } from "./parts.ts";
import type { KnownPersona } from "./personas.ts";
import { lookAt } from "./pictures.ts";
import type { Platform } from "./platform.ts";
import { personaDeleted } from "./readers-changed.ts";
import type { Reading } from "./reading.ts";
import { cancelIfStopped } from "./running.ts";
import { said } from "./said.ts";
import type { TurnRecord } from "./turns.ts";
import { type Unheard, unheardAnswer } from "./unheard.ts";

/** A run of a process that died is waited for so long: Letta's own limit for a turn is not documented. */
const WAIT_FOR_RUN_MS = 10 * 60_000;
/** Letta may have died with that process, and nobody saw it. What is only slow is cancelled then, and asked again. */
const QUIET_RUN_MS = 45_000;
/** The same after a stream that fell silent: Letta had its time already. */
const WAIT_AFTER_STALL_MS = 60_000;
/** A persona that asks for tools again and again, each time in vain, is left with what it has said. */
const MAX_DENIALS = 3;

export interface Question {
  readonly parts: Parts;
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
  readonly waiting: LaneTurn["waiting"];
}

export interface Asked {
  /** Said above the answer: the conversation had to be made anew. */
  readonly note?: string | undefined;
  /** The answer when Letta gave it unheard; else it is in the reading. */
  readonly unheard?: Unheard | undefined;
  /** Somebody pressed Stop before Letta was asked. */
  readonly stopped?: boolean;
}

/**
 * Gets the answer of a turn from Letta, which is asked once: when an earlier attempt may have asked, its
 * events are looked for first, and then their answer is taken or waited for. So it is when the stream falls silent.
 *
 * A conversation or an agent that was deleted in Letta is made again, once, and the person is told.
 */
export async function ask(question: Question, reading: Reading): Promise<Asked> {
  const { parts, turn, known } = question;
  if (turn.state === "asked") {
    const patience = { patienceMs: WAIT_FOR_RUN_MS, quietMs: QUIET_RUN_MS, heard: "" };
    const unheard = await question.waiting(() => unheardAnswer(question, turn, patience));
    if (unheard) return { unheard, stopped: turn.stopped };
  }
  if (turn.stopped) return { stopped: true };
  if (!known) throw personaDeleted(turn);
  const { readAttachment, signal, events } = question;
  const looks = await lookAt(events, { read: readAttachment, log: parts.log, signal });
  const ready = { ...question, known, messages: events.map((event) => said(event, looks)) };
  let binding: Binding | undefined;
  try {
    binding = await bindingAt(parts, known, { ...question, place: turn.place });
    return await send(ready, binding, reading);
  } catch (error) {
    if (!hasCode(error, "agent_gone", "conversation_gone")) throw error;
    parts.log.warn({ turn: turn.id, err: error }, "agent or conversation was gone and is made again");
    const note = await madeAgain(question, known, error, binding);
    const anew = await bindingAt(parts, known, { ...question, place: turn.place });
    return { ...(await send(ready, anew, reading)), note };
  }
}

async function madeAgain(
  { parts, scope }: Question,
  known: KnownPersona,
  error: AppError,
  binding: Binding | undefined,
): Promise<string> {
  if (hasCode(error, "conversation_gone") && binding) {
    try {
      await startOver(parts, binding);
      return "*Our conversation here was deleted on the server. I begin a new one; what I remember stays.*";
    } catch (failure) {
      // A conversation goes with its agent.
      if (!hasCode(failure, "agent_gone")) throw failure;
    }
  }
  await remakeAgent(parts, known, scope);
  return "*My memory was deleted on the server, so I begin anew.*";
}

interface Ready extends Question {
  readonly known: KnownPersona;
  readonly messages: readonly Said[];
}

async function send(question: Ready, stale: Binding, reading: Reading): Promise<Asked> {
  const { parts, turn, known, messages, signal } = question;
  const { conversation, agent } = await refreshed(parts, stale);
  const otids = messages.map(({ otid }) => otid);
  // From here on another attempt looks before it asks. A run of an earlier one is not this one's.
  await parts.turns.change(turn.id, {
    state: "asked",
    persona: known.ref,
    agent,
    conversation,
    otids,
    run: undefined,
    quiet: undefined,
  });
  tell(parts, turn, "asked");
  try {
    await read(question, parts.agents.send({ agent, conversation, said: messages, signal }), reading);
    for (let denials = 0; reading.outcome === "approval_needed" && denials < MAX_DENIALS; denials += 1) {
      parts.log.warn({ turn: turn.id }, "a tool asked for approval and was declined");
      await read(question, parts.agents.decide({ agent, conversation, approve: false, signal }), reading);
    }
    return {};
  } catch (error) {
    if (!hasCode(error, "stalled")) throw error;
    parts.log.warn({ turn: turn.id, err: error }, "the stream of an answer fell silent");
    const waiting = { patienceMs: WAIT_AFTER_STALL_MS, heard: reading.text };
    const unheard = await question.waiting(() =>
      unheardAnswer(question, { agent, conversation, otids }, waiting),
    );
    if (unheard === undefined) throw error;
    return { unheard };
  }
}

async function read(
  { parts, turn }: Question,
  events: AsyncIterable<ReplyEvent>,
  reading: Reading,
): Promise<void> {
  await reading.read(events, async (run) => {
    await parts.turns.change(turn.id, { run });
    tell(parts, turn, "running", { run });
    await cancelIfStopped(parts, turn.id, run);
  });
}
