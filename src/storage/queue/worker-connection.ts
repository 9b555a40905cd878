import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { z } from "zod";
import type { Logger } from "../../core/ports/logger.ts";
import { connectToHold, endClient, makeClient } from "../postgres/pool.ts";
import type { RecordCache } from "../records/record-cache.ts";
import { type QueueState, readQueueState } from "./queue-state.ts";
import { LIVENESS_LOCK } from "./served-platforms.ts";

/** A half-open connection must not hold up the tick. */
const QUERY_TIMEOUT_MS = 2_000;
const FIRST_RECONNECT_MS = 50;
const LAST_RECONNECT_MS = 2_000;

/** See migrations/records/record-changes.ts. */
const RECORDS_CHANNEL = "rapport_records";

const Got = z.tuple([z.object({ got: z.boolean() })]);

interface WorkerConnectionOptions {
  readonly url: string;
  readonly log: Logger;
  /** Something may wait in a lane. */
  readonly onNotify: () => void;
  readonly onLost: () => void;
  /** Hears of records that changed while the connection is there. */
  readonly records: Pick<RecordCache, "listening" | "lost" | "changed">;
}

/**
 * The connection by which a worker hears of new events and by which others see that it lives: it listens, and holds
 * an advisory lock that goes away with it. It needs a direct connection to the server, not a pgbouncer.
 *
 * When the connection is lost it is opened again, and the lock is taken without waiting: the server may not have noticed
 * that the old connection is gone, and its lock says the same of us. Others wait a moment before they believe that a
 * worker is dead, so that a short loss costs nothing.
 */
export class WorkerConnection {
  readonly #options: WorkerConnectionOptions;
  readonly #closing = new AbortController();
  #client: pg.Client | undefined;
  #holdsLock: boolean = false;
  #worker = 0;
  #reconnecting: Promise<void> = Promise.resolve();

  constructor(options: WorkerConnectionOptions) {
    this.#options = options;
  }

  /** A number that no other living worker has. */
  get worker(): number {
    return this.#worker;
  }

  async open(): Promise<void> {
    this.#worker = randomInt(1, 2 ** 31 - 1);
    await this.#connect();
    if (!this.#holdsLock) throw new Error("another worker has the same number");
  }

  /** Called on every tick: finds a connection that is dead without having said so. Undefined while there is none. */
  async readState(): Promise<QueueState | undefined> {
    const client = this.#client;
    if (!client) return undefined;
    try {
      if (!this.#holdsLock) this.#holdsLock = await this.#tryLock(client);
      return await readQueueState(client);
    } catch (error) {
      this.#lose(client, error);
      return undefined;
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const client = this.#client;
    this.#client = undefined;
    this.#options.records.lost();
    if (client) await endClient(client);
    await this.#reconnecting;
  }

  async #connect(): Promise<void> {
    const { url, onNotify, records } = this.#options;
    const client = makeClient(url, { name: "rapport lanes", queryTimeoutMs: QUERY_TIMEOUT_MS });
    client.on("error", (error) => this.#lose(client, error));
    client.on("end", () => this.#lose(client, new Error("the connection ended")));
    client.on("notification", ({ channel, payload = "" }) => {
      if (channel === RECORDS_CHANNEL) records.changed(payload);
      else onNotify();
    });
    try {
      await connectToHold(client);
      await client.query(`listen rapport_lanes; listen ${RECORDS_CHANNEL}`);
      this.#holdsLock = await this.#tryLock(client);
    } catch (error) {
      await endClient(client);
      throw error;
    }
    if (this.#closing.signal.aborted) return endClient(client);
    this.#client = client;
    records.listening();
  }

  async #tryLock(client: pg.Client): Promise<boolean> {
    const { rows } = await client.query("select pg_try_advisory_lock($1, $2) as got", [
      LIVENESS_LOCK,
      this.#worker,
    ]);
    return Got.parse(rows)[0].got;
  }

  #lose(client: pg.Client, error: unknown): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#holdsLock = false;
    this.#options.records.lost();
    this.#options.log.warn({ err: error }, "lane control connection lost");
    this.#options.onLost();
    this.#reconnecting = Promise.all([endClient(client), this.#reconnect()]).then(() => undefined);
  }

  /** Never rejects. */
  async #reconnect(): Promise<void> {
    const { signal } = this.#closing;
    for (
      let delayMs = FIRST_RECONNECT_MS;
      !signal.aborted;
      delayMs = Math.min(2 * delayMs, LAST_RECONNECT_MS)
    ) {
      try {
        await this.#connect();
        this.#options.log.info({}, "lane control connection is back");
        // What was notified meanwhile is gone.
        this.#options.onNotify();
        return;
      } catch (error) {
        this.#options.log.debug({ err: error }, "lane control connection still lost");
        await sleep(delayMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
