import type { Inspector, Looker } from "../protocol/insight.ts";
import type { Change, Commands, Home, Message, Person, Place, WorldSummary } from "../protocol/protocol.ts";
import type { ReadersSheet } from "../protocol/readers.ts";
import type { Note, NumberedNote } from "./feed.ts";

/** One platform of the sandbox, as the page serves it. */
export interface PageWorld {
  readonly key: WorldSummary["key"];
  readonly kind: WorldSummary["kind"];
  /** Without one the panel behind the glass says that the bot does not let it look. */
  readonly inspector: Inspector | undefined;
  readonly view: WorldView;
  /** What people do in it. */
  readonly deeds: { carryOut(name: string, json: unknown): Promise<unknown> };
  /** A file that this person may see, where the platform does not hand them to browsers itself. */
  file?(id: string, viewer: Person): StoredFile | undefined;
  /** Notes whatever changes; returns how to stop that. */
  follow(note: (note: Note) => void): () => void;
}

interface StoredFile {
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A platform as one of its people sees it, in the page's own terms. */
export interface WorldView {
  readonly name: string;
  /** Pictures may come from this address and from nowhere else. */
  readonly url: string;
  readonly people: readonly Person[];
  readonly bot: Person;
  readonly isConnected: boolean;
  places(viewer: Person): readonly Place[];
  /** Undefined where it is not there for this person. */
  place(placeId: string, viewer: Person): Place | undefined;
  messages(placeId: string, viewer: Person): readonly Message[];
  commands(placeId: string, viewer: Person): Commands;
  /** Undefined where nobody can be let in or out, as in direct messages. */
  readers?(placeId: string, viewer: Person): ReadersSheet | undefined;
  /** This person as the platform tells the bot of them, for what it would show them there. */
  looker(placeId: string, viewer: Person): Looker;
  /** What a note says to this person now; undefined when it says nothing to them. */
  change(note: NumberedNote, viewer: Person): Change | undefined;
  home?(viewer: Person): Home | undefined;
}

/** The person of this name; the first one when there is none. */
export function personOrFirst({ people }: WorldView, name: string | undefined): Person {
  const found = people.find((person) => person.name === name) ?? people[0];
  if (!found) throw new Error("the sandbox has no people");
  return found;
}
