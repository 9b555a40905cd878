import { createHash } from "node:crypto";
import { z } from "zod";
import { recordKey } from "../../../core/domain/record-key.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { RecordStore } from "../../../core/ports/record-store.ts";
import { Snowflake } from "../wire.ts";

/** What a shard's next process must know to go on where this one ends. */
export const StoredShard = z.object({
  shard: z.number().int(),
  /** Undefined where nothing can be resumed. */
  session: z
    .object({ id: z.string(), url: z.string(), shards: z.number().int(), sequence: z.number().int() })
    .optional(),
  /** Who the bot is: a connection that is resumed does not say it again. */
  self: z.object({ user: Snowflake, application: Snowflake }),
  /** All that was said until then is stored, in ms since 1970 by Discord's clock. */
  heardUntil: z.number(),
});
export type StoredShard = z.infer<typeof StoredShard>;

/** Held by one process of those that share a database: a session that two would resume ends for the first. */
export type ClaimSession = (
  name: string,
) => Promise<{ readonly lost: AbortSignal; release(): Promise<void> } | undefined>;

/**
 * What is not stored yet is replayed, and found to be stored: once a second is often enough. But the first time it is stored
 * at once: who finds nothing there takes the start for the first one ever, and looks for nothing.
 */
const SAVE_AFTER_MS = 1_000;
/** Another process may have ended meanwhile. */
const CLAIM_AGAIN_MS = 30_000;

/** Stores how far each shard was heard, for the process after this one. */
export class SessionSaver {
  readonly #records: RecordStore<StoredShard>;
  readonly #claim: ClaimSession;
  readonly #shards: () => readonly StoredShard[];
  readonly #clock: Clock;
  readonly #log: Logger;
  /** Sessions are a bot's, and a reset token ends them all. */
  readonly #bot: string;
  readonly #closing = new AbortController();
  #held: Awaited<ReturnType<ClaimSession>>;
  #saving: Promise<void> | undefined;
  #hasChanged: boolean = false;
  #isBegun: boolean = false;
  #claimAgainAt = 0;

  constructor(services: {
    records: RecordStore<StoredShard>;
    claim: ClaimSession;
    token: string;
    /** As things stand now. */
    shards: () => readonly StoredShard[];
    clock: Clock;
    log: Logger;
  }) {
    this.#records = services.records;
    this.#claim = services.claim;
    this.#shards = services.shards;
    this.#clock = services.clock;
    this.#log = services.log;
    this.#bot = createHash("sha256").update(services.token).digest("hex").slice(0, 32);
  }

  /** What an earlier process left; nothing where another process is at it now. */
  async load(): Promise<readonly StoredShard[]> {
    try {
      return (await this.#isOurs()) ? await this.#records.list(this.#bot) : [];
    } catch (error) {
      this.#log.warn({ err: error }, "could not read the stored gateway session");
      return [];
    }
  }

  /** Stores it soon. */
  scheduleSave(): void {
    this.#hasChanged = true;
    if (!this.#closing.signal.aborted) this.#saving ??= this.#saveSoon();
  }

  /** Stores what is left, and lets go. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#saving;
    await this.#save();
    await this.#held
      ?.release()
      .catch((err: unknown) => this.#log.debug({ err }, "the gateway's claim was gone"));
  }

  async #isOurs(): Promise<boolean> {
    if (this.#held && !this.#held.lost.aborted) return true;
    if (this.#clock.now() < this.#claimAgainAt) return false;
    this.#held = await this.#claim(`discord.gateway.${this.#bot}`);
    this.#claimAgainAt = this.#held ? 0 : this.#clock.now() + CLAIM_AGAIN_MS;
    return this.#held !== undefined;
  }

  async #save(): Promise<boolean> {
    try {
      if (await this.#isOurs())
        for (const each of this.#shards())
          await this.#records.set(recordKey(this.#bot, String(each.shard)), each);
      return true;
    } catch (error) {
      this.#log.debug({ err: error }, "could not store how far the gateway was heard");
      return false;
    }
  }

  async #saveSoon(): Promise<void> {
    while (this.#hasChanged && !this.#closing.signal.aborted) {
      if (this.#isBegun || this.#shards().length === 0)
        await this.#clock.sleep(SAVE_AFTER_MS, this.#closing.signal);
      this.#isBegun ||= this.#shards().length > 0;
      this.#hasChanged = false;
      this.#hasChanged = !(await this.#save()) || this.#hasChanged;
    }
    this.#saving = undefined;
  }
}
