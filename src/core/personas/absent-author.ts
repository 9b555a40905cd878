import { sentences } from "../../sentences/sentences.ts";
import type { KnownPersona } from "../access/owners.ts";
import type { Person, Place } from "../domain/model.ts";
import { personaRecordKey, placeKey } from "../domain/stored-records.ts";
import type { CoreServices } from "../ports/services.ts";
import { isLeft } from "./catalogue.ts";

type LeftParts = Pick<CoreServices, "personas" | "settings" | "isMember">;

/**
 * Why somebody else answers than was chosen for a place: who brought that persona is not there any more. Said above the
 * answer, and once: then nobody is chosen, until somebody does. While it cannot be found out, the choice stays.
 */
export async function whyNotTheBrought(
  { personas, settings, isMember }: LeftParts,
  answering: KnownPersona,
  { place, author }: { readonly place: Place; readonly author: Person },
): Promise<string | undefined> {
  if (place.kind === "direct") return undefined;
  for (const id of [place.id, ...(place.parent ? [place.parent] : [])]) {
    const chosen = (await settings.get(placeKey({ id })))?.persona;
    if (!chosen) continue;
    const stored = await personas.get(personaRecordKey(chosen));
    if (!stored || stored.hidden || stored.id !== chosen.id) continue;
    if (!(await isLeft({ isMember }, stored, { place, author }))) return undefined;
    const { name } = answering.persona;
    if ((await isMember(place, stored.author)) === undefined) return sentences.turn.bringerUnknown(name);
    await settings.update(placeKey({ id }), async (current) => {
      if (current?.persona?.home !== chosen.home || current.persona.id !== chosen.id) return current;
      const { persona: _, ...rest } = current;
      return rest;
    });
    return sentences.turn.bringerLeft(name);
  }
  return undefined;
}
