import type { EventId } from "../../core/model.ts";

/** What people made of a message that they said: another text, or nothing. */
type Revision = { readonly text: string } | "deleted";

/** Edits and deletions that were heard: over two sockets one may overtake the message it is about. */
export interface Revisions {
  note(message: EventId, revision: Revision): void;
  of(message: EventId): Revision | undefined;
}

/** What overtakes does so by moments. */
const REMEMBERED = 1_000;

export function createRevisions(): Revisions {
  const noted = new Map<EventId, Revision>();
  return {
    note(message, revision) {
      noted.delete(message);
      noted.set(message, revision);
      for (const oldest of noted.keys()) {
        if (noted.size <= REMEMBERED) break;
        noted.delete(oldest);
      }
    },
    of: (message) => noted.get(message),
  };
}
