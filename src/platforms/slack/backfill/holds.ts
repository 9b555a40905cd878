import type { Clock } from "../../../core/ports/clock.ts";

/** Slack brings what is not acknowledged again for six minutes. */
const MAX_HOLD_MS = 3 * 60_000;

/** The key that holds everything. */
export const EVERY_CHANNEL = "";
export const channelKey = (team: string, channel: string): string => `${team}.${channel}`;
export const threadKey = (team: string, channel: string, thread: string): string =>
  `${team}.${channel}.${thread}`;

interface Hold {
  readonly ended: Promise<void>;
  readonly wanted: () => void;
}

/**
 * Holds back what is new in a place while what was said there before is still being looked for, so that everything is
 * stored in the order in which it was said. Nobody waits for ever: after a while what is new goes first.
 */
export class BackfillHolds {
  readonly #clock: Clock;
  readonly #held = new Map<string, Set<Hold>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins to hold; `wanted` is called when something new waits. Returns what ends it; ending twice is once. */
  hold(key: string, wanted: () => void = () => undefined): () => void {
    const done = new AbortController();
    const over = new Promise<void>((resolve) => done.signal.addEventListener("abort", () => resolve()));
    const here = this.#held.get(key) ?? new Set();
    const end = () => {
      here.delete(one);
      if (here.size === 0 && this.#held.get(key) === here) this.#held.delete(key);
      done.abort();
    };
    const one: Hold = { ended: over, wanted };
    this.#held.set(key, here.add(one));
    void this.#clock.sleep(MAX_HOLD_MS, done.signal).then(end);
    return end;
  }

  /** Resolves when none of these is held. What waits for the same goes on in the order in which it came. */
  async whenReleased(keys: readonly string[]): Promise<void> {
    for (;;) {
      const [first] = keys.flatMap((key) => [...(this.#held.get(key) ?? [])]);
      if (!first) return;
      first.wanted();
      await first.ended;
    }
  }
}
