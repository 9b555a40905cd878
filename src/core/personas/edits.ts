import { sentences } from "../../sentences/sentences.ts";
import { type KnownPersona, mayManage, ownerAt } from "../access/owners.ts";
import { eraseOrphanedAgents } from "../access/tenant-erasure.ts";
import { optionRefusal } from "../commands/option-errors.ts";
import { AppError, invalidInput } from "../domain/errors.ts";
import type { Person, Place } from "../domain/model.ts";
import { Persona, personaMark } from "../domain/persona.ts";
import { BUILT_IN, personaRecordKey, type StoredPersona } from "../domain/stored-records.ts";
import type { CoreServices } from "../ports/services.ts";
import { truncate } from "../text/truncate.ts";
import { isVisible } from "../text/visible.ts";
import { toKnownPersona } from "./catalogue.ts";
import { type NameServices, refuseCreator, refuseName } from "./naming-rules.ts";

type PersonaEditServices = NameServices &
  Pick<CoreServices, "clock" | "log" | "provisioning" | "agentRecords">;

/** What somebody wrote of a persona; the rest has defaults or stays. */
export type PersonaFields = { readonly [Field in keyof Persona]?: Persona[Field] | undefined };

/**
 * Made under the key that follows from its name, unless one is given.
 *
 * @throws {AppError} `invalid_input` naming what does not fit, `conflict` when the name is taken, `forbidden`
 */
export async function createPersona(
  services: PersonaEditServices,
  place: Place,
  author: Person,
  written: PersonaFields,
): Promise<KnownPersona> {
  const key = written.key ?? keyOf(written.name ?? "");
  const persona = parse({ ...written, key });
  refuseGlobal(services, persona, author);
  await refuseCreator(services, place, author);
  await refuseName(services, { place, author }, persona);
  const home = ownerAt(place, author);
  const now = new Date(services.clock.now()).toISOString();
  const stored: StoredPersona = {
    persona,
    home,
    id: crypto.randomUUID(),
    author: author.id,
    authorName: author.name,
    createdAt: now,
    updatedAt: now,
    hidden: false,
  };
  await services.personas.update(personaRecordKey({ home, key }), async (current) => {
    if (current && !current.hidden) throw keyTaken(key);
    return stored;
  });
  services.log.info({ persona: key, home }, "persona created");
  return toKnownPersona(stored);
}

/**
 * A persona of the box becomes this tenant's own version; its memory stays. `was` is the mark of what the editor saw.
 *
 * @throws {AppError} `conflict` when somebody else was quicker: nothing is overwritten then
 */
export async function editPersona(
  services: PersonaEditServices,
  {
    place,
    author,
    was,
  }: { readonly place: Place; readonly author: Person; readonly was?: string | undefined },
  seen: KnownPersona,
  changes: PersonaFields,
): Promise<KnownPersona> {
  const home = seen.stored?.home ?? ownerAt(place, author);
  const { key } = seen.persona;
  const now = new Date(services.clock.now()).toISOString();
  const { name } = parse({ ...seen.persona, ...given(changes), key });
  if (name !== seen.persona.name) await refuseName(services, { place, author }, { name, key }, seen);
  const stored = await services.personas.update(personaRecordKey({ home, key }), async (current) => {
    const before = current?.persona ?? seen.persona;
    const isAnother = current?.id !== seen.stored?.id || (seen.stored !== undefined && current === undefined);
    if (isAnother || (was !== undefined && was !== personaMark(before))) throw editConflict(before);
    const persona = parse({ ...before, ...given(changes), key });
    if (persona.scope !== seen.persona.scope) refuseGlobal(services, persona, author);
    const made = { home, author: author.id, authorName: author.name, createdAt: now };
    return { ...made, ...current, persona, updatedAt: now, hidden: false };
  });
  services.log.info({ persona: key, home }, "persona edited");
  return stored ? toKnownPersona(stored) : seen;
}

const keyTaken = (key: string) => new AppError("conflict", sentences.personas.keyTaken(key));

const editConflict = ({ name }: Persona) =>
  new AppError("conflict", sentences.personas.changedMeanwhile(name));

/** One from the box is hidden in this tenant only. */
export async function deletePersona(
  services: PersonaEditServices,
  place: Place,
  author: Person,
  deleted: KnownPersona,
): Promise<void> {
  const { key } = deleted.persona;
  const isBoxed = services.builtInPersonas.some((boxed) => boxed.key === key);
  if (!isBoxed || (deleted.stored && deleted.stored.home !== ownerAt(place, author))) {
    await services.personas.delete(personaRecordKey(deleted.ref));
    // What cannot be erased now is at the next sweep.
    await eraseOrphanedAgents(services, await services.agentRecords.list(key));
  } else {
    const home = ownerAt(place, author);
    const now = new Date(services.clock.now()).toISOString();
    const { persona } = deleted;
    const made = { home, author: author.id, authorName: author.name, createdAt: now, updatedAt: now };
    await services.personas.set(personaRecordKey({ home, key }), { persona, ...made, hidden: true });
  }
  services.log.info(
    { persona: key, home: deleted.ref.home === BUILT_IN ? ownerAt(place, author) : deleted.ref.home },
    "persona deleted",
  );
}

function parse(written: PersonaFields): Persona {
  const { success, data, error } = Persona.safeParse(written, { error: optionRefusal });
  if (!success) throw invalidInput(error);
  if (!isVisible(data.name)) throw new AppError("invalid_input", sentences.personas.nameInvisible);
  return data;
}

const given = (changes: PersonaFields) =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));

/** What everyone everywhere shares is for those who run the installation to allow. */
function refuseGlobal(services: PersonaEditServices, { scope }: Persona, author: Person): void {
  if (scope !== "global" || mayManage(services, author)) return;
  throw new AppError("forbidden", sentences.personas.adminsShareEverywhere);
}

/** `Captain Mira!` becomes `captain_mira`. */
function keyOf(name: string): string {
  const words =
    name
      .normalize("NFKD")
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  const key = truncate(words.join("_"), 32, "").replace(/_$/, "");
  if (key) return key;
  throw new AppError("invalid_input", sentences.personas.nameUntypable);
}
