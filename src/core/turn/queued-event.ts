import { z } from "zod";
import { Event, type MessageEvent } from "../domain/model.ts";
import { PersonaRef } from "../domain/stored-records.ts";
import { ReplyTarget } from "../ports/platform.ts";

/** An event as it waits in a lane. */
export const QueuedEvent = z.object({
  event: Event,
  target: ReplyTarget,
  /** Whom the message was said to; decided when it was accepted, so that a lane is one conversation. */
  persona: PersonaRef.optional(),
  /** The key of the scope it was said in. Who reads along is asked once more before anything is opened. */
  scope: z.string().optional(),
  /** Who read the place of a command when it was accepted; where they are others by now its person may be none of them. */
  readers: z.string().optional(),
  /** It was edited before it came here, by a revision that was heard first. Marked where it is stored. */
  isRevised: z.boolean().optional(),
  /** It was said before others to a persona that answers in direct messages alone. */
  isForDirect: z.boolean().optional(),
});
export type QueuedEvent = z.infer<typeof QueuedEvent>;
export type QueuedMessage = QueuedEvent & { readonly event: MessageEvent };
