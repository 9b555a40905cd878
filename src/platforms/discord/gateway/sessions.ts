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

export interface SessionSaver {
  /** What an earlier process left; nothing where another process is at it now. */
  load(): Promise<readonly StoredShard[]>;
  /** Stores it soon. */
  scheduleSave(): void;
  /** Stores what is left, and lets go. */
  close(): Promise<void>;
}

/**
 * What is not stored yet is replayed, and found to be stored: once a second is often enough. But the first time it is stored
 * at once: who finds nothing there takes the start for the first one ever, and looks for nothing.
 */
const SAVE_AFTER_MS = 1_000;
/** Another process may have ended meanwhile. */
const CLAIM_AGAIN_MS = 30_000;

export function createSessionSaver(services: {
  records: RecordStore<StoredShard>;
  claim: ClaimSession;
  token: string;
  /** As things stand now. */
  shards: () => readonly StoredShard[];
  clock: Clock;
  log: Logger;
}): SessionSaver {
  const { records, claim, shards, clock, log } = services;
  // Sessions are a bot's, and a reset token ends them all.
  const bot = createHash("sha256").update(services.token).digest("hex").slice(0, 32);
  const closing = new AbortController();
  let held: Awaited<ReturnType<ClaimSession>>;
  let saving: Promise<void> | undefined;
  let hasChanged = false;
  let isBegun = false;
  let claimAgainAt = 0;

  async function isOurs(): Promise<boolean> {
    if (held && !held.lost.aborted) return true;
    if (clock.now() < claimAgainAt) return false;
    held = await claim(`discord.gateway.${bot}`);
    claimAgainAt = held ? 0 : clock.now() + CLAIM_AGAIN_MS;
    return held !== undefined;
  }

  async function save(): Promise<boolean> {
    try {
      if (await isOurs())
        for (const each of shards()) await records.set(recordKey(bot, String(each.shard)), each);
      return true;
    } catch (error) {
      log.debug({ err: error }, "could not store how far the gateway was heard");
      return false;
    }
  }

  async function saveSoon(): Promise<void> {
    while (hasChanged && !closing.signal.aborted) {
      if (isBegun || shards().length === 0) await clock.sleep(SAVE_AFTER_MS, closing.signal);
      isBegun ||= shards().length > 0;
      hasChanged = false;
      hasChanged = !(await save()) || hasChanged;
    }
    saving = undefined;
  }

  return {
    async load() {
      try {
        return (await isOurs()) ? await records.list(bot) : [];
      } catch (error) {
        log.warn({ err: error }, "could not read the stored gateway session");
        return [];
      }
    },
    scheduleSave() {
      hasChanged = true;
      if (!closing.signal.aborted) saving ??= saveSoon();
    },
    async close() {
      closing.abort();
      await saving;
      await save();
      await held?.release().catch((err: unknown) => log.debug({ err }, "the gateway's claim was gone"));
    },
  };
}
