import { z } from "zod";
import type { Place } from "../../core/domain/model.ts";
import type { Database } from "../postgres/pool.ts";

const Row = z.object({ name: z.string() });
const MAX_PEOPLE = 5_000;

/** What those are called who lately talked with a persona in a tenant: as long as what they said is kept. */
export async function recentPeople(
  db: Database,
  { platform, tenant }: Pick<Place, "platform" | "tenant">,
): Promise<readonly string[]> {
  const { rows } = await db.query(
    `select distinct said #>> '{author,name}' as name
       from rapport.turn t, jsonb_array_elements(t.events) said
      where t.events <> '[]' and t.place ->> 'platform' = $1 and t.place ->> 'tenant' = $2
        and said #>> '{author,name}' is not null limit ${MAX_PEOPLE}`,
    [platform, tenant],
  );
  return rows.map((row) => Row.parse(row).name);
}
