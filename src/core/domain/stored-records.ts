import { z } from "zod";
import { AgentId, ConversationId, EventId, PersonId, Place } from "./model.ts";
import { Persona, PersonaKey } from "./persona.ts";
import { Policy } from "./policy.ts";
import { type RecordKey, recordKey } from "./record-key.ts";

/**
 * The persona that is meant: `home` is the tenant it was made in, or `box` for those that come with Rapport. `id` tells
 * one that people made from a later one of the same key; versions of the box's have none, since they share its memory.
 */
export const PersonaRef = z.object({ home: z.string(), key: PersonaKey, id: z.string().optional() });
export type PersonaRef = z.infer<typeof PersonaRef>;

export const BUILT_IN = "box";

/** The mapping table: one record for each place and persona that talked there. */
export const Binding = z.object({
  place: Place,
  persona: PersonaRef,
  /** As in the agent's `scope:` tag. */
  scope: z.string(),
  agent: AgentId,
  conversation: ConversationId,
  /** Hash of the prompt the conversation was last compiled with. */
  compiled: z.string().optional(),
  createdAt: z.iso.datetime(),
  createdBy: PersonId,
  /** Conversations this place had with this persona before, newest first. */
  earlier: z.array(z.object({ conversation: ConversationId, endedAt: z.iso.datetime() })),
});
export type Binding = z.infer<typeof Binding>;

/** What is settled for a place: who answers there, and how it listens. */
export const PlaceSetting = z.object({
  place: Place,
  persona: PersonaRef.optional(),
  /** The bot opened this thread: every message there is a turn. */
  bound: z.boolean(),
  /** The only person this thread was opened for, before direct messages took that part: others do not see it listed. */
  owner: PersonId.optional(),
  /** The signature of those who read it when something was last said there. */
  signature: z.string().optional(),
});
export type PlaceSetting = z.infer<typeof PlaceSetting>;

/** Whom or what a rule is about, by the id that people, roles and places have in events. */
export const Subject = z.object({
  kind: z.enum(["person", "role", "channel"]),
  id: z.string(),
  /** As people say it: `@Staff`, `#general`. */
  name: z.string(),
});
export type Subject = z.infer<typeof Subject>;

/** What managers settled for a whole tenant. */
export const TenantSetting = z.object({
  platform: z.string(),
  tenant: z.string(),
  /** The signature that stands for "everyone here"; absent: everyone in the tenant. */
  base: z.string().optional(),
  /** What it chose otherwise than the installation. */
  policy: Policy.partial().optional(),
  /** The bot was removed then; gone when it is back. */
  leftAt: z.number().optional(),
  /** Nobody is answered until somebody resumes. */
  paused: z.object({ by: PersonId, byName: z.string(), at: z.number() }).optional(),
  /** Where one of a kind is allowed, only those are: channels, and people by themselves or by a role. */
  allowed: z.array(Subject).optional(),
  denied: z.array(Subject).optional(),
  /** When somebody last changed whom we answer: who was told before why they are not is told anew. */
  rulesAt: z.number().optional(),
});
export type TenantSetting = z.infer<typeof TenantSetting>;

/** A persona made or changed by people; a tenant's own version of a persona from the box has the same key. */
export const StoredPersona = z.object({
  persona: Persona,
  home: z.string(),
  /** As in its PersonaRef. */
  id: z.string().optional(),
  author: PersonId,
  authorName: z.string(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** Hides a persona of the box in this tenant. */
  hidden: z.boolean().default(false),
});
export type StoredPersona = z.infer<typeof StoredPersona>;

export const AgentRecord = z.object({
  agent: AgentId,
  persona: PersonaRef,
  scope: z.string(),
  /** Hash of the persona that the agent was last brought up to date with. */
  personaHash: z.string(),
  /** How often its prompt or memory was changed by something that Rapport knows of: see compiled-prompts.ts. */
  changes: z.number().optional(),
  createdAt: z.iso.datetime(),
  /** Of whom it is erased, also when nobody talked with it there. Absent in records of before. */
  madeIn: Place.pick({ platform: true, tenant: true }).optional(),
});
export type AgentRecord = z.infer<typeof AgentRecord>;

/** A private answer that its platform took no more, until it is shown: see late-answers.ts. */
export const LateAnswer = z.object({
  event: EventId,
  place: Place,
  /** Names those who read the place when the answer came. */
  signature: z.string(),
  /** When it came, in ms since 1970. */
  at: z.number(),
  text: z.string(),
  files: z.array(z.object({ name: z.string(), contentType: z.string(), text: z.string() })),
  /** Only its deletion is missing. */
  isShown: z.boolean(),
});
export type LateAnswer = z.infer<typeof LateAnswer>;

/**
 * One lane, one conversation. The same persona may be several agents in one place: everybody's own, when its scope
 * is a person. Where a persona was made is part of the scope, but for a tenant's own version of one from the box.
 */
export const bindingKey = (
  place: Pick<Place, "id">,
  persona: Pick<PersonaRef, "key">,
  scope: string,
): RecordKey => recordKey(place.id, persona.key, scope);
export const placeKey = (place: Pick<Place, "id">): RecordKey => recordKey(place.id);
export const tenantKey = ({ platform, tenant }: Pick<Place, "platform" | "tenant">): RecordKey =>
  recordKey(platform, tenant);
export const personaRecordKey = (persona: Pick<PersonaRef, "home" | "key">): RecordKey =>
  recordKey(persona.home, persona.key);
