import { z } from "zod";
import { sentences } from "../../sentences/sentences.ts";
import { BoundedMap } from "../async/bounded-map.ts";
import { PersonId } from "../domain/model.ts";
import { type RecordKey, recordKey } from "../domain/record-key.ts";
import type { BotEvent, TurnProgress } from "../ports/bot-events.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Platform } from "../ports/platform.ts";
import type { RecordStore } from "../ports/record-store.ts";

/*
 * What those who run the installation (ADMIN_IDS) are told in chat, each once until it is over, by whichever process sees
 * it first:
 *
 *   Letta has been away for AWAY_MS, and is back
 *   Letta or its model refuses the key, or is set up wrongly
 *   a platform refuses the bot for good, while others go on
 *   a tenant has nearly used up its day
 */

/** Shorter outages mend themselves, and nobody need hear of them. */
const AWAY_MS = 5 * 60_000;
/** What goes on is told again after this at the earliest. */
const REPEAT_AFTER_MS = 6 * 60 * 60_000;
/** What this process found told, or told itself, it looks for again after this: it may be over by what another saw. */
const LOOK_AGAIN_MS = 60_000;
/** What several processes see within this is one thing. */
const TOGETHER_MS = 10 * 60_000;
const REMEMBERED = 1_000;

/** An alert that was told, as every process finds it. */
export const ToldAlert = z.object({ at: z.number() });
export type ToldAlert = z.infer<typeof ToldAlert>;

const LETTA_AWAY = recordKey("letta away");
const MISCONFIGURED = recordKey("misconfigured");

interface AlertServices {
  readonly admins: ReadonlySet<string>;
  readonly platforms: ReadonlyMap<string, Platform>;
  readonly told: RecordStore<ToldAlert>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Listens to what the bot does. Never throws. */
export class AdminAlerts {
  readonly #admins: ReadonlySet<string>;
  readonly #platforms: ReadonlyMap<string, Platform>;
  readonly #told: RecordStore<ToldAlert>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #lookedAt = new BoundedMap<RecordKey, number>(REMEMBERED);
  #awaySince: number | undefined;
  /** Something may stand as told that an answer ends; what an earlier process told, too. */
  #mayStand: boolean = true;
  /** One after the other, in the order in which it happened. */
  #telling: Promise<void> = Promise.resolve();

  constructor({ admins, platforms, told, clock, log }: AlertServices) {
    this.#admins = admins;
    this.#platforms = platforms;
    this.#told = told;
    this.#clock = clock;
    this.#log = log;
  }

  hear(botEvent: BotEvent): void {
    if (botEvent.type === "budget") this.#budget(botEvent);
    if (botEvent.type === "platform lost") this.#lost(botEvent);
    if (botEvent.type === "turn") this.#ofTurn(botEvent);
  }

  #inOrder(work: () => Promise<void>): void {
    this.#telling = this.#telling.then(work).catch((err: unknown) => {
      this.#log.warn({ err }, "could not read whether the admins were told");
    });
  }

  #tell(key: RecordKey, text: string): void {
    const last = this.#lookedAt.get(key);
    if (last !== undefined && this.#clock.now() - last < LOOK_AGAIN_MS) return;
    this.#lookedAt.set(key, this.#clock.now());
    this.#inOrder(async () => {
      if (await this.#isNews(key)) this.#tellAll(key, text);
    });
  }

  /** Under the record's lock: of all processes one tells. */
  async #isNews(key: RecordKey): Promise<boolean> {
    let isFirst = false;
    await this.#told.update(key, async (before) => {
      isFirst = !before || this.#clock.now() - before.at >= REPEAT_AFTER_MS;
      return isFirst ? { at: this.#clock.now() } : undefined;
    });
    return isFirst;
  }

  #tellAll(alert: string, text: string): void {
    this.#log.warn({ alert }, "the admins are told");
    for (const admin of this.#admins) void this.#tellOne(admin, text);
  }

  async #tellOne(admin: string, text: string): Promise<void> {
    for (const platform of this.#platforms.values()) {
      try {
        if (await platform.messagePerson?.(PersonId.parse(admin), text)) return;
      } catch (err) {
        this.#log.warn({ err, admin }, "could not tell an admin");
        return;
      }
    }
  }

  #away(): void {
    this.#awaySince ??= this.#clock.now();
    this.#mayStand = true;
    if (this.#clock.now() - this.#awaySince < AWAY_MS) return;
    const minutes = Math.round((this.#clock.now() - this.#awaySince) / 60_000);
    this.#tell(LETTA_AWAY, sentences.alerts.lettaAway(minutes));
  }

  #back(): void {
    this.#awaySince = undefined;
    if (!this.#mayStand) return;
    this.#mayStand = false;
    for (const key of [LETTA_AWAY, MISCONFIGURED]) this.#lookedAt.delete(key);
    this.#inOrder(async () => {
      await this.#told.delete(MISCONFIGURED);
      if (await this.#told.delete(LETTA_AWAY)) this.#tellAll("letta back", sentences.alerts.lettaBack);
    });
  }

  #budget({ place: { platform, tenant }, spent, at }: Extract<BotEvent, { type: "budget" }>): void {
    const day = Math.floor(at / 86_400_000);
    this.#tell(
      recordKey("budget", platform, tenant, String(day), spent >= 1 ? "spent" : "near"),
      sentences.alerts.budget({ platform, tenant, percent: Math.floor(spent * 100) }),
    );
  }

  #refused(): void {
    this.#mayStand = true;
    this.#tell(MISCONFIGURED, sentences.alerts.refused);
  }

  /** It may be lost again soon after it was mended; processes that share it lose it at once. */
  #lost({ platform, reason, at }: Extract<BotEvent, { type: "platform lost" }>): void {
    this.#tell(
      recordKey("lost", platform, String(Math.floor(at / TOGETHER_MS))),
      sentences.alerts.platformLost(platform, reason),
    );
  }

  #ofTurn({ phase, code }: TurnProgress): void {
    if (phase === "waiting for an outage" && code === "agent_unavailable") this.#away();
    if (phase === "failed" && code === "misconfigured") this.#refused();
    if (phase === "answered") this.#back();
  }
}
