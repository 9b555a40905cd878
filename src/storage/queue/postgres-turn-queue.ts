import type { EventId } from "../../core/domain/model.ts";
import type { AwaitedService, TurnQueue } from "../../core/ports/turn-queue.ts";
import type { QueueTable } from "./queue-table.ts";
import type { QueueWorker } from "./worker.ts";

/** The queues, kept in PostgreSQL; any number of processes may work them. */
export class PostgresTurnQueue implements TurnQueue {
  readonly #table: QueueTable;
  readonly #worker: QueueWorker;

  constructor(queueTable: QueueTable, worker: QueueWorker) {
    this.#table = queueTable;
    this.#worker = worker;
  }

  async accept(entry: {
    readonly lane: string;
    readonly id: EventId;
    readonly payload: unknown;
    readonly cap: number;
    readonly debounceMs?: number;
    readonly platform?: string;
  }): Promise<"accepted" | "repeated" | "full"> {
    const outcome = await this.#table.accept(entry);
    // Saves the way of the notification where this process also works.
    if (outcome === "accepted") this.#worker.pumpIn(entry.debounceMs ?? 0);
    return outcome;
  }

  revise(id: EventId, change: (payload: unknown) => unknown): Promise<boolean> {
    return this.#table.revise(id, change);
  }

  takeBack(id: EventId): Promise<boolean> {
    return this.#table.takeBack(id);
  }

  isDeadLettered(id: EventId): Promise<boolean> {
    return this.#table.isDeadLettered(id);
  }

  wake(what: AwaitedService): Promise<void> {
    return this.#table.wake(what);
  }

  start(...handlers: Parameters<TurnQueue["start"]>): Promise<void> {
    return this.#worker.start(...handlers);
  }

  serveNoMore(platform: string): Promise<void> {
    return this.#worker.serveNoMore(platform);
  }

  stop(limits: { readonly deadlineMs: number; readonly graceMs: number }): Promise<void> {
    return this.#worker.stop(limits);
  }
}
