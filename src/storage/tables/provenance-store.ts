import type pg from "pg";
import { z } from "zod";
import type { AgentId, PersonId } from "../../core/domain/model.ts";
import { type LineKey, Origin, type ProvenanceStore } from "../../core/ports/provenance-store.ts";
import { asDatabase, type Database } from "../postgres/pool.ts";
import { storedJson } from "../postgres/stored-json.ts";
import { parseStored } from "../records/corrupt-record.ts";

/** The columns whose shape differs from the field's. */
const Row = z.looseObject({
  author: z
    .string()
    .nullable()
    .transform((value) => value ?? undefined),
  asked_by: z.string(),
  // pg gives bigint as text.
  at: z.coerce.number(),
});

/** Who remembered lines come from, in the table `provenance`. */
export class PostgresProvenanceStore implements ProvenanceStore {
  readonly #db: Database;

  constructor(pool: pg.Pool) {
    this.#db = asDatabase(pool);
  }

  async note(origin: Origin): Promise<void> {
    const { agent, line, author, askedBy, place, event, at } = Origin.parse(origin);
    await this.#db.query(
      `insert into rapport.provenance(platform, tenant, agent, line, author, asked_by, place, event, at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [place.platform, place.tenant, agent, line, author ?? null, askedBy, storedJson(place), event, at],
    );
  }

  async of(agent: AgentId, lines: readonly LineKey[]): Promise<readonly Origin[]> {
    const { rows } = await this.#db.query(
      "select * from rapport.provenance where agent = $1 and line = any($2) order by id",
      [agent, lines],
    );
    return rows.map((each) => {
      const { asked_by: askedBy, ...row } = parseStored(Row, each, "provenance");
      return parseStored(Origin, { ...row, askedBy }, "provenance");
    });
  }

  async forget(agent: AgentId, line: LineKey, person?: PersonId): Promise<void> {
    await this.#db.query(
      `delete from rapport.provenance where agent = $1 and line = $2
          and ($3::text is null or id = (
            select max(id) from rapport.provenance
             where agent = $1 and line = $2 and (author = $3 or asked_by = $3)))`,
      [agent, line, person ?? null],
    );
  }
}
