import type { Clock } from "../../core/ports/clock.ts";
import { sentences } from "../../sentences/sentences.ts";

/** A platform could not be asked, or did not answer. */
export class PlatformUnavailable extends Error {
  override readonly name = "PlatformUnavailable";
  /** The request may have done its work all the same. */
  readonly mayHaveSucceeded: boolean;
  /** Nothing is asked before this time, in ms since 1970; undefined where that is not known. */
  readonly until: number | undefined;
  /** Until then it is longer than anybody waits in a chat. */
  readonly isLong: boolean;
  /** One route is closed, and others may be open. */
  readonly isRouteAlone: boolean;

  constructor(
    message: string,
    outage: {
      readonly mayHaveSucceeded: boolean;
      readonly until?: number | undefined;
      readonly isLong?: boolean;
      readonly isRouteAlone?: boolean;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: outage.cause });
    this.mayHaveSucceeded = outage.mayHaveSucceeded;
    this.until = outage.until;
    this.isLong = outage.isLong ?? false;
    this.isRouteAlone = outage.isRouteAlone ?? false;
  }
}

const LONG_MS = 60_000;

/** Longer than anybody waits in a chat. */
export const isLongWait = (waitMs: number): boolean => waitMs > LONG_MS;

/** How long to wait before a platform is asked again: as it is planned, or until the time before which nothing is sent. */
export function untilAskedAgain(error: unknown, clock: Pick<Clock, "now">, plannedMs: number): number {
  const until = error instanceof PlatformUnavailable ? error.until : undefined;
  return Math.max(plannedMs, (until ?? 0) - clock.now());
}

/** This one way is closed for longer than anybody waits: another one that leads there is to be taken. */
export const isWayClosed = (error: unknown): error is PlatformUnavailable =>
  error instanceof PlatformUnavailable && error.isLong && error.isRouteAlone;

/** Why a platform takes nothing for long; for people, and in doctor for who operates the bot. */
export const pausedText = (platform: string, until = 0): string =>
  sentences.platform.pausedUntil(platform, until);
