import type { Clock } from "../../../core/ports/clock.ts";

/** Requests are counted where they arrive, some sooner and some later than they left. */
const WINDOW_MS = 1_050;

/**
 * All that goes out to Discord within a second, whoever sends it: fifty for a bot, and fifty for an address that sends no
 * token, as its webhooks do [docs: Global Rate Limit]. They go out in the order in which they came.
 */
export class RequestBudget {
  readonly #clock: Pick<Clock, "now" | "sleep">;
  readonly #perSecond: number;
  /** When each of the last ones goes out, the oldest first. */
  readonly #sent: number[] = [];

  constructor(options: { readonly clock: Pick<Clock, "now" | "sleep">; readonly perSecond: number }) {
    this.#clock = options.clock;
    this.#perSecond = options.perSecond;
  }

  /** Resolves when one may go out, or the signal ends the wait. */
  async take(signal?: AbortSignal): Promise<void> {
    // Nothing is counted where nothing is limited.
    if (this.#perSecond > MOST_COUNTED) return;
    const now = this.#clock.now();
    const before =
      this.#sent.length >= this.#perSecond ? (this.#sent.shift() ?? 0) : Number.NEGATIVE_INFINITY;
    const at = Math.max(now, before + WINDOW_MS);
    this.#sent.push(at);
    if (at > now) await this.#clock.sleep(at - now, signal);
  }

  /** How many could go out at once. */
  get room(): number {
    const since = this.#clock.now() - WINDOW_MS;
    return this.#perSecond - this.#sent.filter((at) => at > since).length;
  }
}

const MOST_COUNTED = 10_000;
