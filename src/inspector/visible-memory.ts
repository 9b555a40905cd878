import { type KnownPersona, mayEdit } from "../core/access/owners.ts";
import { type ResolvedScope, resolveScope } from "../core/access/scope.ts";
import type { Person } from "../core/domain/model.ts";
import type { Binding } from "../core/domain/stored-records.ts";
import { personaByRef } from "../core/personas/catalogue.ts";
import type { CoreServices } from "../core/ports/services.ts";
import type { HiddenInsight } from "../playground/protocol/insight.ts";
import { sentences } from "../sentences/sentences.ts";

/** A memory that is opened in a place for who looks, by the one rule that opens any. */
export interface OpenMemory {
  readonly binding: Binding;
  readonly known: KnownPersona;
  readonly scope: ResolvedScope;
  /** They may edit the persona, and so see its system prompt. */
  readonly isEditor: boolean;
}

interface Seen {
  readonly open: OpenMemory | undefined;
  readonly hidden: HiddenInsight | undefined;
}

/**
 * Who answered last in a place, and the memory of theirs that this person opens there: what `/memory show` would show
 * them. Undefined when nobody did, or when that persona is gone.
 */
export async function seenIn(
  services: CoreServices,
  newestFirst: readonly Binding[],
  person: Person,
): Promise<Seen | undefined> {
  const [newest] = newestFirst;
  if (!newest) return undefined;
  const { place, persona: ref } = newest;
  const known = await personaByRef(services, ref, place, person);
  // What somebody made for themselves is known to nobody else.
  if (!known) return undefined;
  const scope = await resolveScope(services, known, place, person);
  const binding = newestFirst.find(
    (one) => one.persona.key === ref.key && one.persona.home === ref.home && one.scope === scope?.key,
  );
  if (!scope || !binding) return { open: undefined, hidden: hiddenOf(known) };
  const isEditor = mayEdit(services, known, { place, author: person });
  return { open: { binding, known, scope, isEditor }, hidden: undefined };
}

export const personaOf = ({ persona }: KnownPersona) => ({
  key: persona.key,
  name: persona.name,
  avatar: persona.avatar || undefined,
  description: persona.description,
});

function hiddenOf(known: KnownPersona): HiddenInsight {
  const { name, scope } = known.persona;
  return {
    persona: personaOf(known),
    because:
      scope === "person" ? sentences.inspector.remembersEach(name) : sentences.inspector.otherReaders(name),
  };
}
