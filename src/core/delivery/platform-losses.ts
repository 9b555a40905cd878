import type { AppError } from "../domain/errors.ts";
import type { EmitBotEvent } from "../ports/bot-events.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Platform, PlatformLoss } from "../ports/platform.ts";
import type { TurnQueue } from "../ports/turn-queue.ts";

/*
 * What becomes of a platform that refuses us for good while the process runs:
 *
 *   before it was connected   a setting is wrong, and its start says so
 *   it is heard no more       its answers are finished, since it takes them
 *   it takes nothing more     its turns are left as they are, for a process that has a good token
 *   no other one is there     the process ends
 */
export interface Losses {
  /** Resolves when it is connected; from then on its loss is no reason to end what others serve. */
  start(platform: Platform, connecting: Promise<void>): Promise<void>;
  lost(platform: string, loss: PlatformLoss): void;
  /** Why a platform is lost; undefined for one that is not. */
  reason(platform: string): AppError | undefined;
  /** Aborts when the platform takes nothing more. */
  refusing(platform: string): AbortSignal;
}

export function createLosses(services: {
  readonly platforms: ReadonlyMap<string, Platform>;
  /** Whether people can reach us there. */
  readonly isReached: (platform: string) => boolean;
  readonly lanes: Pick<TurnQueue, "serveNoMore">;
  readonly notify: EmitBotEvent;
  readonly clock: Clock;
  readonly log: Logger;
  readonly end: (error: AppError) => void;
}): Losses {
  const { platforms, lanes, clock, log } = services;
  const connected = new Set<string>();
  const reasons = new Map<string, AppError>();
  const refusals = new Map<string, AbortController>();

  function refusalOf(name: string): AbortController {
    const known = refusals.get(name) ?? new AbortController();
    refusals.set(name, known);
    return known;
  }

  const isServed = (name: string) => services.isReached(name) && !reasons.has(name);

  function leave(name: string): void {
    refusalOf(name).abort();
    lanes
      .serveNoMore(name)
      .catch((err: unknown) =>
        log.warn({ platform: name, err }, "could not leave the lanes of a lost platform to other processes"),
      );
  }

  function hearNoMore(name: string, error: AppError): void {
    reasons.set(name, error);
    services.notify({ type: "platform lost", platform: name, reason: error.userMessage, at: clock.now() });
    platforms
      .get(name)
      ?.stop()
      .catch((err: unknown) => log.warn({ platform: name, err }, "could not stop a platform that is lost"));
  }

  return {
    async start({ name }, connecting) {
      await connecting;
      connected.add(name);
    },
    lost(name, { error, takesPosts }) {
      if (!takesPosts) leave(name);
      if (!connected.has(name)) return;
      if (!reasons.has(name)) hearNoMore(name, error);
      if (![...platforms.keys()].some(isServed)) services.end(error);
    },
    reason: (name) => reasons.get(name),
    refusing: (name) => refusalOf(name).signal,
  };
}
