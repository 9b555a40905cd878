import { sentences } from "../../sentences/sentences.ts";
import {
  BADGES,
  memoryFor,
  type Sharing,
  type Signature,
  sharingMeaning,
  signatureOf,
} from "../domain/audience.ts";
import { AppError } from "../domain/errors.ts";
import type { Person, PersonId, Place } from "../domain/model.ts";
import { BUILT_IN, tenantKey } from "../domain/stored-records.ts";
import type { CoreServices } from "../ports/services.ts";
import { type KnownPersona, ownerAt, tenantOwner } from "./owners.ts";

/** The memory of a persona that is opened in a place, for who speaks there now. */
export interface ResolvedScope {
  readonly shared: Sharing;
  /** Sets the agents of a persona apart: what is learnt under one key cannot be read under another. */
  readonly key: string;
  /** Names those who read the place; another one than before tells that they are others now. */
  readonly signature: string;
  /** `🏠` */
  readonly badge: string;
  /** Who shares what is learnt here, as people read it: `shared by everyone here`. */
  readonly meaning: string;
  /** Who reads the place is not known while its platform is away: a turn waits until it is. */
  readonly isPassing?: boolean | undefined;
}

type ScopeServices = Pick<CoreServices, "readersOf" | "tenants">;

/**
 * The one answer to whose memory is opened: asked by turns, commands, menus and pages alike, each time anew. What was told
 * to a persona that is gone is not for the next one of its key.
 *
 * Undefined where the persona, which is everybody's own, says nothing: others read there.
 */
export async function resolveScope(
  services: ScopeServices,
  { ref, persona }: KnownPersona,
  place: Place,
  author: Person,
): Promise<ResolvedScope | undefined> {
  const isDirect = place.kind === "direct";
  const signature = await signatureAt(services, place, author);
  const isFromHere = ref.home === BUILT_IN || ref.home === tenantOwner(place);
  const choice = memoryFor(signature, {
    scope: persona.scope,
    owner: ref.home,
    foreign: isFromHere ? "" : `/${ref.home}`,
    personal: isDirect ? personalOwner(ref.home, place, author.id) : "",
  });
  if (!choice.isOpen) return undefined;
  return {
    shared: choice.shared,
    key: ref.id === undefined ? choice.key : `${choice.key}#${ref.id}`,
    signature: signature.key,
    ...(signature.isPassing && { isPassing: true }),
    badge: BADGES[choice.shared],
    meaning: sharingMeaning(choice.shared, choice.named),
  };
}

/** Names those who read the place now, for who speaks there. */
export async function signatureAt(
  { readersOf, tenants }: ScopeServices,
  place: Place,
  author: Person,
): Promise<Signature> {
  const readers = place.kind === "direct" ? NOT_ASKED : await readersOf(place);
  const base = readers.who === "some" ? (await tenants.get(tenantKey(place)))?.base : undefined;
  return signatureOf(place, author, readers, base);
}

/** One person reads their direct messages, whatever the platform could tell. */
const NOT_ASKED = { who: "unknown" } as const;

/** The same, where it must be open. @throws {AppError} `forbidden` with where the persona can be asked */
export async function openScope(
  services: ScopeServices,
  known: KnownPersona,
  place: Place,
  author: Person,
): Promise<ResolvedScope> {
  const scope = await resolveScope(services, known, place, author);
  if (scope) return scope;
  throw new AppError("forbidden", sentences.access.askDirectly(known.persona.name));
}

/**
 * A person's own edit of a built-in persona keeps that persona's memory of them. A tenant's edit gets memories of its own:
 * those who write its instructions there must not reach what was said elsewhere. In direct messages it answers nobody but
 * the person, who goes on where they were.
 */
function personalOwner(home: string, place: Place, person: PersonId): string {
  const isOwn = home === ownerAt(place, { id: person }) || home === tenantOwner(place);
  return isOwn ? BUILT_IN : home;
}
