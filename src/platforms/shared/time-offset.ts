import type { Clock } from "../../core/ports/clock.ts";

/**
 * How far a platform's clock is ahead of ours: what it dates is compared with its own time, not with ours. Its time goes
 * on by what has elapsed, so that setting our clock does not move it, even before the platform is asked again.
 */
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
  const elapsed = () => clock.elapsed?.() ?? clock.now();
  let known: { readonly at: number; readonly elapsed: number } | undefined;
  const now = () => (known ? Math.round(known.at + elapsed() - known.elapsed) : clock.now());
  return {
    get ms() {
      return now() - clock.now();
    },
    now,
    measure(date, sentAt) {
      const dated = Date.parse(date ?? "");
      const receivedAt = clock.now();
      if (Number.isNaN(dated) || receivedAt - sentAt > SLOW_MS) return;
      const measured = dated + HALF_A_SECOND_MS - (sentAt + receivedAt) / 2;
      // Less than the header can tell.
      const ms = Math.abs(measured) <= 2 * HALF_A_SECOND_MS ? 0 : Math.round(measured);
      known = { at: receivedAt + ms, elapsed: elapsed() };
    },
  };
}
