import { z } from "zod";
import { BoundedMap } from "../../core/async/bounded-map.ts";
import type { Person, Place } from "../../core/domain/model.ts";
import { recordKey } from "../../core/domain/record-key.ts";
import {
  dayOf,
  type Spent,
  type SpentOnDay,
  type UsageEntry,
  type UsageStore,
} from "../../core/ports/usage-store.ts";
import type { Database } from "../postgres/pool.ts";
import { parseStored } from "../records/corrupt-record.ts";
import { SPENT } from "./answered.ts";

/** Of so many people and tenants it is remembered what they spent. */
const REMEMBERED = 10_000;

const Row = z.object({
  own_turns: z.coerce.number(),
  own_tokens: z.coerce.number(),
  turns: z.coerce.number(),
  tokens: z.coerce.number(),
});

interface Remembered {
  readonly spent: Spent;
  readonly since: number;
}

/** What was spent, in the table `usage`. */
export class PostgresUsageStore implements UsageStore {
  readonly #db: Database;
  readonly #remembered = new BoundedMap<string, Remembered>(REMEMBERED);

  constructor(db: Database) {
    this.#db = db;
  }

  async spent(
    where: Pick<Place, "platform" | "tenant">,
    person: Person["id"],
    { at, maxAgeMs }: { readonly at: number; readonly maxAgeMs: number },
  ): Promise<SpentOnDay> {
    const remembered = this.#recall(where, person, at, maxAgeMs);
    if (remembered) return remembered;
    const { rows } = await this.#db.query(SPENT, [where.platform, where.tenant, dayOf(at), person]);
    return this.remember({ place: where, person, at }, rows[0]);
  }

  /** Sums that were read, or came of counting an answer. */
  remember(
    {
      place,
      person,
      at,
    }: Pick<UsageEntry, "person" | "at"> & { readonly place: Pick<Place, "platform" | "tenant"> },
    sums: unknown,
  ): SpentOnDay {
    const row = parseStored(Row, sums, "usage");
    const spent = {
      person: { turns: row.own_turns, tokens: row.own_tokens },
      tenant: { turns: row.turns, tokens: row.tokens },
    };
    const since = performance.now();
    this.#remembered.set(keyOf(place, at, person), { spent: spent.person, since });
    this.#remembered.set(keyOf(place, at), { spent: spent.tenant, since });
    return spent;
  }

  #recall(
    where: Pick<Place, "platform" | "tenant">,
    person: Person["id"],
    at: number,
    maxAgeMs: number,
  ): SpentOnDay | undefined {
    const since = performance.now() - maxAgeMs;
    const own = this.#remembered.get(keyOf(where, at, person));
    const all = this.#remembered.get(keyOf(where, at));
    if (!own || !all || Math.min(own.since, all.since) <= since) return undefined;
    return { person: own.spent, tenant: all.spent };
  }
}

const keyOf = (
  { platform, tenant }: Pick<Place, "platform" | "tenant">,
  at: number,
  ...person: string[]
): string => recordKey(platform, tenant, dayOf(at), ...person);
