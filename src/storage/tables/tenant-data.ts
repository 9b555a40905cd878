import type pg from "pg";
import { z } from "zod";
import type { Tenant, TenantData } from "../../core/access/tenant-erasure.ts";
import { AgentId } from "../../core/domain/model.ts";
import { asDatabase, inTransaction } from "../postgres/pool.ts";

const Row = z.object({ agent: AgentId });

/** Whether a binding is of the tenant: $1 its platform, $2 its id. */
const OF_TENANT = "b.value #>> '{value,place,platform}' = $1 and b.value #>> '{value,place,tenant}' = $2";

const AGENTS = `
select agent from (
  select b.value #>> '{value,agent}' as agent from rapport.binding b where ${OF_TENANT}
  union
  select agent from rapport.provenance where platform = $1 and tenant = $2
  union
  select a.value #>> '{value,agent}' from rapport.agent a
   where split_part(a.value #>> '{value,scope}', '#', 1) = 'workspace/' || $1 || '/' || $2
      or starts_with(a.value #>> '{value,scope}', 'workspace/' || $1 || '/' || $2 || '/')
      or starts_with(a.value #>> '{value,scope}', 'readers/' || $1 || '/' || $2 || '/')
      or (a.value #>> '{value,madeIn,platform}' = $1 and a.value #>> '{value,madeIn,tenant}' = $2)
) mine
 where agent not in (select b.value #>> '{value,agent}' from rapport.binding b where not (${OF_TENANT}))
   and agent not in (select agent from rapport.provenance where not (platform = $1 and tenant = $2))`;

/** Personas made here, and those that people made for themselves and that talked nowhere else. */
const PERSONAS = `
delete from rapport.persona p
 where p.value #>> '{value,home}' = $1 || '/' || $2
    or (starts_with(p.value #>> '{value,home}', $1 || '/person/')
        and p.value #>> '{value,home}' in
            (select b.value #>> '{value,persona,home}' from rapport.binding b where ${OF_TENANT})
        and p.value #>> '{value,home}' not in
            (select b.value #>> '{value,persona,home}' from rapport.binding b where not (${OF_TENANT})))`;

/** Whether what waits is of the tenant. */
const WAITS = "payload #>> '{event,place,platform}' = $1 and payload #>> '{event,place,tenant}' = $2";

/** What was said there and never answered, since nobody serves the place any more; a lane that is worked on ends by itself. */
const WAITING = `
with free as (
  select lane from rapport.lane
   where worker is null and lane in (select lane from rapport.inbox where ${WAITS}) for update
), gone as (
  delete from rapport.inbox where lane in (select lane from free) and ${WAITS} returning lane
)
update rapport.lane l set pending = l.pending - said.count, turn_upto = null, attempts = 0
  from (select lane, count(*)::int as count from gone group by lane) said where l.lane = said.lane`;

const ERASE = [
  WAITING,
  PERSONAS,
  `delete from rapport.binding b where ${OF_TENANT}`,
  `delete from rapport.setting b where ${OF_TENANT}`,
  `delete from rapport.late_answer b where ${OF_TENANT}`,
  "delete from rapport.turn where place ->> 'platform' = $1 and place ->> 'tenant' = $2",
  "delete from rapport.provenance where platform = $1 and tenant = $2",
  "delete from rapport.usage where platform = $1 and tenant = $2",
  `delete from rapport.dead_letter where ${WAITS}`,
  `delete from rapport.tenant
    where value #>> '{value,platform}' = $1 and value #>> '{value,tenant}' = $2`,
];

export function tenantData(pool: pg.Pool): TenantData {
  return {
    async agentsOf({ platform, tenant }: Tenant) {
      const { rows } = await asDatabase(pool).query(AGENTS, [platform, tenant]);
      return rows.map((row) => Row.parse(row).agent);
    },
    eraseTenant: ({ platform, tenant }, agents) =>
      inTransaction(pool, async (db) => {
        await db.query("delete from rapport.agent where value #>> '{value,agent}' = any($1)", [agents]);
        for (const statement of ERASE) await db.query(statement, [platform, tenant]);
      }),
  };
}
