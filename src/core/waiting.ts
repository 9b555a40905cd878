import { z } from "zod";
import { bindingKey, PersonaRef } from "./bindings.ts";
import { scopeAt } from "./conversation.ts";
import { Event, type MessageEvent } from "./model.ts";
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

/** Puts something said to a persona into the lane of their conversation in this place. */
export async function queueMessage(
  parts: Pick<Parts, "settings" | "lanes" | "burstMs">,
  { event, target, known }: { event: MessageEvent; target: Target; known: KnownPersona },
): Promise<Acceptance> {
  const place = event.thread ?? event.place;
  const { tag } = await scopeAt(parts, known, place, event.author);
  const payload: Waiting = { event, target, persona: known.ref, scope: tag };
  return parts.lanes.accept({
    lane: bindingKey(place, known.ref, tag),
    id: event.id,
    payload,
    cap: LANE_CAP,
    settleMs: parts.burstMs,
  });
}

/** A command has a lane of its own: it waits for nothing, a running turn least of all. */
export async function queueCommand(
  parts: Pick<Parts, "lanes">,
  { event, target }: { event: Event; target: Target },
): Promise<Acceptance> {
  const payload: Waiting = { event, target };
  return parts.lanes.accept({ lane: `command/${event.id}`, id: event.id, payload, cap: LANE_CAP });
}
