import { type Binding, BOX, bindingKey, placeKey } from "./bindings.ts";
import { fingerprint } from "./fingerprint.ts";
import type { AgentId, Person, PersonId, Place } from "./model.ts";
import type { Parts } from "./parts.ts";
import type { Persona, Scope } from "./persona.ts";
import { homeOf, type KnownPersona, tenantHome } from "./personas.ts";
import { recordKey } from "./records.ts";

export interface ScopeHere {
  readonly scope: Scope;
  /** Sets the agents of a persona apart: what is learnt under one tag cannot be read under another. */
  readonly tag: string;
}

/**
 * Who shares what is learnt in a place. A persona of the workspace is somebody's own in direct messages and in
 * threads that are theirs alone: what is said there must not come up in a channel. What was told to a persona that is
 * gone is not for the next one of its key.
 */
export async function scopeAt(
  parts: Pick<Parts, "settings">,
  known: KnownPersona,
  place: Place,
  author: Person,
): Promise<ScopeHere> {
  const { scope, tag } = await sharedAt(parts, known, place, author);
  return { scope, tag: known.ref.id === undefined ? tag : `${tag}#${known.ref.id}` };
}

async function sharedAt(
  parts: Pick<Parts, "settings">,
  { ref, persona }: KnownPersona,
  place: Place,
  author: Person,
): Promise<ScopeHere> {
  if (persona.scope === "global") return { scope: "global", tag: `global/${ref.home}` };
  const owner = await ownerOf(parts, place, author);
  if (persona.scope === "person")
    return { scope: "person", tag: personTag(ref.home, place, owner ?? author.id) };
  if (owner !== undefined) return { scope: "person", tag: personTag(ref.home, place, owner) };
  // A person's own persona that visits a workspace is not the workspace's persona of the same name.
  const home = ref.home === BOX || ref.home === tenantHome(place) ? "" : `/${ref.home}`;
  return { scope: "workspace", tag: `workspace/${tenantHome(place)}${home}` };
}

/** Whose place it is alone. In a private thread that we know no owner of, whoever speaks is kept apart. */
async function ownerOf({ settings }: Pick<Parts, "settings">, place: Place, author: Person) {
  if (place.kind === "direct") return author.id;
  return (await settings.get(placeKey(place)))?.owner ?? (place.private ? author.id : undefined);
}

/**
 * What somebody writes of a persona of the box for themselves keeps what it learnt of them. What a tenant writes of it
 * gets memories of its own: those who write its instructions there must not reach what was said elsewhere. In direct
 * messages it answers nobody but the person, who goes on where they were.
 */
function personTag(home: string, place: Place, person: PersonId): string {
  const isOwn =
    home === homeOf({ ...place, kind: "direct" }, { id: person }) ||
    (place.kind === "direct" && home === tenantHome(place));
  return `person/${place.platform}/${person}/${isOwn ? BOX : home}`;
}

/** The persona's agent in this scope, made on first contact and kept like the persona is written now. */
export async function agentFor(
  parts: Parts,
  known: KnownPersona,
  { tag }: Pick<ScopeHere, "tag">,
): Promise<AgentId> {
  const { ref, persona } = known;
  const key = recordKey(ref.key, tag);
  const wanted = hashOf(persona);
  const record = await parts.agentRecords.getOrCreate(key, async () => ({
    agent: await parts.agents.ensure(persona, { persona: ref.key, scope: tag }),
    persona: ref,
    scope: tag,
    personaHash: "",
    createdAt: new Date(parts.clock.now()).toISOString(),
  }));
  if (record.personaHash !== wanted) {
    await parts.agents.updatePersona(record.agent, persona);
    await parts.agentRecords.update(key, async (current) => current && { ...current, personaHash: wanted });
  }
  return record.agent;
}

/** A conversation before it is one: in which place, who speaks there first, and the scope's tag. */
export interface Where {
  readonly place: Place;
  readonly author: Person;
  readonly tag: string;
}

/** The binding of place and persona, with agent and conversation made on first contact. */
export async function bindingAt(
  parts: Parts,
  known: KnownPersona,
  { place, author, tag }: Where,
): Promise<Binding> {
  const agent = await agentFor(parts, known, { tag });
  const key = bindingKey(place, known.ref, tag);
  const binding = await parts.bindings.getOrCreate(key, async () => ({
    place,
    persona: known.ref,
    scope: tag,
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
  parts: Pick<Parts, "settings" | "bindings">,
  known: KnownPersona,
  place: Place,
  author: Person,
): Promise<Binding | undefined> {
  const { tag } = await scopeAt(parts, known, place, author);
  return parts.bindings.get(bindingKey(place, known.ref, tag));
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
  { tag }: Pick<ScopeHere, "tag">,
): Promise<void> {
  await parts.agentRecords.update(recordKey(ref.key, tag), async (current) => {
    if (!current) return undefined;
    const agent = await parts.agents.ensure(persona, { persona: ref.key, scope: tag });
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
