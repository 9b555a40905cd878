import type { Place } from "../../core/domain/model.ts";

/** Where people talk with us, and when we were last asked there. */
export interface ActiveChannel {
  readonly place: Place;
  /** In ms since 1970. */
  readonly at: number;
}

/** Nobody waits for an answer longer than this: what was said before is not looked for. */
const LOOKED_BACK_MS = 24 * 60 * 60_000;

/** From when on missed messages are looked for, where it would be `from`. */
export const lookedBackTo = (from: number, now: number): number => Math.max(from, now - LOOKED_BACK_MS);
