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

interface Job {
  readonly ts: string;
  /** The queues it stands in. */
  readonly keys: readonly string[];
  readonly work: () => Promise<void>;
}

interface Channel {
  /** Oldest first. */
  readonly waiting: Job[];
  readonly busy: Set<string>;
}

/** Of what is said in the channel itself. */
const TOP = "";

export function createPlaceQueues(): PlaceQueues {
  const channels = new Map<string, Channel>();

  function pump(name: string, channel: Channel): void {
    const blocked = new Set(channel.busy);
    const ready = channel.waiting.filter(({ keys }) => {
      const isFree = keys.every((key) => !blocked.has(key));
      for (const key of keys) blocked.add(key);
      return isFree;
    });
    for (const job of ready) begin(name, channel, job);
    if (channel.busy.size === 0 && channel.waiting.length === 0) channels.delete(name);
  }

  function begin(name: string, channel: Channel, job: Job): void {
    channel.waiting.splice(channel.waiting.indexOf(job), 1);
    for (const key of job.keys) channel.busy.add(key);
    void job.work().finally(() => {
      for (const key of job.keys) channel.busy.delete(key);
      pump(name, channel);
    });
  }

  return {
    add(name, { ts, thread }, work) {
      const channel = channels.get(name) ?? { waiting: [], busy: new Set() };
      channels.set(name, channel);
      const keys = thread === undefined || thread === ts ? [TOP, ts] : [thread];
      return new Promise((resolve, reject) => {
        const job: Job = { ts, keys, work: () => work().then(resolve, reject) };
        const later = channel.waiting.findIndex((each) => isAfter(each.ts, ts));
        channel.waiting.splice(later === -1 ? channel.waiting.length : later, 0, job);
        // What arrives in the same moment is sorted before the first of it is worked.
        setImmediate(() => pump(name, channel));
      });
    },
  };
}
