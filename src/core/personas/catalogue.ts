import { sentences } from "../../sentences/sentences.ts";
import { type KnownPersona, ownersAt, personOwner, tenantOwner } from "../access/owners.ts";
import { AppError } from "../domain/errors.ts";
import type { Person, Place } from "../domain/model.ts";
import {
  BUILT_IN,
  type PersonaRef,
  personaRecordKey,
  placeKey,
  type StoredPersona,
} from "../domain/stored-records.ts";
import type { CoreServices } from "../ports/services.ts";
import { nameKey } from "../text/lookalikes.ts";
import { truncate } from "../text/truncate.ts";

type PersonaServices = Pick<
  CoreServices,
  "personas" | "settings" | "builtInPersonas" | "defaultPersona" | "isAdmin"
>;
/** Besides, whether who brought a persona is still there. */
type ShelfThere = PersonaServices & Pick<CoreServices, "isMember">;

/** Everyone who can be talked to here, the box's own first, then by name. */
export async function personasAt(
  services: PersonaServices,
  place: Place,
  author: Person,
): Promise<readonly KnownPersona[]> {
  const [carried, shared] = await Promise.all([
    services.personas.list(personOwner(place, author)),
    services.personas.list(tenantOwner(place)),
  ]);
  const here = place.kind === "direct" ? [...shared, ...carried] : shared;
  const own = new Map(here.map((record) => [record.persona.key, record]));
  const builtIn = services.builtInPersonas.flatMap((persona) => {
    const changed = own.get(persona.key);
    own.delete(persona.key);
    if (changed) return changed.hidden ? [] : [toKnownPersona(changed)];
    return [{ ref: { home: BUILT_IN, key: persona.key }, persona, stored: undefined }];
  });
  // What somebody brings along stands for nobody who is here already.
  const taken = new Set([...builtIn.map(({ ref }) => ref.key), ...own.keys()]);
  const names = new Set(
    carried.length > 0 ? [...builtIn, ...[...own.values()].map(toKnownPersona)].map(lookalikeKey) : [],
  );
  const brought = carried.filter(
    (each) =>
      !taken.has(each.persona.key) &&
      !isBuiltIn(services, each.persona.key) &&
      !names.has(lookalikeKey(each)),
  );
  const made = [...own.values(), ...brought].filter(({ hidden }) => !hidden).map(toKnownPersona);
  return [...builtIn, ...made.sort((a, b) => a.persona.name.localeCompare(b.persona.name))];
}

/** By key, then by name, whatever the case; never a guess. */
export async function findPersona(
  services: PersonaServices,
  place: Place,
  author: Person,
  asked: string,
): Promise<KnownPersona> {
  const all = await personasAt(services, place, author);
  const word = asked.trim().toLowerCase();
  const found =
    all.find(({ persona }) => persona.key === word) ??
    all.find(({ persona }) => persona.name.toLowerCase() === word);
  if (found) return found;
  // This may be said before others: what somebody has in their direct messages alone is not listed.
  const names = all
    .filter(({ ref }) => place.kind === "direct" || !isBrought(place, ref))
    .map(({ persona }) => persona.name);
  if (names.length === 0) throw new AppError("not_found", sentences.personas.noneHere);
  throw new AppError("not_found", sentences.personas.notHere(truncate(asked, 40), names));
}

/**
 * The persona that was meant, as it is written now in this place: a version of one from the box that was made for this
 * place stands for it, and it for a version that is gone. Undefined when it was deleted, also when another was made
 * under its key since, and for what somebody brought who is not known to be a member here any more: they could still
 * change what it says.
 */
