import { z } from "zod";
import { EventId, TurnId } from "../../core/domain/model.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { TurnQueue } from "../../core/ports/turn-queue.ts";
import type { Database } from "../postgres/pool.ts";
import { parseStored } from "../records/corrupt-record.ts";

export type OnDeadLetter = NonNullable<Parameters<TurnQueue["start"]>[1]>;

const DeadLetter = z
  .object({
    turn_id: z.coerce.string(),
    lane: z.string(),
    events: z.array(z.object({ id: EventId, payload: z.unknown() })),
  })
  .transform(({ turn_id, ...rest }) => ({ ...rest, turn: TurnId.parse(`turn-${turn_id}`) }));

/** A turn that failed in every attempt, with what was said. */
export type DeadLetter = z.infer<typeof DeadLetter>;

/** Announces dead letters, each until somebody was told of it once. */
export class DeadLetters {
  readonly #db: Database;
  readonly #log: Logger;
  #listener: OnDeadLetter | undefined;

  constructor({ db, log }: { readonly db: Database; readonly log: Logger }) {
    this.#db = db;
    this.#log = log;
  }

  announceWith(listener: OnDeadLetter | undefined): void {
    this.#listener = listener;
  }

  /** Never rejects. What fails is done again later, by whoever comes to it. */
  async announce({ turn, lane, events }: DeadLetter): Promise<void> {
    try {
      await this.#listener?.({ id: turn, lane, events });
      await this.#db.query("update rapport.dead_letter set tell_at = null where turn_id = $1", [
        turn.replace(/^turn-/, ""),
      ]);
    } catch (error) {
      this.#log.warn({ turn, err: error }, "could not announce a dead letter");
    }
  }

  /** Announces those of which nobody was told though it is time, each in one process; does not wait for the telling. */
  async announceDue(platforms: readonly string[] | undefined): Promise<void> {
    const { rows } = await this.#db.query(
      `with mine as (
         update rapport.dead_letter d set tell_at = now() + interval '1 minute'
          where d.id = any(array(
                select x.id from rapport.dead_letter x
                 where x.tell_at <= now() and x.died_at > now() - interval '1 day' and ($1::text[] is null or x.platform is null or x.platform = any($1))
                   for update skip locked))
        returning d.*)
       select turn_id, lane, jsonb_agg(jsonb_build_object('id', event_id, 'payload', payload) order by id) as events
         from mine group by turn_id, lane`,
      [platforms],
    );
    for (const row of rows) void this.announce(parseStored(DeadLetter, row, "dead letter"));
  }
}
