import type { AgentId, Place } from "../domain/model.ts";
import { recordKey } from "../domain/record-key.ts";
import {
  type AgentRecord,
  personaRecordKey,
  type TenantSetting,
  tenantKey,
} from "../domain/stored-records.ts";
import type { CoreServices } from "../ports/services.ts";

/*
 * What is erased without being asked for:
 *
 *   a tenant that the bot left    LEFT_FOR_MS after it did, unless it came back: all that is kept of it, and its agents
 *   a persona that was deleted    its agents in Letta, at once or at the next sweep
 *
 * Nothing is forgotten by us before Letta has erased it: what fails is done by a later sweep.
 */

const LEFT_FOR_MS = 14 * 24 * 60 * 60_000;

export type Tenant = Pick<Place, "platform" | "tenant">;

/** What only the storage can tell and erase in one go. */
export interface TenantData {
  /** Agents that learnt from this tenant and from no other. */
  agentsOf(tenant: Tenant): Promise<readonly AgentId[]>;
  /** All that is kept of a tenant, and these agents' records. */
  eraseTenant(tenant: Tenant, agents: readonly AgentId[]): Promise<void>;
}

/** The bot was removed: the clock starts, unless it runs already. */
export async function markTenantRemoved(
  { tenants, clock, log }: Pick<CoreServices, "tenants" | "clock" | "log">,
  { platform, tenant }: Tenant,
): Promise<void> {
  const key = tenantKey({ platform, tenant });
  await tenants.update(key, async (current) => ({
    ...(current ?? { platform, tenant }),
    leftAt: current?.leftAt ?? clock.now(),
  }));
  log.warn({ platform, tenant }, "the bot was removed: what is kept of it is erased in 14 days");
}

/** The bot is there again, or still. */
export async function markTenantPresent(
  { tenants, log }: Pick<CoreServices, "tenants" | "log">,
  { platform, tenant }: Tenant,
): Promise<void> {
  const key = tenantKey({ platform, tenant });
  if ((await tenants.get(key))?.leftAt === undefined) return;
  await tenants.update(key, async (current): Promise<TenantSetting | undefined> => {
    if (!current) return undefined;
    const { leftAt: _, ...rest } = current;
    return rest;
  });
  log.info({ platform, tenant }, "the bot is back: nothing is erased");
}

/** Erases what is due. Call it now and then; what Letta does not answer to waits for the next time. */
export async function eraseDueTenants(services: CoreServices, data: TenantData): Promise<void> {
  const { tenants, clock, log } = services;
  for (const setting of await tenants.list()) {
    const { platform, tenant, leftAt } = setting;
    if (leftAt === undefined || clock.now() - leftAt < LEFT_FOR_MS) continue;
    try {
      const agents = await data.agentsOf(setting);
      for (const agent of agents) await services.provisioning.erase(agent);
      await data.eraseTenant(setting, agents);
      log.warn(
        { platform, tenant, agents: agents.length },
        "erased what was kept of a tenant that the bot left",
      );
    } catch (err) {
      log.warn({ platform, tenant, err }, "could not erase a tenant yet");
    }
  }
  await eraseOrphanedAgents(services, await services.agentRecords.list());
}

/** The agents of personas that are no longer there, among those of these records. */
export async function eraseOrphanedAgents(
  services: Pick<CoreServices, "provisioning" | "agentRecords" | "personas" | "log">,
  records: readonly AgentRecord[],
): Promise<void> {
  for (const { agent, persona, scope } of records) {
    if (persona.id === undefined) continue;
    if ((await services.personas.get(personaRecordKey(persona)))?.id === persona.id) continue;
    try {
      await services.provisioning.erase(agent);
      await services.agentRecords.delete(recordKey(persona.key, scope));
    } catch (err) {
      services.log.warn(
        { persona: persona.key, err },
        "could not erase what a deleted persona remembers yet",
      );
    }
  }
}
