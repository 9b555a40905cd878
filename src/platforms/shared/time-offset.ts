import type { Clock } from "../../core/ports/clock.ts";

/** The header has whole seconds, cut off. */
const HALF_A_SECOND_MS = 500;
/** What took longer says too little of when it was dated. */
const SLOW_MS = 4_000;

/**
 * How far a platform's clock is ahead of ours: what it dates is compared with its own time, not with ours. Its time goes
 * on by what has elapsed, so that setting our clock does not move it, even before the platform is asked again.
 */
export class TimeOffset {
  readonly #clock: Clock;
  #known: { readonly at: number; readonly elapsed: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** In ms; 0 until the first answer came. */
  get ms(): number {
    return this.now() - this.#clock.now();
  }

  /** The platform's time. */
  now(): number {
    return this.#known
      ? Math.round(this.#known.at + this.#elapsed() - this.#known.elapsed)
      : this.#clock.now();
  }

  /** Takes the Date header of an answer to what was sent at `sentAt`, by our clock. */
  measure(date: string | null, sentAt: number): void {
    const dated = Date.parse(date ?? "");
    const receivedAt = this.#clock.now();
    if (Number.isNaN(dated) || receivedAt - sentAt > SLOW_MS) return;
    const measured = dated + HALF_A_SECOND_MS - (sentAt + receivedAt) / 2;
    // Less than the header can tell.
    const ms = Math.abs(measured) <= 2 * HALF_A_SECOND_MS ? 0 : Math.round(measured);
    this.#known = { at: receivedAt + ms, elapsed: this.#elapsed() };
  }

  #elapsed(): number {
    return this.#clock.elapsed?.() ?? this.#clock.now();
  }
}
