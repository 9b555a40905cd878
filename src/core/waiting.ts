import { z } from "zod";
import { bindingKey, PersonaRef } from "./bindings.ts";
import { scopeAt } from "./conversation.ts";
import { Event, type MessageEvent, type Place } from "./model.ts";
import type { Parts } from "./parts.ts";
import type { KnownPersona } from "./personas.ts";
import { type Acceptance, Target } from "./platform.ts";

/** An event as it waits in a lane. */
export const Waiting = z.object({
  event: Event,
  target: Target,
  /** Whom the message was said to; decided when it was accepted, so that a lane is one conversation. */
  persona: PersonaRef.optional(),
  /** The tag of the scope it was said in: a persona whose scope is changed meanwhile answers as it was asked. */
  scope: z.string().optional(),
});
export type Waiting = z.infer<typeof Waiting>;

/** So many events wait in one conversation before people are asked for patience. */
const LANE_CAP = 40;

type Queueing = Pick<Parts, "lanes" | "notify" | "clock">;

/** Puts something said to a persona into the lane of their conversation in this place. */
export async function queueMessage(
  parts: Queueing & Pick<Parts, "settings" | "burstMs">,
  { event, target, known }: { event: MessageEvent; target: Target; known: KnownPersona },
): Promise<Acceptance> {
  const place = event.thread ?? event.place;
  const { tag } = await scopeAt(parts, known, place, event.author);
  const payload: Waiting = { event, target, persona: known.ref, scope: tag };
  const lane = bindingKey(place, known.ref, tag);
  return queue(parts, place, { lane, payload, settleMs: parts.burstMs });
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
  const acceptance = await lanes.accept({ ...entry, id, payload, cap: LANE_CAP });
  if (acceptance === "accepted") notify({ type: "accepted", place, event: id, at: clock.now() });
  return acceptance;
}
