import { sentences } from "../../sentences/sentences.ts";
import type { KnownPersona } from "../access/owners.ts";
import { resolveScope } from "../access/scope.ts";
import type { AgentId, Person, Place } from "../domain/model.ts";
import type { Persona } from "../domain/persona.ts";
import { recordKey } from "../domain/record-key.ts";
import { type Binding, bindingKey } from "../domain/stored-records.ts";
import type { CoreServices } from "../ports/services.ts";
import { fingerprint } from "../text/fingerprint.ts";

type BindingServices = Pick<CoreServices, "provisioning" | "agentRecords" | "bindings" | "clock">;

/** The persona's agent in this scope, made on first contact and kept like the persona is written now. */
export async function ensureAgent(
  services: BindingServices,
  known: KnownPersona,
  { scope, place: { platform, tenant } }: Pick<ConversationKey, "scope" | "place">,
): Promise<AgentId> {
  const { ref, persona } = known;
  const key = recordKey(ref.key, scope);
  const wanted = hashOf(persona);
  const record = await services.agentRecords.getOrCreate(key, async () => ({
    agent: await services.provisioning.ensure(persona, { persona: ref.key, scope }),
    persona: ref,
    scope,
    personaHash: "",
    createdAt: new Date(services.clock.now()).toISOString(),
    madeIn: { platform, tenant },
  }));
  if (record.personaHash !== wanted) {
    await services.provisioning.updatePersona(record.agent, persona);
    await services.agentRecords.update(
      key,
      async (current) => current && { ...current, personaHash: wanted, changes: (current.changes ?? 0) + 1 },
    );
  }
  return record.agent;
}

/** A conversation before it is one: in which place, who speaks there first, and the key of its scope. */
export interface ConversationKey {
  readonly place: Place;
  readonly author: Person;
  readonly scope: string;
}

/** The binding of place and persona, with agent and conversation made on first contact. */
export async function ensureBinding(
  services: BindingServices,
  known: KnownPersona,
  { place, author, scope }: ConversationKey,
): Promise<Binding> {
  const agent = await ensureAgent(services, known, { scope, place });
  const key = bindingKey(place, known.ref, scope);
  const binding = await services.bindings.getOrCreate(key, async () => ({
    place,
    persona: known.ref,
    scope,
    agent,
    conversation: await services.provisioning.openConversation(agent, titleOf(place)),
    createdAt: new Date(services.clock.now()).toISOString(),
    createdBy: author.id,
    earlier: [],
  }));
  return binding.agent === agent ? binding : rebind(services, binding, agent);
}

/** What is bound already; asks Letta nothing and makes nothing. */
export async function findBinding(
  services: Pick<CoreServices, "readersOf" | "tenants" | "bindings">,
  known: KnownPersona,
  place: Place,
  author: Person,
): Promise<Binding | undefined> {
  const scope = await resolveScope(services, known, place, author);
  return scope && services.bindings.get(bindingKey(place, known.ref, scope.key));
}

/** A fresh conversation with the same agent: memory stays, what was said before is out of context. */
export async function startNewConversation(services: BindingServices, binding: Binding): Promise<Binding> {
  return rebind(services, binding, binding.agent);
}

/** The agent vanished in Letta: makes it again, or takes the one that somebody quicker made. */
export async function remakeAgent(
  services: BindingServices,
  { ref, persona }: KnownPersona,
  scope: string,
): Promise<void> {
  await services.agentRecords.update(recordKey(ref.key, scope), async (current) => {
    if (!current) return undefined;
    const agent = await services.provisioning.ensure(persona, { persona: ref.key, scope });
    return { ...current, agent, personaHash: "" };
  });
}

async function rebind(services: BindingServices, binding: Binding, agent: AgentId): Promise<Binding> {
  return updateBinding(services, binding, async (current) => {
    // Somebody else was quicker.
    if (current.conversation !== binding.conversation) return current;
    const conversation = await services.provisioning.openConversation(agent, titleOf(binding.place));
    const ended = {
      conversation: current.conversation,
      endedAt: new Date(services.clock.now()).toISOString(),
    };
    const { compiled: _, ...rest } = current;
    return { ...rest, agent, conversation, earlier: [ended, ...current.earlier].slice(0, EARLIER_KEPT) };
  });
}

const EARLIER_KEPT = 50;

async function updateBinding(
  services: BindingServices,
  binding: Binding,
  how: (current: Binding) => Promise<Binding>,
): Promise<Binding> {
  const key = bindingKey(binding.place, binding.persona, binding.scope);
  const changed = await services.bindings.update(key, (current) => how(current ?? binding));
  return changed ?? binding;
}

const titleOf = (place: Place) =>
  place.name ?? (place.kind === "direct" ? sentences.memory.directMessages : sentences.memory.conversation);

const hashOf = ({ name, description, instructions, greeting, model }: Persona) =>
  fingerprint(JSON.stringify([name, description, instructions, greeting, model ?? ""]));
