import { z } from "zod";
import { bindingKey, PersonaRef } from "./bindings.ts";
import { Event, type MessageEvent, type Place } from "./model.ts";
import type { Parts } from "./parts.ts";
import type { KnownPersona } from "./personas.ts";
import { type Acceptance, Target } from "./platform.ts";
import type { ResolvedScope } from "./scope.ts";

/** An event as it waits in a lane. */
export const Waiting = z.object({
  event: Event,
  target: Target,
  /** Whom the message was said to; decided when it was accepted, so that a lane is one conversation. */
  persona: PersonaRef.optional(),
  /** The key of the scope it was said in. Who reads along is asked once more before anything is opened. */
  scope: z.string().optional(),
  /** It was edited before it came here, by a revision that was heard first. Marked where it is stored. */
  isRevised: z.boolean().optional(),
  /** It was said before others to a persona that answers in direct messages alone. */
  isForDirect: z.boolean().optional(),
});
export type Waiting = z.infer<typeof Waiting>;
export type MessageWaiting = Waiting & { readonly event: MessageEvent };

/** So many events wait in one conversation before people are asked for patience. */
const LANE_CAP = 40;

type Queueing = Pick<Parts, "lanes" | "notify" | "clock">;

/** Puts something said to a persona into the lane of their conversation in this place. */
export async function queueMessage(
  parts: Queueing & Pick<Parts, "burstMs">,
  { event, target, known, scope }: SaidTo & { scope: ResolvedScope },
): Promise<Acceptance> {
  const place = event.thread ?? event.place;
  const payload: Waiting = { event, target, persona: known.ref, scope: scope.key };
  const lane = bindingKey(place, known.ref, scope.key);
  return queue(parts, place, { lane, payload, settleMs: parts.burstMs });
}

interface SaidTo {
  readonly event: MessageEvent;
  readonly target: Target;
  readonly known: KnownPersona;
}

/** Where the persona says nothing: whoever said it is led to their direct messages, and waits for nothing before that. */
export async function queueForDirect(parts: Queueing, { event, target, known }: SaidTo): Promise<Acceptance> {
  const payload: Waiting = { event, target, persona: known.ref, isForDirect: true };
  return queue(parts, event.place, { lane: `command/${event.id}`, payload });
}

/** A command has a lane of its own: it waits for nothing, a running turn least of all. */
export async function queueCommand(
  parts: Queueing,
  { event, target }: { event: Event; target: Target },
): Promise<Acceptance> {
  return queue(parts, event.place, { lane: `command/${event.id}`, payload: { event, target } });
}

interface Entry {
  readonly lane: string;
  readonly payload: Waiting;
  readonly settleMs?: number;
}

/** `place` is where the answer goes. Who began it does not matter: a person's message, or a command that says something. */
async function queue(
  { lanes, notify, clock }: Queueing,
  place: Place,
  { payload, ...entry }: Entry,
): Promise<Acceptance> {
  const { id } = payload.event;
  const { platform } = place;
  const acceptance = await lanes.accept({ ...entry, id, payload, platform, cap: LANE_CAP });
  if (acceptance === "accepted") notify({ type: "accepted", place, event: id, at: clock.now() });
  return acceptance;
}
