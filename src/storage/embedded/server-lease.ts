import { realpathSync } from "node:fs";
import type pg from "pg";
import { z } from "zod";
import { endClient, makeClient } from "../postgres/pool.ts";
import { type Cluster, lastPort } from "./cluster.ts";

const NAME = "rapport keeper";

const DataDirectory = z.tuple([z.object({ data_directory: z.string() })]);
const Others = z.tuple([z.object({ others: z.number() })]);

/** A connection that every process holds as long as it uses the embedded server: the last one to leave stops it. */
export class ServerLease {
  readonly url: string;
  readonly port: number;
  readonly #client: pg.Client;
  #leaving: boolean = false;

  private constructor(url: string, port: number, client: pg.Client) {
    this.url = url;
    this.port = port;
    this.#client = client;
  }

  /** Joins the server of this cluster, if it runs. */
  static async acquire(cluster: Cluster): Promise<ServerLease | undefined> {
    const port = lastPort(cluster);
    if (port === undefined) return undefined;
    const url = `postgresql://postgres:${cluster.password}@127.0.0.1:${port}/postgres`;
    const client = makeClient(url, { name: NAME, queryTimeoutMs: 5_000 });
    // Whoever waits for `ended` hears of it.
    client.on("error", () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query("show data_directory");
      // The pid file may be old, and the port another server's by now.
      if (realpathSync(DataDirectory.parse(rows)[0].data_directory) === realpathSync(cluster.data)) {
        return new ServerLease(url, port, client);
      }
    } catch {
      // Nobody answers, somebody else does, or it is still starting: the caller tries on.
    }
    await endClient(client);
    return undefined;
  }

  onLost(lost: () => void): void {
    this.#client.once("end", () => {
      if (!this.#leaving) lost();
    });
  }

  /** False when the server is gone or others use it still. */
  async release(): Promise<{ last: boolean }> {
    this.#leaving = true;
    try {
      const { rows } = await this.#client.query(
        `select count(*)::int as others from pg_stat_activity
          where application_name = $1 and pid <> pg_backend_pid()`,
        [NAME],
      );
      return { last: Others.parse(rows)[0].others === 0 };
    } catch {
      // It ended before us; nothing is left to stop.
      return { last: false };
    } finally {
      await endClient(this.#client);
    }
  }
}
