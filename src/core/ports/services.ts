import type { z } from "zod";
import type { Readers } from "../domain/audience.ts";
import type { PersonId, Place } from "../domain/model.ts";
import type { Persona, PersonaKey } from "../domain/persona.ts";
import type { Policy } from "../domain/policy.ts";
import type {
  AgentRecord,
  Binding,
  LateAnswer,
  PlaceSetting,
  StoredPersona,
  TenantSetting,
} from "../domain/stored-records.ts";
import type { KnownSubject } from "../domain/subjects.ts";
import type { AgentHealth } from "./agent/health.ts";
import type { AgentHistory } from "./agent/history.ts";
import type { AgentMemory } from "./agent/memory.ts";
import type { AgentPrompts } from "./agent/prompts.ts";
import type { AgentProvisioning } from "./agent/provisioning.ts";
import type { AgentRuns } from "./agent/runs.ts";
import type { EmitBotEvent } from "./bot-events.ts";
import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";
import type { OutageLog, OutageWatch } from "./outages.ts";
import type { NameRestrictions } from "./platform.ts";
import type { ProvenanceStore } from "./provenance-store.ts";
import type { RecordStore } from "./record-store.ts";
import type { TurnQueue } from "./turn-queue.ts";
import type { TurnStore } from "./turn-store.ts";
import type { UsageStore } from "./usage-store.ts";

/**
 * Letta, as the bot needs it. Every method throws AppErrors: `agent_unavailable` (unreachable, worth trying later),
 * `agent_gone`, `conversation_gone`, `agent_busy`, `model_failed`, `stalled`, `invalid_input`, `not_found`, `forbidden`,
 * `conflict`, `misconfigured`.
 */
export interface AgentPorts {
  readonly provisioning: AgentProvisioning;
  readonly runs: AgentRuns;
  readonly history: AgentHistory;
  readonly memory: AgentMemory;
  readonly health: AgentHealth;
}

/** What the core works with; the app makes it once and hands it to everything that needs it. */
export interface CoreServices extends AgentPorts {
  readonly bindings: RecordStore<Binding>;
  readonly settings: RecordStore<PlaceSetting>;
  readonly personas: RecordStore<StoredPersona>;
  readonly agentRecords: RecordStore<AgentRecord>;
  readonly prompts: AgentPrompts;
  readonly tenants: RecordStore<TenantSetting>;
  readonly lateAnswers: RecordStore<LateAnswer>;
  /** Who can read a place now, as its platform says; `unknown` where it cannot. */
  readonly readersOf: (place: Place) => Promise<Readers>;
  /** Whether somebody is a member of the tenant of a place now; undefined where its platform cannot say. */
  readonly isMember: (place: Place, person: PersonId) => Promise<boolean | undefined>;
  readonly turnQueue: TurnQueue;
  readonly turns: TurnStore;
  readonly provenance: ProvenanceStore;
  readonly usage: UsageStore;
  readonly outageWatch: OutageWatch;
  readonly outageLog: OutageLog;
  readonly clock: Clock;
  readonly log: Logger;
  readonly emit: EmitBotEvent;
  /** What this installation allows where a tenant has chosen nothing. */
  readonly policy: Policy;
  /** The privacy page of who runs it. */
  readonly privacyUrl?: string | undefined;
  /** Direct messages that belong to no server or workspace: nobody manages them. */
  readonly isUnmanagedTenant: (place: Pick<Place, "platform" | "tenant">) => boolean;
  /** People, roles and channels of a tenant that its platform knows. */
  readonly findSubjects: (place: Place, typed: string) => Promise<readonly KnownSubject[]>;
  /** Which names no persona may bear in a place: by its platform, and people lately met there. */
  readonly nameRestrictions: (place: Place) => Promise<NameRestrictions>;
  /** People allowed what they say to be written to the log. */
  readonly logMessageText: boolean;
  /** So long a first message waits for more of the same burst, in ms. */
  readonly debounceMs: number;
  /** The personas that come with Rapport. */
  readonly builtInPersonas: readonly Persona[];
  /** Who answers where nobody was chosen. */
  readonly defaultPersona: z.infer<typeof PersonaKey>;
  /** People who may do everything everywhere, by their id on their platform. */
  readonly isAdmin: (person: string) => boolean;
}
