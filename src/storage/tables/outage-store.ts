import { z } from "zod";
import type { TurnId } from "../../core/domain/model.ts";
import type { OutageStore } from "../../core/ports/outages.ts";
import type { Database } from "../postgres/pool.ts";

const Found = z.tuple([z.object({ found: z.boolean() })]);

/** When the agents' server was away, by the database's clock, which is one for all processes. */
export class PostgresOutageStore implements OutageStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async begin({ gone }: { readonly gone: boolean }): Promise<void> {
    await this.#db.query(
      `insert into rapport.agent_outage as o(gone_at) values (case when $1 then now() end)
         on conflict ((true)) where ended_at is null
         do update set seen_at = now(), gone_at = coalesce(excluded.gone_at, o.gone_at)`,
      [gone],
    );
  }

  async end(): Promise<void> {
    await this.#db.query("update rapport.agent_outage set ended_at = now() where ended_at is null");
  }

  async isOngoing(): Promise<boolean> {
    return this.#found("select from rapport.agent_outage where ended_at is null", []);
  }

  async wasDownSince(turn: TurnId): Promise<boolean> {
    return this.#found(
      "select from rapport.agent_outage o join rapport.turn t on t.id = $1 where o.gone_at >= t.asked_at",
      [turn],
    );
  }

  async #found(rows: string, values: readonly unknown[]): Promise<boolean> {
    const found = await this.#db.query(`select exists(${rows}) as found`, values);
    return Found.parse(found.rows)[0].found;
  }
}
