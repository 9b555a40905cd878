import type { Clock } from "../../core/ports/clock.ts";

/** How far a platform's clock is ahead of ours: what it dates is compared with its own time, not with ours. */
export interface TimeOffset {
  /** In ms; 0 until the first answer came. */
  readonly ms: number;
  /** The platform's time. */
  now(): number;
  /** Takes the Date header of an answer to what was sent at `sentAt`, by our clock. */
  measure(date: string | null, sentAt: number): void;
}

/** The header has whole seconds, cut off. */
const HALF_A_SECOND_MS = 500;
/** What took longer says too little of when it was dated. */
const SLOW_MS = 4_000;

export function createTimeOffset(clock: Clock): TimeOffset {
  let ms = 0;
  return {
    get ms() {
      return ms;
    },
    now: () => clock.now() + ms,
    measure(date, sentAt) {
      const dated = Date.parse(date ?? "");
      const receivedAt = clock.now();
      if (Number.isNaN(dated) || receivedAt - sentAt > SLOW_MS) return;
      const measured = dated + HALF_A_SECOND_MS - (sentAt + receivedAt) / 2;
      // Less than the header can tell.
      ms = Math.abs(measured) <= 2 * HALF_A_SECOND_MS ? 0 : Math.round(measured);
    },
  };
}
