import { z } from "zod";
import type { Person, Place } from "../../core/domain/model.ts";
import { dayOf, type UsageEntry, type UsageStore } from "../../core/ports/usage-store.ts";
import type { Database } from "../postgres/pool.ts";
import { parseStored } from "../records/corrupt-record.ts";

const Row = z.object({
  own_turns: z.coerce.number(),
  own_tokens: z.coerce.number(),
  turns: z.coerce.number(),
  tokens: z.coerce.number(),
});

/** What was spent, in the table `usage`. */
export class PostgresUsageStore implements UsageStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async add({ place, person, persona, promptTokens, completionTokens, at }: UsageEntry): Promise<void> {
    await this.#db.query(
      `insert into rapport.usage as u
         (platform, tenant, day, person, place, persona, turns, prompt_tokens, completion_tokens)
       values ($1, $2, $3, $4, $5, $6, 1, $7, $8)
       on conflict (platform, tenant, day, person, place, persona) do update set
         turns = u.turns + 1,
         prompt_tokens = u.prompt_tokens + excluded.prompt_tokens,
         completion_tokens = u.completion_tokens + excluded.completion_tokens`,
      [place.platform, place.tenant, dayOf(at), person, place.id, persona, promptTokens, completionTokens],
    );
  }

  async spent({ platform, tenant }: Pick<Place, "platform" | "tenant">, person: Person["id"], at: number) {
    const { rows } = await this.#db.query(
      `select coalesce(sum(turns), 0) as turns,
              coalesce(sum(prompt_tokens + completion_tokens), 0) as tokens,
              coalesce(sum(turns) filter (where person = $4), 0) as own_turns,
              coalesce(sum(prompt_tokens + completion_tokens) filter (where person = $4), 0) as own_tokens
         from rapport.usage where platform = $1 and tenant = $2 and day = $3`,
      [platform, tenant, dayOf(at), person],
    );
    const row = parseStored(Row, rows[0], "usage");
    return {
      person: { turns: row.own_turns, tokens: row.own_tokens },
      tenant: { turns: row.turns, tokens: row.tokens },
    };
  }
}
