import type { EventId, TurnId } from "../domain/model.ts";
import type { NewTurn, TurnRecord } from "./turn-store.ts";

/** How often a turn may fail before it is given up. */
export const MAX_ATTEMPTS = 5;
/**
 * How often the process that works a turn may die before it is given up. Deaths are not the turn's fault: its process may be
 * killed for reasons of its own, or by another turn. So many are a loop that must end all the same.
 */
export const MAX_DEATHS = 20;
/** The same where each time, without a break, nothing else was worked in the process that died. */
export const MAX_ALONE_DEATHS = 8;

/**
 * The queues. A lane is worked by one process at a time; all that waits in it when it is claimed becomes one
 * turn, and every attempt at that turn brings exactly the same events under the same id.
 */
export interface TurnQueue {
  /** Stores an event, unless its id was accepted before or `cap` events wait in the lane already. */
  accept(entry: {
    readonly lane: string;
    readonly id: EventId;
    readonly payload: unknown;
    readonly cap: number;
    /** The lane is handed out so long after its first waiting event, so that a burst becomes one turn. */
    readonly debounceMs?: number;
    /** Only who serves this platform works the lane; absent: everybody. */
    readonly platform?: string;
    /** Stored as begun where a turn is made of this event alone at once; see `QueuedTurn.begun`. */
    readonly turn?: NewTurn;
  }): Promise<"accepted" | "repeated" | "full">;
  /**
   * Replaces an event that still waits; false when it does not. One that was not accepted yet is marked with `isRevised`
   * when it comes.
   */
  revise(id: EventId, change: (payload: unknown) => unknown): Promise<boolean>;
  /** Replaces what waits or is begun of a platform; what the change gives nothing for stays. The next attempt finds it so. */
  reviseAll(platform: string, change: (payload: unknown) => unknown): Promise<void>;
  /** Removes an event that still waits; false when it does not. One that comes later is `repeated`. */
  takeBack(id: EventId): Promise<boolean>;
  /** True when the event's turn was given up: nothing comes of it any more. Forgotten when the dead letters are. */
  isDeadLettered(id: EventId): Promise<boolean>;
  /**
   * Begins to work, lanes of these platforms alone when they are given. The handler's outcome decides what becomes of the
   * turn, see LaneTurn. `onDeadLetter` hears of each one that went to the dead letters until it resolves, in whatever process: once,
   * unless one dies or fails meanwhile.
   */
  start(
    handler: (turn: QueuedTurn) => Promise<void>,
    onDeadLetter?: (turn: Pick<QueuedTurn, "id" | "lane" | "events">) => Promise<void>,
    serves?: readonly string[],
  ): Promise<void>;
  /** Works no more lanes of this platform; whoever serves it still does, and what nobody serves waits. */
  serveNoMore(platform: string): Promise<void>;
  /** Hands out at once what waits for this, see RetryLater. */
  wake(what: AwaitedService): Promise<void>;
  /** Claims nothing more, lets running turns finish until the deadline, then aborts them and gives them back. */
  stop(limits: { readonly deadlineMs: number; readonly graceMs: number }): Promise<void>;
}

/** What turns wait for until it is back. */
export type AwaitedService = "agents";

/**
 * A handler that returns ends the turn; what is stored of it as `begun` or `answered` is `delivered` then. One that throws
 * RetryLater gets it again after `delayMs`; any other error gets it again with growing delays. After `MAX_ATTEMPTS` counted failures, or `MAX_DEATHS` deaths of the process
 * that works it (`MAX_ALONE_DEATHS` where it was the only one there), the events are moved to the dead letters.
 */
export interface QueuedTurn {
  readonly id: TurnId;
  readonly lane: string;
  /** From 1 on; attempts that ended with the process are among them. */
  readonly attempt: number;
  /** What is stored of the turn, where it was stored with the claim: then no attempt was made before. */
  readonly begun?: TurnRecord | undefined;
  /** True when no further attempt follows a failure of this one. */
  readonly isLastAttempt: boolean;
  readonly events: readonly { readonly id: EventId; readonly payload: unknown }[];
  /** Calls back once it is stored that the turn has ended, unless it goes on elsewhere. */
  onEnded(listener: () => void): void;
  /** Aborts when the lane was lost to another process or the process must stop. */
  readonly signal: AbortSignal;
  /**
   * Does what is nothing but waiting for something outside the turn: it keeps no other turn from being worked, and is no
   * attempt, though the process die meanwhile, unless `isAttempt`: for what must not be done a second time.
   */
  whileWaiting<T>(wait: () => Promise<T>, how?: { readonly isAttempt: boolean }): Promise<T>;
}

/** Asks for the turn again later; `counts` false while the cause is an outage and not the turn itself. */
export class RetryLater extends Error {
  override readonly name = "RetryLater";
  readonly delayMs: number;
  readonly counts: boolean;
  /** Sooner, when this is back. */
  readonly waitsFor: AwaitedService | undefined;

  constructor(message: string, options: RetryOptions) {
    super(message, { cause: options.cause });
    this.delayMs = options.delayMs;
    this.counts = options.counts;
    this.waitsFor = options.waitsFor;
  }
}

interface RetryOptions {
  readonly delayMs: number;
  readonly counts: boolean;
  readonly waitsFor?: AwaitedService | undefined;
  readonly cause?: unknown;
}
