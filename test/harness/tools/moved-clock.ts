import { type Clock, systemClock } from "@rapport/testing";

/** The time on the wall, which a test can move on: what is asleep sleeps on. It fits every Clock of this project. */
export class MovedClock implements Clock {
  readonly sleep = systemClock.sleep;
  #aheadMs = 0;

  now(): number {
    return systemClock.now() + this.#aheadMs;
  }

  /** As on any machine, setting the clock does not move this. */
  elapsed(): number {
    return performance.now();
  }

  moveOn(ms: number): void {
    this.#aheadMs += ms;
  }
}
