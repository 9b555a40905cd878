import { z } from "zod";
import { connectToHold, endClient, makeClient } from "./pool.ts";

/** Two-int class of the locks that one process in the fleet holds. */
const PROCESS_LOCK = 7_000;

export interface ProcessLock {
  /** Aborts when the connection that holds the lock is gone: from then on another process may hold it. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

const Got = z.tuple([z.object({ got: z.boolean() })]);

/** A lock held by a connection of its own, so that it ends with the process. Resolves undefined when another holds it. */
export async function tryProcessLock(url: string, name: string): Promise<ProcessLock | undefined> {
  const lost = new AbortController();
  const client = makeClient(url, { name: `rapport lock ${name}` });
  client.on("error", () => lost.abort());
  client.on("end", () => lost.abort());
  let got = false;
  try {
    await connectToHold(client);
    const { rows } = await client.query("select pg_try_advisory_lock($1, hashtext($2)) as got", [
      PROCESS_LOCK,
      name,
    ]);
    got = Got.parse(rows)[0].got;
  } finally {
    if (!got) await endClient(client);
  }
  return got ? { lost: lost.signal, release: () => endClient(client) } : undefined;
}
