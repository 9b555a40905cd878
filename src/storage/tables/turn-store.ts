import type pg from "pg";
import { z } from "zod";
import { AppError } from "../../core/domain/errors.ts";
import {
  type EventId,
  type MessageId,
  Place,
  type PlaceId,
  type RunId,
  type TurnId,
} from "../../core/domain/model.ts";
import type { NewIds } from "../../core/ports/platform.ts";
import { movedTurn, type TurnChange, TurnRecord, type TurnStore } from "../../core/ports/turn-store.ts";
import { dayOf, type SpentOnDay, type UsageEntry } from "../../core/ports/usage-store.ts";
import { sentences } from "../../sentences/sentences.ts";
import { type Database, inTransaction } from "../postgres/pool.ts";
import { storedJson, storedText } from "../postgres/stored-json.ts";
import { parseStored } from "../records/corrupt-record.ts";
import { ANSWERED } from "./answered.ts";
import type { PostgresUsageStore } from "./usage-store.ts";

const MOVED_AT_ONCE = 200;

/** Where each field that may change is kept. */
const COLUMNS = new Map<string, string>(
  Object.entries({
    state: "state",
    place: "place",
    target: "target",
    persona: "persona",
    agent: "agent",
    conversation: "conversation",
    run: "run",
    otids: "otids",
    quiet: "quiet",
    text: "answer",
    outcome: "outcome",
    stopped: "stopped",
  } satisfies Record<keyof TurnChange, string>),
);

const SELECT = `
select t.*, coalesce(
         (select jsonb_agg(jsonb_build_object('part', d.part, 'message', d.message, 'text', d.text) order by d.part)
            from rapport.delivery d where d.turn_id = t.id), '[]') as deliveries
  from rapport.turn t`;

/** True, and the statement's commit does not wait for the disk: for what is found again when the server loses it. */
const SOON = "set_config('synchronous_commit', 'off', true) = 'off'";

const REPLACING =
  "on conflict (turn_id, part) do update set message = excluded.message, text = excluded.text";

const Started = z.array(z.object({ stopped: z.boolean() }));

const nullable = z
  .string()
  .nullable()
  .transform((value) => value ?? undefined);

/** The columns whose shape differs from the field's. */
const Row = z.looseObject({
  id: z.string(),
  agent: nullable,
  conversation: nullable,
  run: nullable,
  outcome: nullable,
  quiet: z.unknown().transform((value) => value ?? undefined),
  answer: z.string(),
  // pg gives bigint as text.
  at: z.coerce.number(),
});

const RecentPlace = z.object({ place: Place, at: z.coerce.number() });

/** What is known of each turn, in the tables `turn` and `delivery`. */
export class PostgresTurnStore implements TurnStore {
  readonly #pool: pg.Pool;
  readonly #db: Database;
  readonly #usage: PostgresUsageStore;

  constructor({ pool, db, usage }: { pool: pg.Pool; db: Database; usage: PostgresUsageStore }) {
    this.#pool = pool;
    this.#db = db;
    this.#usage = usage;
  }

  async begin(turn: TurnRecord): Promise<TurnRecord> {
    const parsed = TurnRecord.parse(turn);
    if (parsed.deliveries.length === 0) {
      if (await insertTurn(this.#db, parsed)) return parsed;
    } else
      await inTransaction(this.#pool, async (db) => {
        if (!(await insertTurn(db, parsed))) return;
        for (const delivery of turn.deliveries) await noteDelivery(db, turn.id, delivery);
      });
    const kept = await this.get(turn.id);
    if (!kept) throw new Error("a turn vanished while it began");
    return kept;
  }

  async change(id: TurnId, change: TurnChange): Promise<void> {
    const values: unknown[] = [id];
    const sets: string[] = [];
    const set = (column: string, value: unknown) => {
      values.push(columnValue(value));
      const slot = `$${values.length}`;
      // A turn that has ended keeps its state, whoever comes late.
      sets.push(
        column === "state"
          ? `state = case when state in ('delivered', 'failed') then state else ${slot} end`
          : `${column} = ${slot}`,
      );
    };
    for (const [field, value] of Object.entries(change)) {
      const column = COLUMNS.get(field);
      if (column) set(column, value);
    }
    if (change.place) set("place_id", change.place.id);
    if (change.state === "asked") sets.push("asked_at = now()");
    if (sets.length === 0) return;
    const { rowCount } = await this.#db.query(
      `update rapport.turn set ${sets.join(", ")} where id = $1`,
      values,
    );
    if (rowCount === 0) throw new AppError("not_found", sentences.database.turnGone);
  }

