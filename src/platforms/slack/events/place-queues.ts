import { setImmediate } from "node:timers/promises";
import { BoundedMap } from "../../../core/async/bounded-map.ts";
import { KeyedQueue } from "../../../core/async/keyed-queue.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import { isAfter } from "../ids.ts";

/** Something earlier in this place was not stored and will be brought again. */
export class EarlierLeft extends Error {
  override readonly name = "EarlierLeft";
}

export interface PlaceChange {
  /** Of the message that is said, edited or deleted. */
  readonly ts: string;
  /** The thread it is in, if it is in one. */
  readonly thread: string | undefined;
  /** Taking the message itself; edits and deletions of it settle nothing. */
  readonly isMessage: boolean;
}

/** Slack brings an event again after a minute and after five, and then no more. */
const LEFT_FOR_MS = 6 * 60_000;
const LEFT_REMEMBERED = 5_000;

/** Slack hands its events to our sockets as it likes, and one of them may be read later: so much later where we are slow. */
const GATHERED_FOR_MS = 100;
/** A turn of the event loop that takes longer does not keep up with what arrives. */
const SLOW_LOOP_MS = 5;

/** Resolves when all that has arrived is read: after a quick turn of the event loop, or when it was slow for so long. */
async function keptUp(): Promise<void> {
  const until = performance.now() + GATHERED_FOR_MS;
  for (let since = performance.now(), isSlow = true; isSlow && since < until; ) {
    await setImmediate();
    const now = performance.now();
    isSlow = now - since > SLOW_LOOP_MS;
    since = now;
  }
}

interface Left {
  readonly ts: string;
  readonly at: number;
}

/**
 * Works what happens in a channel: in each thread, and in the channel itself, one by one, the oldest of those that wait
 * first. A thread waits for its beginning, and for nothing else that is said in the channel.
 *
 * Work that fails is left to Slack, which brings the event again; until it does, what was said later in that place is left
 * to Slack too. Else it would be taken first.
 */
export class PlaceQueues {
  readonly #clock: Pick<Clock, "now">;
  readonly #queue = new KeyedQueue<string>({
    compare: (left, right) => Number(isAfter(left, right)) - Number(isAfter(right, left)),
    gathered: keptUp,
  });
  /** The earliest message that was left, by line. */
  readonly #left = new BoundedMap<string, Left>(LEFT_REMEMBERED);

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /**
   * Resolves or rejects as the work does.
   *
   * @throws {EarlierLeft} without working where something earlier was left to Slack
   */
  add(channel: string, change: PlaceChange, work: () => Promise<void>): Promise<void> {
    const { ts, thread = ts } = change;
    const threadLine = `${channel}.${thread}`;
    const lines = thread === ts ? [channel, threadLine] : [threadLine];
    return this.#queue.add(lines, ts, () => this.#take(lines, change, work));
  }

  async #take(lines: readonly string[], change: PlaceChange, work: () => Promise<void>): Promise<void> {
    if (lines.some((line) => this.#isAfterLeft(line, change.ts)))
      throw new EarlierLeft("what was said before this is not stored yet");
    try {
      await work();
    } catch (error) {
      if (change.isMessage) for (const line of lines) this.#leave(line, change.ts);
      throw error;
    }
    if (change.isMessage) for (const line of lines) this.#settle(line, change.ts);
  }

  #isAfterLeft(line: string, ts: string): boolean {
    const earliest = this.#left.get(line);
    if (!earliest) return false;
    if (this.#clock.now() - earliest.at < LEFT_FOR_MS) return isAfter(ts, earliest.ts);
    this.#left.delete(line);
    return false;
  }

  #leave(line: string, ts: string): void {
    const earliest = this.#left.get(line);
    if (!earliest || isAfter(earliest.ts, ts)) this.#left.set(line, { ts, at: this.#clock.now() });
  }

  #settle(line: string, ts: string): void {
    if (this.#left.get(line)?.ts === ts) this.#left.delete(line);
  }
}