export async function personaByRef(
  shelf: ShelfThere,
  ref: PersonaRef,
  place: Place,
  author: Pick<Person, "id">,
): Promise<KnownPersona | undefined> {
  const owners = ownersAt(place, author);
  const builtIn = shelf.builtInPersonas.find(({ key }) => key === ref.key);
  const isOfHere = ref.home === BUILT_IN || (builtIn !== undefined && owners.includes(ref.home));
  const others = isOfHere ? owners.filter((home) => home !== ref.home) : [];
  for (const home of ref.home === BUILT_IN ? others : [ref.home, ...others]) {
    const stored = await shelf.personas.get(personaRecordKey({ home, key: ref.key }));
    if (!stored) continue;
    if (stored.hidden || stored.id !== ref.id) return undefined;
    return (await isLeft(shelf, stored, { place, author })) ? undefined : toKnownPersona(stored);
  }
  return isOfHere && builtIn && ref.id === undefined
    ? { ref: { home: BUILT_IN, key: ref.key }, persona: builtIn, stored: undefined }
    : undefined;
}

/** Brought to where others read, by somebody who is not known to be there. Who speaks there is. */
async function isLeft(
  { isMember }: Pick<CoreServices, "isMember">,
  { home, persona: { key }, author: maker }: StoredPersona,
  { place, author }: { readonly place: Place; readonly author: Pick<Person, "id"> },
): Promise<boolean> {
  if (place.kind === "direct" || maker === author.id || !isBrought(place, { home, key })) return false;
  return (await isMember(place, maker)) !== true;
}

/**
 * Who answers in a place: chosen for it, else for the channel it hangs from, else the default. One that was
 * deleted meanwhile counts as not chosen.
 */
export async function personaAt(shelf: ShelfThere, place: Place, author: Person): Promise<KnownPersona> {
  const chosen = [place.id, ...(place.parent ? [place.parent] : [])];
  for (const id of chosen) {
    const setting = await shelf.settings.get(placeKey({ id }));
    const found = setting?.persona && (await personaByRef(shelf, setting.persona, place, author));
    if (found) return found;
  }
  const all = await personasAt(shelf, place, author);
  const fallback = all.find(({ persona }) => persona.key === shelf.defaultPersona) ?? all[0];
  if (!fallback) throw new AppError("not_found", sentences.personas.noneHere);
  return fallback;
}

/** Somebody's own, carried along from their direct messages. */
export const isBrought = (place: Place, { home }: PersonaRef): boolean =>
  home !== BUILT_IN && home !== tenantOwner(place);

const lookalikeKey = ({ persona }: Pick<KnownPersona, "persona">) => nameKey(persona.name);

const isBuiltIn = (services: Pick<CoreServices, "builtInPersonas">, key: string) =>
  services.builtInPersonas.some((boxed) => boxed.key === key);

export function toKnownPersona(stored: StoredPersona): KnownPersona {
  const { home, id, persona } = stored;
  return { ref: { home, key: persona.key, ...(id !== undefined && { id }) }, persona, stored };
}

/**
 * Why somebody else answers than was chosen for a place: that persona was deleted, or who brought it is not there any more.
 * Said above the answer, and once: then nobody is chosen, until somebody does. While it cannot be found out, the choice
 * stays.
 */
export async function whyNotTheChosen(
  services: ShelfThere,
  answering: KnownPersona,
  { place, author }: { readonly place: Place; readonly author: Person },
): Promise<string | undefined> {
  const { personas, settings, isMember } = services;
  const { name } = answering.persona;
  let told: string | undefined;
  for (const id of [place.id, ...(place.parent ? [place.parent] : [])]) {
    const chosen = (await settings.get(placeKey({ id })))?.persona;
    if (!chosen) continue;
    if (await personaByRef(services, chosen, place, author)) return told;
    const stored = await personas.get(personaRecordKey(chosen));
    const isThere = stored && !stored.hidden && stored.id === chosen.id;
    if (isThere && (await isMember(place, stored.author)) === undefined)
      return told ?? sentences.turn.bringerUnknown(name);
    await settings.update(placeKey({ id }), async (current) => {
      if (current?.persona?.home !== chosen.home || current.persona.id !== chosen.id) return current;
      const { persona: _, ...rest } = current;
      return rest;
    });
    told ??= isThere ? sentences.turn.bringerLeft(name) : sentences.turn.chosenDeleted(chosen.key, name);
  }
  return told;
}
