import type { KnownPersona } from "../access/owners.ts";
import type { ResolvedScope } from "../access/scope.ts";
import type { Event, MessageEvent, Place } from "../domain/model.ts";
import { bindingKey } from "../domain/stored-records.ts";
import type { Acceptance, ReplyTarget } from "../ports/platform.ts";
import type { CoreServices } from "../ports/services.ts";
import type { NewTurn } from "../ports/turn-store.ts";
import { LATE_MS } from "./current-events.ts";
import type { QueuedEvent } from "./queued-event.ts";

/** So many events wait in one conversation before people are asked for patience. */
const MAX_QUEUED_IN_LANE = 40;

type EnqueueServices = Pick<CoreServices, "turnQueue" | "emit" | "clock">;

/** Puts something said to a persona into the lane of their conversation in this place. */
export async function enqueueMessage(
  services: EnqueueServices & Pick<CoreServices, "debounceMs">,
  { event, target, known, scope, waitMs = mayGoOn(event) ? services.debounceMs : 0 }: ScopedMessage,
): Promise<Acceptance> {
  const place = event.thread ?? event.place;
  const payload: QueuedEvent = { event, target, persona: known.ref, scope: scope.key };
  const lane = bindingKey(place, known.ref, scope.key);
  const at = services.clock.now();
  // Of whom or what the platform is asked once more, nothing is stored before it has said so.
  const isSure = !event.author.isUnverified && at - event.at < LATE_MS;
  const turn = isSure ? { place: event.place, target, persona: known.ref, at, events: [event] } : undefined;
  return enqueue(services, place, { lane, payload, debounceMs: waitMs, turn });
}

interface ScopedMessage extends AddressedMessage {
  readonly scope: ResolvedScope;
  /** So long more of the same turn may follow; as its words say when absent. */
  readonly waitMs?: number;
}

/** Nobody writes so much in the middle of a burst of short messages. */
const LONG_TEXT = 160;
/** Marks that end a sentence in any script, and what may close behind them. */
const SENTENCE_END = /[.!?…。！？｡؟।]["'”’»)\]*_~]*$/u;

/** Whether more of the same may follow at once: not after a whole sentence, nor after a long text. */
export function mayGoOn({ text, attachments }: Pick<MessageEvent, "text" | "attachments">): boolean {
  const said = text.trim();
  return attachments.length > 0 || (said.length < LONG_TEXT && !SENTENCE_END.test(said));
}

interface AddressedMessage {
  readonly event: MessageEvent;
  readonly target: ReplyTarget;
  readonly known: KnownPersona;
}

/** Where the persona says nothing: whoever said it is led to their direct messages, and waits for nothing before that. */
export async function enqueueForDirect(
  services: EnqueueServices,
  { event, target, known }: AddressedMessage,
): Promise<Acceptance> {
  const payload: QueuedEvent = { event, target, persona: known.ref, isForDirect: true };
  return enqueue(services, event.place, { lane: `command/${event.id}`, payload });
}

/** A command or a system message has a lane of its own: it waits for nothing, a running turn least of all. */
export async function enqueueAlone(
  services: EnqueueServices,
  { event, ...waiting }: { event: Event; target: ReplyTarget; readers?: string | undefined },
): Promise<Acceptance> {
  return enqueue(services, event.place, { lane: `command/${event.id}`, payload: { event, ...waiting } });
}

interface QueueEntry {
  readonly lane: string;
  readonly payload: QueuedEvent;
  readonly debounceMs?: number;
  readonly turn?: NewTurn | undefined;
}

/** `place` is where the answer goes. Who began it does not matter: a person's message, or a command that says something. */
async function enqueue(
  { turnQueue, emit, clock }: EnqueueServices,
  place: Place,
  { payload, turn, ...entry }: QueueEntry,
): Promise<Acceptance> {
  const { id } = payload.event;
  const { platform } = place;
  const acceptance = await turnQueue.accept({
    ...entry,
    ...{ id, payload, platform, cap: MAX_QUEUED_IN_LANE },
    ...(turn && { turn }),
  });
  if (acceptance === "accepted") emit({ type: "accepted", place, event: id, at: clock.now() });
  return acceptance;
}
