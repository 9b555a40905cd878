import { AppError } from "../../../core/domain/errors.ts";
import type { Person } from "../../../core/domain/model.ts";
import type { Persona } from "../../../core/domain/persona.ts";
import { personasAt } from "../../../core/personas/catalogue.ts";
import { createPersona, editPersona } from "../../../core/personas/edits.ts";
import type { CoreServices } from "../../../core/ports/services.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { HOLDER, personalPlace, tenantPlace, type User } from "../ids.ts";
import type { PersonaBody } from "../schemas.ts";
import { personOf } from "./chat.ts";

/** Who holds the token, or sits at this machine where there is none, manages what the API's users share. */
const holder: Person = { id: HOLDER, name: sentences.httpApi.author, manages: true };

type Full = PersonaBody & Pick<Persona, "key">;

/** Whom somebody can talk to; with those they made themselves. */
export async function listPersonas(
  services: CoreServices,
  user: User,
): Promise<readonly Omit<Full, "instructions">[]> {
  const all = await personasAt(services, personalPlace(user), personOf({ user }));
  return all.map(({ persona }) => {
    const { instructions: _, ...rest } = fullOf(persona);
    return rest;
  });
}

/** As everybody has it who wrote none of their own. */
export async function readPersona(services: CoreServices, key: string): Promise<Full> {
  const found = await sharedPersona(services, key);
  if (!found) throw new AppError("not_found", sentences.httpApi.noSuchPersona(key));
  return fullOf(found.persona);
}

/** Writes it anew for all users of the API, or makes it. Conversations notice at their next answer. */
export async function writePersona(
  services: CoreServices,
  key: string,
  body: PersonaBody,
): Promise<{ readonly persona: Full; readonly isNew: boolean }> {
  const found = await sharedPersona(services, key);
  const at = { place: tenantPlace, author: holder };
  const { persona } = found
    ? await editPersona(services, at, found, body)
    : await createPersona(services, tenantPlace, holder, { ...body, key });
  return { persona: fullOf(persona), isNew: found === undefined };
}

async function sharedPersona(services: CoreServices, key: string) {
  const all = await personasAt(services, tenantPlace, holder);
  return all.find(({ persona }) => persona.key === key);
}

const fullOf = ({ key, name, description, instructions, greeting, avatar, scope }: Persona): Full => ({
  key,
  name,
  description,
  instructions,
  greeting,
  avatar,
  scope,
});
