export interface QueueTiming {
  /** Turns worked on at the same time. */
  readonly concurrency: number;
  /** Events joined to one turn at most. */
  readonly eventsPerTurn: number;
  /** How often leases are renewed, lost lanes looked for, and waiting retries found that another process left. */
  readonly pollMs: number;
  /** How long a worker may lack its liveness lock before its lanes are taken. */
  readonly silentMs: number;
  /** How long a lane stays with a worker that says nothing; how long the end of a turn is tried to be stored. */
  readonly leaseMs: number;
  /** How long something may wait for a platform that nobody serves before that is reported, and how often it is. */
  readonly unservedMs: number;
  readonly reportEveryMs: number;
  /** No lane is made to wait longer. One that would was given its time before the server's clock was set back. */
  readonly longestWaitMs: number;
  /** The wait after attempt 1, 2, 3 … failed. */
  readonly backoffMs: (attempt: number) => number;
}

export const QUEUE_TIMING: QueueTiming = {
  concurrency: 100,
  eventsPerTurn: 50,
  pollMs: 1_500,
  silentMs: 400,
  leaseMs: 30_000,
  unservedMs: 30_000,
  reportEveryMs: 10 * 60_000,
  longestWaitMs: 2 * 60_000,
  backoffMs: (attempt) => Math.min(60_000, 1_000 * 2 ** (attempt - 1)) * (0.8 + 0.4 * Math.random()),
};
