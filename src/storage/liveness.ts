import { z } from "zod";
import { endClient, makeClient } from "./postgres/pool.ts";
import { toStartError } from "./postgres/start-errors.ts";

/** The queue's worker asks something over its control connection again and again (`pollMs`). */
const SILENT_FOR_S = 20;
const QUERY_TIMEOUT_MS = 4_000;

const Alive = z.tuple([z.object({ beats: z.boolean() })]);

/**
 * Whether a bot on this machine works with this database: its control connection is open and lately used, which takes
 * a process that runs, an event loop that turns, and a database that answers.
 */
export async function isBotAlive(url: string): Promise<boolean> {
  const client = makeClient(url, { name: "rapport pulse", queryTimeoutMs: QUERY_TIMEOUT_MS });
  // The statement that runs fails too, and tells more.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query(
      `select exists(
         select from pg_stat_activity
          where datname = current_database() and application_name = 'rapport lanes'
            and client_addr is not distinct from inet_client_addr()
            and state_change > clock_timestamp() - make_interval(secs => $1)) as beats`,
      [SILENT_FOR_S],
    );
    return Alive.parse(rows)[0].beats;
  } catch (error) {
    throw toStartError(error);
  } finally {
    await endClient(client);
  }
}
