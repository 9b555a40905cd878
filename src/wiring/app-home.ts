import type { KnownPersona } from "../core/access/owners.ts";
import { resolveScope } from "../core/access/scope.ts";
import { BADGES } from "../core/domain/audience.ts";
import type { Person, Place } from "../core/domain/model.ts";
import { recordKey } from "../core/domain/record-key.ts";
import { personaAt, personasAt } from "../core/personas/catalogue.ts";
import type { CoreServices } from "../core/ports/services.ts";
import type { ReadAppHome } from "../platforms/slack/app-home.ts";

/** What a platform with a page for each person shows there: whom they can talk to, and what is remembered of them. */
export function readAppHome(services: CoreServices): ReadAppHome {
  return async (author, place) => {
    const known = await personasAt(services, place, author);
    const here = known.length > 0 ? await personaAt(services, place, author) : undefined;
    const remembered = await Promise.all(known.map((each) => rememberedBy(services, each, place, author)));
    return {
      personas: known.map(({ persona: { key, name, description, scope } }) => ({
        key,
        name: `${BADGES[scope]} ${name}`,
        description,
        answers: key === here?.persona.key,
      })),
      remembered: remembered.flat(),
      privacyUrl: services.privacyUrl,
    };
  };
}

/** Of a persona that is theirs alone here, what they could read by `/memory show`. */
async function rememberedBy(services: CoreServices, known: KnownPersona, place: Place, author: Person) {
  const scope = await resolveScope(services, known, place, author);
  const record =
    scope?.shared === "person"
      ? await services.agentRecords.get(recordKey(known.ref.key, scope.key))
      : undefined;
  if (!record) return [];
  const blocks = await services.memory.blocks(record.agent);
  return blocks
    .filter(({ readOnly, value }) => !readOnly && value.trim() !== "")
    .map(({ value }) => ({ persona: known.persona.name, text: value }));
}
