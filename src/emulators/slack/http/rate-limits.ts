import type { Clock } from "../../kit/clock.ts";

export interface LimitRule {
  readonly limit: number;
  readonly windowMs: number;
}

interface Window {
  used: number;
  resetAt: number;
}

/**
 * A bucket for each method in each workspace, and for posts in each channel. It runs on real time: the client's own
 * waiting does, and no test can move that.
 */
export class RateLimits {
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();
  readonly #overrides = new Map<string, LimitRule>();
  #isOff: boolean = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Another rule for a method, as `chat.update`. */
  set(method: string, rule: LimitRule): void {
    this.#overrides.set(method, rule);
    for (const key of this.#windows.keys()) {
      if (key.startsWith(`${method}:`)) this.#windows.delete(key);
    }
  }

  switchOff(): void {
    this.#isOff = true;
  }

  /** Counts a call. The seconds to wait when there were too many: whole ones, as `Retry-After` has them. */
  take(method: string, key: string, rule: LimitRule): number | undefined {
    if (this.#isOff) return undefined;
    const { limit, windowMs } = this.#overrides.get(method) ?? rule;
    const now = this.#clock.now();
    const name = `${method}:${key}`;
    const present = this.#windows.get(name);
    const window = present && now < present.resetAt ? present : { used: 0, resetAt: now + windowMs };
    this.#windows.set(name, window);
    if (window.used >= limit) return Math.max(1, Math.ceil((window.resetAt - now) / 1000));
    window.used += 1;
    return undefined;
  }
}
