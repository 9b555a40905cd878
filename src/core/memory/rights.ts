import { mayManage, tenantOwner } from "../access/owners.ts";
import type { Person, PersonId, Place } from "../domain/model.ts";
import type { LineKey, Origin } from "../ports/provenance-store.ts";
import type { CoreServices } from "../ports/services.ts";
import type { MemoryContext } from "./context.ts";

/*
 * Who may change what is remembered:
 *
 * - in a memory that is one person's own, that person may change everything
 * - who manages the server or workspace may change everything that is shared in it
 * - everybody else adds, and removes the lines that they said or had remembered, by Rapport's own record of who that was
 */

interface Asker {
  readonly place: Place;
  readonly author: Person;
}

/** May change every line and whole blocks. */
export function mayChangeAll(
  services: Pick<CoreServices, "isAdmin">,
  { known, shared }: Pick<MemoryContext, "known" | "shared">,
  { place, author }: Asker,
): boolean {
  // One person's own memory is opened for nobody else.
  if (shared === "person") return true;
  // What other servers share too is not for the managers of one of them.
  const isOfElsewhere = shared === "global" && known.ref.home !== tenantOwner(place);
  return isOfElsewhere ? services.isAdmin(author.id) : mayManage(services, author);
}

/**
 * Which of these lines somebody may remove, each of which is there so many times. Of equal lines everybody has as many
 * as they had remembered: one that is there without a record stays.
 */
export function removableLines(
  person: PersonId,
  origins: readonly Origin[],
  counts: ReadonlyMap<LineKey, number>,
): ReadonlySet<LineKey> {
  const isTheirs = ({ author, askedBy }: Origin) => author === person || askedBy === person;
  const theirs = new Set(origins.filter(isTheirs).map(({ line }) => line));
  const others = origins.filter((origin) => !isTheirs(origin));
  return new Set(
    [...theirs].filter(
      (line) => others.filter((origin) => origin.line === line).length < (counts.get(line) ?? 0),
    ),
  );
}
