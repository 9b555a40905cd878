import type { Clock } from "../../kit/clock.ts";

/** Ids as Slack makes them: a letter for the kind, then capitals and digits. The same calls give the same ids. */
export class Ids {
  #last: number;

  constructor(last = 0) {
    this.#last = last;
  }

  next(kind: string): string {
    this.#last += 1;
    return `${kind}0${(this.#last * 7919).toString(36).toUpperCase().padStart(8, "R")}`;
  }

  get last(): number {
    return this.#last;
  }
}

/** Message ids: seconds, a dot and six digits; strictly rising over the whole of this Slack. */
export class Timestamps {
  readonly #clock: Clock;
  #lastMicroseconds: number;

  constructor(clock: Clock, lastMicroseconds = 0) {
    this.#clock = clock;
    this.#lastMicroseconds = lastMicroseconds;
  }

  next(): string {
    this.#lastMicroseconds = Math.max(this.#lastMicroseconds + 1, Math.floor(this.#clock.now()) * 1000);
    const seconds = Math.floor(this.#lastMicroseconds / 1_000_000);
    return `${seconds}.${String(this.#lastMicroseconds % 1_000_000).padStart(6, "0")}`;
  }

  get last(): number {
    return this.#lastMicroseconds;
  }
}

/** They have one length until the year 2286, so that text order is time order. */
export function compareTs(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
