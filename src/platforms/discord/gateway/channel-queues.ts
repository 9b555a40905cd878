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

interface Job {
  readonly snowflake: string;
  readonly work: () => Promise<void>;
}

/** Before every snowflake. */
const FIRST = "0";

export function createChannelQueues(): ChannelQueues {
  const queues = new Map<string, Job[]>();
  const working = new Map<string, Promise<void>>();
  const pauses = new Set<Promise<void>>();
  let waiting = 0;

  function add(channel: string, snowflake: string, work: () => Promise<void>): void {
    const jobs = queues.get(channel) ?? [];
    queues.set(channel, jobs);
    // Nearly always the last.
    let at = jobs.length;
    while (at > 0 && compareSnowflakes(jobs[at - 1]?.snowflake ?? FIRST, snowflake) > 0) at -= 1;
    jobs.splice(at, 0, { snowflake, work });
    waiting += 1;
    if (!working.has(channel)) working.set(channel, drain(channel));
  }

  async function drain(channel: string): Promise<void> {
    // What arrives in the same moment is sorted before the first of it is worked.
    await new Promise(setImmediate);
    for (;;) {
      while (pauses.size > 0) await Promise.all(pauses);
      const next = queues.get(channel)?.shift();
      if (!next) break;
      await next.work();
      waiting -= 1;
    }
    queues.delete(channel);
    working.delete(channel);
  }

  return {
    add,
    hold: (channel, work) =>
      new Promise((resolve) => {
        add(channel, FIRST, () => work().finally(resolve));
      }),
    pause() {
      let end: () => void = () => undefined;
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      pauses.add(ended);
      return () => {
        pauses.delete(ended);
        end();
      };
    },
    get waiting() {
      return waiting;
    },
    async idle() {
      while (working.size > 0) await Promise.all(working.values());
    },
  };
}
