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
export class PlatformLosses {
  readonly #platforms: ReadonlyMap<string, Platform>;
  readonly #lanes: Pick<TurnQueue, "serveNoMore">;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #end: (error: AppError) => void;
  readonly #isReached: (platform: string) => boolean;
  readonly #notify: EmitBotEvent;
  readonly #connected = new Set<string>();
  readonly #reasons = new Map<string, AppError>();
  readonly #refusals = new Map<string, AbortController>();

  constructor(services: {
    readonly platforms: ReadonlyMap<string, Platform>;
    /** Whether people can reach us there. */
    readonly isReached: (platform: string) => boolean;
    readonly lanes: Pick<TurnQueue, "serveNoMore">;
    readonly notify: EmitBotEvent;
    readonly clock: Clock;
    readonly log: Logger;
    readonly end: (error: AppError) => void;
  }) {
    this.#platforms = services.platforms;
    this.#lanes = services.lanes;
    this.#clock = services.clock;
    this.#log = services.log;
    this.#end = services.end;
    this.#isReached = services.isReached;
    this.#notify = services.notify;
  }

  /** Resolves when it is connected; from then on its loss is no reason to end what others serve. */
  async start({ name }: Platform, connecting: Promise<void>): Promise<void> {
    await connecting;
    this.#connected.add(name);
  }

  lost(name: string, { error, takesPosts }: PlatformLoss): void {
    if (!takesPosts) this.#leave(name);
    if (!this.#connected.has(name)) return;
    if (!this.#reasons.has(name)) this.#hearNoMore(name, error);
    if (![...this.#platforms.keys()].some((each) => this.#isServed(each))) this.#end(error);
  }

  /** Why a platform is lost; undefined for one that is not. */
  reason(name: string): AppError | undefined {
    return this.#reasons.get(name);
  }

  /** Aborts when the platform takes nothing more. */
  refusing(name: string): AbortSignal {
    return this.#refusalOf(name).signal;
  }

  #refusalOf(name: string): AbortController {
    const known = this.#refusals.get(name) ?? new AbortController();
    this.#refusals.set(name, known);
    return known;
  }

  #isServed(name: string): boolean {
    return this.#isReached(name) && !this.#reasons.has(name);
  }

  #leave(name: string): void {
    this.#refusalOf(name).abort();
    this.#lanes
      .serveNoMore(name)
      .catch((err: unknown) =>
        this.#log.warn(
          { platform: name, err },
          "could not leave the lanes of a lost platform to other processes",
        ),
      );
  }

  #hearNoMore(name: string, error: AppError): void {
    this.#reasons.set(name, error);
    this.#notify({ type: "platform lost", platform: name, reason: error.userMessage, at: this.#clock.now() });
    this.#platforms
      .get(name)
      ?.stop()
      .catch((err: unknown) =>
        this.#log.warn({ platform: name, err }, "could not stop a platform that is lost"),
      );
  }
}
