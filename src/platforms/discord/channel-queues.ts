import { compareSnowflakes } from "./ids.ts";

/**
 * Works what happens in a channel one by one, the oldest of those that wait first; channels do not wait for each
 * other.
 */
export interface ChannelQueues {
  /** `work` must not throw: its failures are its own affair. */
  add(channel: string, snowflake: string, work: () => Promise<void>): void;
  /** Holds a channel back while what came before is looked for; adding still works. */
  hold(channel: string, work: () => Promise<void>): Promise<void>;
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
  const waiting = new Map<string, Job[]>();
  const working = new Map<string, Promise<void>>();

  function add(channel: string, snowflake: string, work: () => Promise<void>): void {
    const jobs = waiting.get(channel) ?? [];
    waiting.set(
      channel,
      [...jobs, { snowflake, work }].sort((a, b) => compareSnowflakes(a.snowflake, b.snowflake)),
    );
    if (!working.has(channel)) working.set(channel, drain(channel));
  }

  async function drain(channel: string): Promise<void> {
    // What arrives in the same moment is sorted before the first of it is worked.
    await new Promise(setImmediate);
    for (;;) {
      const [next, ...rest] = waiting.get(channel) ?? [];
      if (!next) break;
      waiting.set(channel, rest);
      await next.work();
    }
    waiting.delete(channel);
    working.delete(channel);
  }

  return {
    add,
    hold: (channel, work) =>
      new Promise((resolve) => {
        add(channel, FIRST, () => work().finally(resolve));
      }),
    async idle() {
      while (working.size > 0) await Promise.all(working.values());
    },
  };
}
