import type { Clock } from "../../../core/ports/clock.ts";
import { PlatformUnavailable } from "../../shared/unavailable.ts";

/** Until Discord says otherwise; a webhook has as many in two seconds for each of its routes. */
const LIMIT = 5;
const WINDOW_MS = 2_000;
/** What the way back takes. */
const MARGIN_MS = 30;

type Headers = { get(name: string): string | null };

/** The calls of one route of one webhook: as many at once as Discord has room for, the rest in their order. */
export class CallBucket {
  readonly #clock: Pick<Clock, "now" | "sleep">;
  #limit: number = LIMIT;
  #left: number = LIMIT;
  #inFlight: number = 0;
  /** When there is room again; undefined before the first answer of a window. */
  #resetAt: number | undefined;
  readonly #waiting: (() => void)[] = [];

  constructor(clock: Pick<Clock, "now" | "sleep">) {
    this.#clock = clock;
  }

  /** How many go out at once. */
  get room(): number {
    this.#renew();
    return this.#left - this.#waiting.length;
  }

  /** Whether a call may go out at once. Each that goes out is followed by how it ended. */
  takeNow(): boolean {
    if (this.room < 1) return false;
    this.#send();
    return true;
  }

  /** Resolves when the call may go out. */
  async take(signal: AbortSignal): Promise<void> {
    if (!this.takeNow()) await this.#turn(signal);
  }

  /** What Discord said of the bucket with its answer. */
  answered(headers: Headers): void {
    this.#inFlight -= 1;
    const limit = numberOf(headers.get("x-ratelimit-limit")) ?? this.#limit;
    this.#left += limit - this.#limit;
    this.#limit = limit;
    this.#left = Math.min(this.#left, numberOf(headers.get("x-ratelimit-remaining")) ?? this.#left);
    const resetAfter = numberOf(headers.get("x-ratelimit-reset-after"));
    this.#closeFor(resetAfter === undefined ? WINDOW_MS : resetAfter * 1_000);
    this.#drain();
  }

  /** Nobody knows whether it was counted. */
  unanswered(): void {
    this.#inFlight -= 1;
    this.#closeFor(WINDOW_MS);
  }

  /** Discord took it not, and says when it will. */
  refused(retryAfterMs: number): void {
    this.#inFlight -= 1;
    this.#left = 0;
    this.#resetAt = undefined;
    this.#closeFor(retryAfterMs);
  }

  #send(): void {
    this.#left -= 1;
    this.#inFlight += 1;
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        signal.removeEventListener("abort", leave);
        this.#send();
        resolve();
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(new PlatformUnavailable("no room for a call of a webhook", { mayHaveSucceeded: false }));
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(go);
    });
  }

  #closeFor(ms: number): void {
    if (this.#resetAt !== undefined) return;
    this.#resetAt = this.#clock.now() + ms + MARGIN_MS;
    void this.#letGoAtReset();
  }

  async #letGoAtReset(): Promise<void> {
    // A timer may ring a little early.
    while (this.#resetAt !== undefined && this.#clock.now() < this.#resetAt)
      await this.#clock.sleep(this.#resetAt - this.#clock.now());
    this.#renew();
    this.#drain();
  }

  #drain(): void {
    while (this.#left > 0) {
      const next = this.#waiting.shift();
      if (!next) return;
      next();
    }
  }

  #renew(): void {
    if (this.#resetAt === undefined || this.#clock.now() < this.#resetAt) return;
    this.#left = this.#limit - this.#inFlight;
    this.#resetAt = undefined;
  }
}

function numberOf(header: string | null): number | undefined {
  const number = header === null ? Number.NaN : Number(header);
  return Number.isFinite(number) ? number : undefined;
}
