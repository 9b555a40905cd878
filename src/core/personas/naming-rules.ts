import { sentences } from "../../sentences/sentences.ts";
import { type KnownPersona, mayManage, ownerAt, tenantOwner } from "../access/owners.ts";
import { policyAt } from "../access/tenant-policy.ts";
import { AppError } from "../domain/errors.ts";
import type { Person, Place } from "../domain/model.ts";
import type { Persona } from "../domain/persona.ts";
import type { NameRestrictions } from "../ports/platform.ts";
import type { CoreServices } from "../ports/services.ts";
import { nameKey } from "../text/lookalikes.ts";
import { isBrought, personasAt } from "./catalogue.ts";

/*
 * A persona speaks under a name of its own beside people, roles and the bot, so it may look like none of them: unique in
 * its tenant, and none that says more than it is. Personas that come with Rapport are exempt, and those that are there
 * already stay as they are until they are renamed.
 */

export type NameServices = Pick<
  CoreServices,
  | "personas"
  | "settings"
  | "builtInPersonas"
  | "defaultPersona"
  | "isAdmin"
  | "tenants"
  | "policy"
  | "nameRestrictions"
>;

/** Address everybody, on every platform. */
const CALL_WORDS = ["everyone", "here", "channel", "all"];
/** Say that who bears them has a say. */
const TITLE_WORDS = ["admin", "administrator", "moderator", "mod", "support", "system", "owner"];
/** Add nothing to a title. */
const GROUP_WORDS = [
  "the",
  "server",
  "workspace",
  "team",
  "staff",
  "official",
  "bot",
  "channel",
  "community",
  "help",
];

const keysOf = (words: readonly string[]): ReadonlySet<string> => new Set(words.map(nameKey));
const callKeys = keysOf(CALL_WORDS);
const titleKeys = keysOf(TITLE_WORDS);
const groupKeys = keysOf(GROUP_WORDS);

/** "Server Admin" is, "Solar System Guide" is not. */
function isReserved(name: string): boolean {
  const whole = nameKey(name);
  if (callKeys.has(whole) || titleKeys.has(whole)) return true;
  const words = name
    .normalize("NFKC")
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .map(nameKey);
  return (
    words.some((word) => titleKeys.has(word)) &&
    words.every((word) => titleKeys.has(word) || groupKeys.has(word))
  );
}

/**
 * @param own the persona that is renamed
 * @throws {AppError} `conflict` when the name is somebody's already, or nobody may have it
 */
export async function refuseName(
  services: NameServices,
  { place, author }: { readonly place: Place; readonly author: Person },
  { name, key }: Pick<Persona, "name" | "key">,
  own?: KnownPersona,
): Promise<void> {
  const [all, there] = await Promise.all([
    personasAt(services, place, author),
    services.nameRestrictions(place),
  ]);
  const wanted = [nameKey(name), nameKey(key)];
  const others = all.filter(({ persona }) => persona.key !== own?.persona.key).map(({ persona }) => persona);
  const same = others.find(
    (other) => wanted.includes(nameKey(other.name)) || wanted.includes(nameKey(other.key)),
  );
  if (same) throw new AppError("conflict", sentences.personas.nameTakenBy(same));
  refuseMisleading(name, place.kind === "direct" ? { ...there, isUnsure: false } : there);
}

/** @throws {AppError} `conflict` for a name that is no persona's to bear in this place */
function refuseMisleading(name: string, there: NameRestrictions): void {
  const refusal = misleading(name, there);
  if (refusal !== undefined) throw new AppError("conflict", sentences.personas.nameRefused(refusal));
  if (there.isUnsure) throw new AppError("conflict", sentences.personas.nameUnsure(name));
}

/** Why a name is no persona's to bear in a place; undefined when it is. */
function misleading(name: string, { refusedParts, maxLength, taken }: NameRestrictions): string | undefined {
  const wanted = nameKey(name);
  if (isReserved(name)) return sentences.personas.nameMisleads(name);
  const part = refusedParts.find((each) => name.includes(each) || wanted.includes(nameKey(each)));
  if (part !== undefined) return sentences.personas.nameHolds(part);
  if (name.length > maxLength) return sentences.personas.nameTooLong(maxLength);
  if (taken.some((each) => nameKey(each) === wanted)) return sentences.personas.nameOfSomebody(name);
  return undefined;
}

/**
 * As a persona is shown in a place. Somebody's own is renamed in their direct messages, where no name is anybody's: before
 * others it bears none that may not be borne there.
 */
export async function namedHere(
  services: NameServices,
  place: Place,
  known: KnownPersona,
): Promise<KnownPersona> {
  const { ref, persona, stored } = known;
  if (place.kind === "direct" || !stored || !isBrought(place, ref)) return known;
  const [all, there] = await Promise.all([
    personasAt(services, place, { id: stored.author, name: stored.authorName, manages: false }),
    services.nameRestrictions(place),
  ]);
  const look = nameKey(persona.name);
  const isTaken = all.some((other) => !isBrought(place, other.ref) && nameKey(other.persona.name) === look);
  return isTaken || there.isUnsure || misleading(persona.name, there)
    ? { ...known, persona: { ...persona, name: sentences.personas.unnamed } }
    : known;
}

/** @throws {AppError} `forbidden` for who may make none here, `conflict` for who has made enough */
export async function refuseCreator(services: NameServices, place: Place, author: Person): Promise<void> {
  const { personaCreators, personasPerPerson } = await policyAt(services, place);
  if (mayManage(services, author)) return;
  // In direct messages it is for oneself.
  if (personaCreators === "managers" && place.kind !== "direct")
    throw new AppError("forbidden", sentences.personas.adminsMake);
  if (personasPerPerson === 0) return;
  const all = await personasAt(services, place, author);
  const home = ownerAt(place, author);
  const made = all.filter(
    ({ ref, stored }) => ref.home === home && stored?.author === author.id && ref.id !== undefined,
  );
  if (made.length >= personasPerPerson)
    throw new AppError("conflict", sentences.personas.enoughMade(made.length));
}

/**
 * Somebody's own persona, brought along from their direct messages, speaks here before others: by the rules of here.
 *
 * @throws {AppError} `forbidden` or `conflict`
 */
export async function refuseBrought(
  services: NameServices,
  { place, author }: { readonly place: Place; readonly author: Person },
  { ref, persona, stored }: KnownPersona,
): Promise<void> {
  if (place.kind === "direct" || !stored || ref.home === tenantOwner(place)) return;
  if (author.standing) throw new AppError("forbidden", sentences.personas.guestsBringNone(persona.name));
  const { personaCreators } = await policyAt(services, place);
  if (personaCreators === "managers" && !mayManage(services, author))
    throw new AppError("forbidden", sentences.personas.adminsBring(persona.name));
  refuseMisleading(persona.name, await services.nameRestrictions(place));
}
