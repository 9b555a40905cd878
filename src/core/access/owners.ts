import type { Person, Place } from "../domain/model.ts";
import type { Persona } from "../domain/persona.ts";
import { BUILT_IN, type PersonaRef, type StoredPersona } from "../domain/stored-records.ts";
import type { CoreServices } from "../ports/services.ts";

/** A persona as somebody meets it: which one it is, and who made it. */
export interface KnownPersona {
  readonly ref: PersonaRef;
  readonly persona: Persona;
  /** Absent for a persona of the box as it came. */
  readonly stored: StoredPersona | undefined;
}

/**
 * Personas made here have the tenant as home; those made in direct messages belong to the person alone. The tenant's answer
 * in its direct messages too.
 */
export function ownerAt(place: Place, author: Pick<Person, "id">): string {
  return place.kind === "direct" ? personOwner(place, author) : tenantOwner(place);
}

export const tenantOwner = (place: Place) => `${place.platform}/${place.tenant}`;

/** Whose versions answer in a place, nearest first: in direct messages one's own, then the tenant's. */
export const ownersAt = (place: Place, author: Pick<Person, "id">): readonly string[] =>
  place.kind === "direct" ? [personOwner(place, author), tenantOwner(place)] : [tenantOwner(place)];

export const personOwner = (place: Place, author: Pick<Person, "id">) =>
  `${place.platform}/person/${author.id}`;

export function mayManage(services: Pick<CoreServices, "isAdmin">, author: Person): boolean {
  return (author.manages && !author.standing) || services.isAdmin(author.id);
}

/**
 * Authors edit what they made, as long as they are members where it is; who may manage the server edits every persona of it, and so the box's for it. What
 * somebody brought along from their direct messages is theirs alone.
 */
export function mayEdit(
  services: Pick<CoreServices, "isAdmin">,
  { ref, stored }: KnownPersona,
  { place, author }: { readonly place: Place; readonly author: Person },
): boolean {
  const isShared = ref.home === tenantOwner(place);
  if (stored?.author === author.id) return author.standing === undefined || !isShared;
  const isOfHere = ref.home === BUILT_IN || isShared;
  return isOfHere ? mayManage(services, author) : services.isAdmin(author.id);
}
