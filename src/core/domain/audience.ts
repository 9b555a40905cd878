import { z } from "zod";
import { sentences } from "../../sentences/sentences.ts";
import type { Person, Place, PlaceId } from "./model.ts";
import { type Persona, Scope } from "./persona.ts";

/*
 * The audience rule: one memory for each set of readers. What was learnt before some readers is opened only where exactly
 * those readers listen. Two pure functions decide it, and nothing else does:
 *
 *   signatureOf   a place, who speaks, and who can read it       →  the signature of its readers
 *   memoryOf      a signature and a persona with its scope       →  the memory that is opened, or none
 */

/** Who can read a place, as its platform knows it at this moment. */
export type Readers =
  /** Everyone in the tenant, and who joins later. */
  | { readonly who: "everyone" }
  /** Those whom the place's own rules let in, or everyone but those whom they keep out. */
  | {
      readonly who: "some";
      /** Names the set, at most 64 characters: equal for the same set of readers in any place of the tenant, and only then. */
      readonly set: string;
      /** As people say it: `@Staff`. */
      readonly named: string;
    }
  /** Whoever was let into one place; the list need not be known. `of` is the place whose members they are. */
  | {
      readonly who: "members";
      readonly of: PlaceId;
      /** As people say it: `this thread`, `#plans`. */
      readonly named: string;
      /** People of another company or server read along, or may at any moment. */
      readonly outsiders: boolean;
      /** Tells apart who else may read there as far as that is known: which companies, which roles. At most 64 characters. */
      readonly set?: string;
    }
  /** It could not be found out: anybody may read, and what is learnt stays in this place. */
  | {
      readonly who: "unknown";
      /** The platform is away: later it may say. */
      readonly isPassing?: boolean | undefined;
    };

/** Names a set of readers: two places with the same key are read by the same people. */
export interface Signature {
  readonly kind: "base" | "group" | "place" | "person";
  readonly key: string;
  /** For a group or a place: who reads it, as people say it. */
  readonly named: string;
  /** It stands for readers whom the platform, which is away, may name later. */
  readonly isPassing?: boolean | undefined;
}

/**
 * @param base the key of the set that a manager named as "everyone here"; else everyone in the tenant is
 */
export function signatureOf(
  place: Place,
  author: Pick<Person, "id" | "standing">,
  readers: Readers,
  base?: string | undefined,
): Signature {
  const { platform, tenant } = place;
  if (place.kind === "direct") return { kind: "person", key: `person/${platform}/${author.id}`, named: "" };
  // A guest reads one channel of many, and a stranger is of another company: they ask with what is known in this place.
  if (author.standing && (readers.who === "everyone" || readers.who === "some"))
    return placeSignature(`${place.parent ?? place.id}/guests`, sentences.access.thisPlace);
  switch (readers.who) {
    case "everyone":
      return { kind: "base", key: `workspace/${platform}/${tenant}`, named: "" };
    case "some": {
      const key = `readers/${platform}/${tenant}/${readers.set}`;
      return { kind: key === base ? "base" : "group", key, named: readers.named };
    }
    case "members": {
      const { of, outsiders, set, named } = readers;
      const others = [outsiders ? "shared" : undefined, set].filter((part) => part !== undefined);
      return placeSignature([of, ...others].join("/"), named);
    }
    case "unknown":
      return {
        ...placeSignature(`${place.id}/unknown`, sentences.access.thisPlace),
        ...(readers.isPassing && { isPassing: true }),
      };
  }
}

/** One place can be read by others tomorrow: who they are is in the name, so that they open a memory of their own. */
const placeSignature = (place: string, named: string): Signature => ({
  kind: "place",
  key: `place/${place}`,
  named: sentences.access.readersOf(named),
});

/** Which memory of a persona is opened before some readers. */
export type MemoryChoice =
  | {
      readonly isOpen: true;
      readonly shared: Sharing;
      /** Sets the agents of a persona apart: what is learnt under one key cannot be read under another. */
      readonly key: string;
      /** Who shares it, for a group or a place. */
      readonly named: string;
    }
  /** A persona for one person says nothing where others read: it answers in direct messages. */
  | { readonly isOpen: false };

/** Who shares a memory: everyone here, the readers of some places, one person, the whole installation. */
export const Sharing = z.enum([...Scope.options, "group"]);
export type Sharing = z.infer<typeof Sharing>;

/** Says at a glance who shares what is learnt. */
export const BADGES = {
  workspace: "🏠",
  group: "👥",
  person: "🔒",
  global: "🌐",
} as const satisfies Record<Sharing, string>;

/** Who shares a memory, as people read it; `named` is who that is for a group. */
export function sharingMeaning(shared: Sharing, named: string): string {
  const { sharing } = sentences.access;
  return shared === "group" ? sharing.group(named) : sharing[shared];
}

/** The persona, and whose it is in this place. */
export interface MemoryRequest {
  readonly scope: Persona["scope"];
  /** Where the persona was made. */
  readonly owner: string;
  /** Ends the key of a persona that came from elsewhere: it is not the workspace's persona of the same name. */
  readonly foreign: string;
  /** The home that a person's own memory bears: their own version of a built-in persona keeps what it knew of them. */
  readonly personal: string;
}

export function memoryFor(
  signature: Signature,
  { scope, owner, foreign, personal }: MemoryRequest,
): MemoryChoice {
  const { kind, key, named } = signature;
  const isBase = kind === "base";
  if (scope === "person" && kind !== "person") return { isOpen: false };
  if (scope === "global") {
    const whole = `global/${owner}`;
    if (isBase) return { isOpen: true, shared: "global", key: whole, named };
    const shared = kind === "person" ? "person" : "group";
    return { isOpen: true, shared, key: `${whole}/${key}`, named };
  }
  if (kind === "person") return { isOpen: true, shared: "person", key: `${key}/${personal}`, named };
  return { isOpen: true, shared: isBase ? "workspace" : "group", key: `${key}${foreign}`, named };
}
