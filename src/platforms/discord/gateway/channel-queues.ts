import { KeyedQueue } from "../../../core/async/keyed-queue.ts";
import { compareSnowflakes } from "../ids.ts";

/**
 * Works what happens in a channel one by one, the oldest of those that wait first; channels do not wait for each
 * other.
 */
export interface ChannelQueues {
  /** `work` must not throw: its failures are its own affair. */
  add(channel: string, snowflake: string, work: () => Promise<void>): void;
  /** Holds a channel back while what came before is looked for; adding still works. */
  hold(channel: string, work: () => Promise<void>): Promise<void>;
  /** Nothing more is begun anywhere until the result is called. */
  pause(): () => void;
  /** How much waits, in all channels together. */
  readonly waiting: number;
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>;
}

/** Before every snowflake. */
const FIRST = "0";

export function createChannelQueues(): ChannelQueues {
  const queue = new KeyedQueue<string>({
    compare: compareSnowflakes,
    gathered: () => new Promise(setImmediate),
  });
  return {
    add: (channel, snowflake, work) => void queue.add([channel], snowflake, work),
    hold: (channel, work) => queue.add([channel], FIRST, work),
    pause: () => queue.pause(),
    get waiting() {
      return queue.size;
    },
    idle: () => queue.idle(),
  };
}
