import type { Clock } from "../../emulators/kit/clock.ts";
import { itemDate, newId } from "../ids.ts";
import type { Thread } from "../messages/context.ts";
import type { Item } from "../messages/items.ts";

/** The real server sends a ping after so long without data, and ends a stream of nothing but pings at last. */
const PING_AFTER_MS = 20_000;
const PINGS_FOR_AT_MOST_MS = 1_800_000;

export type Frame =
  | { readonly type: "event"; readonly name?: "error"; readonly data: Item }
  | { readonly type: "done"; readonly word: "[DONE]" };

/** A run that this process is running or has just run: what it has said, and who waits for more. */
export class LiveRun {
  readonly id = newId("run");
  readonly thread: Thread;
  readonly background: boolean;
  readonly startedAt: number;
  cancelRequested: boolean = false;
  readonly #frames: Frame[] = [];
  readonly #wakers = new Set<() => void>();
  #finished: boolean = false;
  #lastNumber = 0;
  #saidSomething: boolean = false;

  constructor(made: { readonly thread: Thread; readonly background: boolean; readonly startedAt: number }) {
    this.thread = made.thread;
    this.background = made.background;
    this.startedAt = made.startedAt;
  }

  get frames(): readonly Frame[] {
    return this.#frames;
  }

  get finished(): boolean {
    return this.#finished;
  }

  /** Whether a reader has been given anything of the answer. */
  get saidSomething(): boolean {
    return this.#saidSomething;
  }

  get lastNumber(): number | null {
    return this.background && this.#lastNumber > 0 ? this.#lastNumber : null;
  }

  /** Says something. Only runs in the background number what they say. */
  say(item: Item): void {
    this.#saidSomething = true;
    this.#lastNumber += 1;
    const seq_id = this.background ? this.#lastNumber : null;
    this.#push({ type: "event", data: { ...item, seq_id } });
  }

  /** Says how the run ended; these frames have no number. */
  sayEnd(item: Item): void {
    this.#push({ type: "event", data: item });
  }

  sayFailure(item: Item): void {
    this.#push({ type: "event", name: "error", data: item });
  }

  /** Nothing more will be said. Real streams do not always close with [DONE]. */
  finish({ closes }: { readonly closes: boolean }): void {
    if (closes) this.#push({ type: "done", word: "[DONE]" });
    this.#finished = true;
    this.#wake();
  }

  /** Resolves when something is said or the run ends; never rejects. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#wakers.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#wakers.add(wake);
      signal.addEventListener("abort", wake, { once: true });
    });
  }

  #push(frame: Frame): void {
    this.#frames.push(frame);
    this.#wake();
  }

  #wake(): void {
    for (const wake of [...this.#wakers]) wake();
  }
}

export interface Following {
  readonly clock: Clock;
  readonly pings: boolean;
  /** Ends the reading when the reader has left. */
  readonly signal: AbortSignal;
  readonly startingAfter?: number;
  /** A run that was not made to be resumed: nothing but pings comes, for ever. */
  readonly nothingButPings?: boolean;
}

/** What a reader is sent: a ping at once, all that was and will be said, and pings through every silence. */
export async function* follow(run: LiveRun, following: Following): AsyncGenerator<Frame> {
  const { clock, pings, signal, startingAfter = 0, nothingButPings = false } = following;
  if (pings) yield ping(run, clock);
  let next = 0;
  let silentSince = clock.now();
  while (!signal.aborted) {
    const frame = nothingButPings ? undefined : run.frames[next];
    if (frame) {
      next += 1;
      silentSince = clock.now();
      if (!isOld(frame, startingAfter)) yield frame;
    } else if (isOver(run, following, silentSince)) return;
    else if (await silence(run, following)) yield ping(run, clock);
  }
}

function isOver(run: LiveRun, { clock, pings, nothingButPings }: Following, silentSince: number): boolean {
  if (run.finished && !nothingButPings) return true;
  return pings && clock.now() - silentSince >= PINGS_FOR_AT_MOST_MS;
}

function isOld(frame: Frame, startingAfter: number): boolean {
  if (frame.type === "done") return false;
  const number = frame.data.seq_id;
  return typeof number === "number" && number <= startingAfter;
}

/** True when nothing was said until it was time for a ping. */
async function silence(run: LiveRun, following: Following): Promise<boolean> {
  const { clock, pings, signal, nothingButPings } = following;
  if (!pings) {
    await run.changed(signal);
    return false;
  }
  const waiting = new AbortController();
  const either = AbortSignal.any([waiting.signal, signal]);
  let timeForPing = false;
  const sleep = clock.sleep(PING_AFTER_MS, either).then(() => {
    timeForPing = !either.aborted;
  });
  await Promise.race(nothingButPings ? [sleep] : [sleep, run.changed(either)]);
  waiting.abort();
  return timeForPing;
}

function ping(run: LiveRun, clock: Clock): Frame {
  const data: Item = {
    id: newId("ping"),
    date: itemDate(new Date(clock.now())),
    name: null,
    message_type: "ping",
    otid: null,
    sender_id: null,
    step_id: null,
    is_err: null,
    seq_id: run.lastNumber,
    run_id: run.id,
  };
  return { type: "event", data };
}
