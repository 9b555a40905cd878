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

  accept(entry: Parameters<TurnQueue["accept"]>[0]): Promise<"accepted" | "repeated" | "full"> {
    return this.#worker.accept(entry);
  }

  revise(id: EventId, change: (payload: unknown) => unknown): Promise<boolean> {
    return this.#table.revise(id, change);
  }

  reviseAll(platform: string, change: (payload: unknown) => unknown): Promise<void> {
    return this.#table.reviseAll(platform, change);
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
