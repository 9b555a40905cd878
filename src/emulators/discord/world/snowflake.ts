import type { Clock } from "../../kit/clock.ts";

const DISCORD_EPOCH_MS = 1_420_070_400_000n;
const TIME_SHIFT = 22n;

/** Ids as Discord makes them: the time of birth in the high bits, strictly rising, 18 or 19 digits. */
export class Snowflakes {
  readonly #clock: Clock;
  #last: bigint;

  /** `last` is the last id of an earlier life of the same world, so that ids keep rising after a restart. */
  constructor(clock: Clock, last = "0") {
    this.#clock = clock;
    this.#last = BigInt(last);
  }

  /** The same calls at the same times give the same ids: nothing in them is random. */
  next(): string {
    const earliest = (BigInt(Math.floor(this.#clock.now())) - DISCORD_EPOCH_MS) << TIME_SHIFT;
    this.#last = earliest > this.#last ? earliest : this.#last + 1n;
    return this.#last.toString();
  }

  get last(): string {
    return this.#last.toString();
  }

  resumeAfter(last: string): void {
    this.#last = BigInt(last);
  }
}

export function snowflakeTime(id: string): number {
  return Number((BigInt(id) >> TIME_SHIFT) + DISCORD_EPOCH_MS);
}

export function compareSnowflakes(left: string, right: string): number {
  return left.length - right.length || (left < right ? -1 : Number(left > right));
}
