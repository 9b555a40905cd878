import { KeyedQueue } from "../../../core/async/keyed-queue.ts";
import { isAfter } from "../ids.ts";

/**
 * Works what happens in a channel: in each thread, and in the channel itself, one by one, the oldest of those that wait
 * first. A thread waits for its beginning, and for nothing else that is said in the channel.
 */
export interface PlaceQueues {
  /** Resolves or rejects as the work does. */
  add(channel: string, message: Spot, work: () => Promise<void>): Promise<void>;
}

/** Where and when something was said. */
interface Spot {
  readonly ts: string;
  /** The thread it is in, if it is in one. */
  readonly thread: string | undefined;
}

export function createPlaceQueues(): PlaceQueues {
  const queue = new KeyedQueue<string>({
    compare: (left, right) => Number(isAfter(left, right)) - Number(isAfter(right, left)),
    gathered: () => new Promise(setImmediate),
  });
  return {
    add(channel, { ts, thread }, work) {
      const threadLine = `${channel}.${thread ?? ts}`;
      const isInChannel = thread === undefined || thread === ts;
      return queue.add(isInChannel ? [channel, threadLine] : [threadLine], ts, work);
    },
  };
}
