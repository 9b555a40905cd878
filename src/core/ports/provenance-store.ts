import { z } from "zod";
import { AgentId, EventId, PersonId, Place } from "../domain/model.ts";

/** Names one remembered line of an agent: a line of a block by its text, or a passage by its id. */
export type LineKey = string & { readonly [brand]: "LineKey" };
declare const brand: unique symbol;

export const passageKey = (id: string): LineKey => `passage/${id}` as LineKey;

/** A whole hash and not a short mark: nobody can write a line that passes for somebody else's. */
export async function blockLineKey(label: string, line: string): Promise<LineKey> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(line));
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `block/${encodeURIComponent(label)}/${hex}` as LineKey;
}

/** Who a remembered line comes from, as Rapport itself saw it; never read from the line's text. */
export const Origin = z.object({
  agent: AgentId,
  line: z.string().transform((line) => line as LineKey),
  /** Whose words they are; absent for those of an app or a persona. */
  author: PersonId.optional(),
  /** Who asked for them to be remembered: the same person, or whoever chose "Remember this". */
  askedBy: PersonId,
  /** Where that was. */
  place: Place,
  event: EventId,
  at: z.number(),
});
export type Origin = z.infer<typeof Origin>;

export interface ProvenanceStore {
  note(origin: Origin): Promise<void>;
  /** What is known of these lines of an agent; a line that was noted twice has two origins. */
  of(agent: AgentId, lines: readonly LineKey[]): Promise<readonly Origin[]>;
  /** The line is gone: forgets all its origins, or the newest that names this person. */
  forget(agent: AgentId, line: LineKey, person?: PersonId): Promise<void>;
}
