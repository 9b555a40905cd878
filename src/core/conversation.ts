import { type Binding, bindingKey } from "./bindings.ts";
import { fingerprint } from "./fingerprint.ts";
import type { AgentId, Person, Place } from "./model.ts";
import type { Parts } from "./parts.ts";
import type { Persona } from "./persona.ts";
import type { KnownPersona } from "./personas.ts";
import { recordKey } from "./records.ts";
import { resolveScope } from "./scope.ts";

/** The persona's agent in this scope, made on first contact and kept like the persona is written now. */
export async function agentFor(
  parts: Parts,
  known: KnownPersona,
  { scope, place: { platform, tenant } }: Pick<ConversationKey, "scope" | "place">,
): Promise<AgentId> {
  const { ref, persona } = known;
  const key = recordKey(ref.key, scope);
  const wanted = hashOf(persona);
  const record = await parts.agentRecords.getOrCreate(key, async () => ({
    agent: await parts.agents.ensure(persona, { persona: ref.key, scope }),
    persona: ref,
    scope,
    personaHash: "",
    createdAt: new Date(parts.clock.now()).toISOString(),
    madeIn: { platform, tenant },
  }));
  if (record.personaHash !== wanted) {
    await parts.agents.updatePersona(record.agent, persona);
    await parts.agentRecords.update(key, async (current) => current && { ...current, personaHash: wanted });
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
export async function bindingAt(
  parts: Parts,
  known: KnownPersona,
  { place, author, scope }: ConversationKey,
): Promise<Binding> {
  const agent = await agentFor(parts, known, { scope, place });
  const key = bindingKey(place, known.ref, scope);
  const binding = await parts.bindings.getOrCreate(key, async () => ({
    place,
    persona: known.ref,
    scope,
    agent,
    conversation: await parts.agents.openConversation(agent, titleOf(place)),
    createdAt: new Date(parts.clock.now()).toISOString(),
    createdBy: author.id,
    earlier: [],
  }));
  return binding.agent === agent ? binding : rebind(parts, binding, agent);
}

/** What is bound already; asks Letta nothing and makes nothing. */
export async function existingBinding(
  parts: Pick<Parts, "readersOf" | "tenants" | "bindings">,
  known: KnownPersona,
  place: Place,
  author: Person,
): Promise<Binding | undefined> {
  const scope = await resolveScope(parts, known, place, author);
  return scope && parts.bindings.get(bindingKey(place, known.ref, scope.key));
}

/** Compiles prompt and memory into the conversation when they changed since. */
export async function refreshed(parts: Parts, binding: Binding): Promise<Binding> {
  const compiled = await parts.agents.refresh(binding.conversation, binding.agent, binding.compiled);
  if (compiled === binding.compiled) return binding;
  return change(parts, binding, async (current) => ({ ...current, compiled }));
}

/** A fresh conversation with the same agent: memory stays, what was said before is out of context. */
export async function startOver(parts: Parts, binding: Binding): Promise<Binding> {
  return rebind(parts, binding, binding.agent);
}

/** The agent vanished in Letta: makes it again, or takes the one that somebody quicker made. */
export async function remakeAgent(
  parts: Parts,
  { ref, persona }: KnownPersona,
  scope: string,
): Promise<void> {
  await parts.agentRecords.update(recordKey(ref.key, scope), async (current) => {
    if (!current) return undefined;
    const agent = await parts.agents.ensure(persona, { persona: ref.key, scope });
    return { ...current, agent, personaHash: "" };
  });
}

async function rebind(parts: Parts, binding: Binding, agent: AgentId): Promise<Binding> {
  return change(parts, binding, async (current) => {
    // Somebody else was quicker.
    if (current.conversation !== binding.conversation) return current;
    const conversation = await parts.agents.openConversation(agent, titleOf(binding.place));
    const ended = { conversation: current.conversation, endedAt: new Date(parts.clock.now()).toISOString() };
    const { compiled: _, ...rest } = current;
    return { ...rest, agent, conversation, earlier: [ended, ...current.earlier].slice(0, EARLIER_KEPT) };
  });
}

const EARLIER_KEPT = 50;

async function change(
  parts: Parts,
  binding: Binding,
  how: (current: Binding) => Promise<Binding>,
): Promise<Binding> {
  const key = bindingKey(binding.place, binding.persona, binding.scope);
  const changed = await parts.bindings.update(key, (current) => how(current ?? binding));
  return changed ?? binding;
}

const titleOf = (place: Place) =>
  place.name ?? (place.kind === "direct" ? "Direct messages" : "Conversation");

const hashOf = ({ name, description, instructions, greeting, model }: Persona) =>
  fingerprint(JSON.stringify([name, description, instructions, greeting, model ?? ""]));
