import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";
import { PersonId } from "./model.ts";
import type { Notice } from "./notice.ts";
import type { Platform } from "./platform.ts";

/*
 * What those who run the installation (ADMIN_IDS) are told in chat, each once until it is over:
 *
 *   Letta has been away for AWAY_MS, and is back
 *   Letta or its model refuses the key, or is set up wrongly
 *   a tenant has nearly used up its day
 */

/** Shorter outages mend themselves, and nobody need hear of them. */
const AWAY_MS = 5 * 60_000;
/** What goes on is told again after this at the earliest. */
const AGAIN_MS = 6 * 60 * 60_000;
const REMEMBERED = 1_000;

interface AlertParts {
  readonly admins: ReadonlySet<string>;
  readonly platforms: ReadonlyMap<string, Platform>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Listens to what the bot does. Never throws. */
export function createAlerts({ admins, platforms, clock, log }: AlertParts): (notice: Notice) => void {
  const toldAt = new Map<string, number>();
  let awaySince: number | undefined;

  function tell(key: string, text: string): void {
    const last = toldAt.get(key);
    if (last !== undefined && clock.now() - last < AGAIN_MS) return;
    toldAt.set(key, clock.now());
    for (const oldest of toldAt.keys()) {
      if (toldAt.size <= REMEMBERED) break;
      toldAt.delete(oldest);
    }
    log.warn({ alert: key }, "the admins are told");
    for (const admin of admins) void tellOne(admin, text);
  }

  async function tellOne(admin: string, text: string): Promise<void> {
    for (const platform of platforms.values()) {
      try {
        if (await platform.tellPerson?.(PersonId.parse(admin), text)) return;
      } catch (err) {
        log.warn({ err, admin }, "could not tell an admin");
        return;
      }
    }
  }

  function away(): void {
    awaySince ??= clock.now();
    if (clock.now() - awaySince < AWAY_MS) return;
    const minutes = Math.round((clock.now() - awaySince) / 60_000);
    tell(
      "letta away",
      `⚠️ Letta has not answered me for ${minutes} minutes. What people say waits, and is answered when it is back. \`npm run doctor\` says what is wrong.`,
    );
  }

  function back(): void {
    awaySince = undefined;
    toldAt.delete("misconfigured");
    if (toldAt.delete("letta away"))
      tell(`letta back ${clock.now()}`, "✅ Letta answers again. What waited is being answered.");
  }

  return (notice) => {
    if (notice.type === "budget") {
      const { platform, tenant } = notice.place;
      const day = Math.floor(notice.at / 86_400_000);
      const rest = notice.spent >= 1 ? "has used up" : `has used ${Math.floor(notice.spent * 100)} % of`;
      tell(
        `budget ${platform} ${tenant} ${day} ${notice.spent >= 1}`,
        `⚠️ \`${platform}/${tenant}\` ${rest} its answers for today. \`/admin limits\` there changes it.`,
      );
    }
    if (notice.type !== "turn") return;
    if (notice.step === "waiting for an outage" && notice.code === "agent_unavailable") away();
    if (notice.step === "failed" && notice.code === "misconfigured")
      tell(
        "misconfigured",
        "⚠️ Letta or the model behind it refuses me: a key, a password or a model's name is wrong. `npm run doctor` says which.",
      );
    if (notice.step === "answered") back();
  };
}