  async answered(
    id: TurnId,
    { text, outcome }: Pick<TurnRecord, "text" | "outcome">,
    used: UsageEntry,
  ): Promise<SpentOnDay> {
    const { place, person, persona, promptTokens, completionTokens, at } = used;
    const { rows } = await this.#db.query(ANSWERED, [
      ...[id, storedText(text), outcome],
      ...[place.platform, place.tenant, dayOf(at), person, place.id, persona, promptTokens, completionTokens],
    ]);
    if (rows[0] === undefined) throw new AppError("not_found", sentences.database.turnGone);
    return this.#usage.remember(used, rows[0]);
  }

  async started(id: TurnId, run: RunId): Promise<{ readonly stopped: boolean }> {
    const { rows } = await this.#db.query(
      `update rapport.turn set run = $2 where id = $1 and ${SOON} returning stopped`,
      [id, storedText(run)],
    );
    return { stopped: Started.parse(rows)[0]?.stopped ?? false };
  }

  async delivered(id: TurnId, { part, message, text }: TurnRecord["deliveries"][number]): Promise<void> {
    await this.#db.query(
      `insert into rapport.delivery(turn_id, part, message, text) select $1, $2::int, $3, $4 where ${SOON} ${REPLACING}`,
      [id, part, message, storedText(text)],
    );
  }

  async forget(event: EventId): Promise<void> {
    await this.#db.query(
      `update rapport.turn t set events = (
         select jsonb_agg(case when said ->> 'id' = $1 then said || '{"text": "", "attachments": []}' else said end
                          order by nth)
           from jsonb_array_elements(t.events) with ordinality as each(said, nth))
        where t.events <> '[]' and t.events @> $2::jsonb`,
      [event, storedJson([{ id: event, type: "message" }])],
    );
  }

  async move(from: PlaceId, now: NewIds): Promise<void> {
    for (;;) {
      const { rows } = await this.#db.query(
        `${SELECT} where t.place_id = $1 order by t.number limit ${MOVED_AT_ONCE}`,
        [from],
      );
      if (rows.length === 0) return;
      await inTransaction(this.#pool, async (db) => {
        for (const row of rows) await moveTurn(db, movedTurn(turnIn(row), now));
      });
    }
  }

  async get(id: TurnId): Promise<TurnRecord | undefined> {
    return this.#first("where t.id = $1", [id]);
  }

  async byEvent(place: Place, event: EventId): Promise<TurnRecord | undefined> {
    return this.#first("where t.place_id = $1 and t.events @> $2::jsonb order by t.number desc limit 1", [
      place.id,
      storedJson([{ id: event }]),
    ]);
  }

  async latest(place: Place, only?: "running"): Promise<TurnRecord | undefined> {
    const running = only === "running" ? "and t.state in ('begun', 'asked', 'answered')" : "";
    return this.#first(`where t.place_id = $1 ${running} order by t.number desc limit 1`, [place.id]);
  }

  async recentPlaces(where: {
    readonly platform: string;
    readonly tenant?: string;
    readonly under?: PlaceId;
    readonly since: number;
    readonly limit: number;
  }): Promise<readonly { readonly place: Place; readonly at: number }[]> {
    const { rows } = await this.#db.query(
      `select place, at from (
         select distinct on (t.place_id) t.place, t.number,
                least(t.at, (select max((said ->> 'at')::numeric) from jsonb_array_elements(t.events) said)) as at
           from rapport.turn t
          where t.at >= $1 and t.place ->> 'platform' = $2
            and ($3::text is null or t.place ->> 'tenant' = $3)
            and ($4::text is null or t.place ->> 'parent' = $4)
          order by t.place_id, t.number desc) newest
        order by at desc, number desc limit $5`,
      [where.since, where.platform, where.tenant, where.under, where.limit],
    );
    return rows.map((row) => parseStored(RecentPlace, row, "turn"));
  }

  async byMessage(place: Place, message: MessageId): Promise<TurnRecord | undefined> {
    return this.#first(
      `where t.place_id = $1 and t.id in (select d.turn_id from rapport.delivery d where d.message = $2)
       order by t.number desc limit 1`,
      [place.id, message],
    );
  }

  async #first(where: string, values: readonly unknown[]): Promise<TurnRecord | undefined> {
    const { rows } = await this.#db.query(`${SELECT} ${where}`, values);
    return rows[0] === undefined ? undefined : turnIn(rows[0]);
  }
}

function turnIn(stored: unknown): TurnRecord {
  const row = parseStored(Row, stored, "turn");
  return parseStored(TurnRecord, { ...row, text: row.answer }, `turn ${row.id}`);
}

async function moveTurn(db: Database, { id, place, target, events, deliveries }: TurnRecord): Promise<void> {
  await db.query(
    "update rapport.turn set place_id = $2, place = $3, target = $4, events = $5 where id = $1",
    [id, place.id, place, target, events].map(columnValue),
  );
  for (const delivery of deliveries) await noteDelivery(db, id, delivery);
}

/** False when an earlier attempt has begun it. */
async function insertTurn(db: Database, turn: TurnRecord): Promise<boolean> {
  const columns = {
    id: turn.id,
    state: turn.state,
    place_id: turn.place.id,
    place: turn.place,
    target: turn.target,
    persona: turn.persona,
    agent: turn.agent,
    conversation: turn.conversation,
    run: turn.run,
    otids: turn.otids,
    answer: turn.text,
    stopped: turn.stopped,
    at: turn.at,
    events: turn.events,
  };
  const values = Object.values(columns).map(columnValue);
  const slots = values.map((_, index) => `$${index + 1}`);
  const { rowCount } = await db.query(
    `insert into rapport.turn(${Object.keys(columns).join(", ")}) values (${slots.join(", ")})
     on conflict (id) do nothing`,
    values,
  );
  return rowCount === 1;
}

async function noteDelivery(
  db: Database,
  turn: TurnId,
  delivery: TurnRecord["deliveries"][number],
): Promise<void> {
  await db.query(
    `insert into rapport.delivery(turn_id, part, message, text) values ($1, $2, $3, $4) ${REPLACING}`,
    [turn, delivery.part, delivery.message, storedText(delivery.text)],
  );
}

function columnValue(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === "string") return storedText(value);
  return typeof value === "object" ? storedJson(value) : value;
}
