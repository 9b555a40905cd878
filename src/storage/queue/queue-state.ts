import type pg from "pg";
import { z } from "zod";
import { holdsLivenessLock, LIVENESS_LOCK } from "./served-platforms.ts";

const State = z.tuple([
  z.object({
    /** Workers that own lanes and lack the lock that says they live. */
    silent: z.array(z.number()),
    /** A lease ran out. */
    lapsed: z.boolean(),
    /** Something could be claimed. */
    ready: z.boolean(),
  }),
]);

/** What there is to do in the queues. */
export type QueueState = z.infer<typeof State>[0];

/** All that a tick asks while nothing happens. */
export async function readQueueState(client: pg.Client): Promise<QueueState> {
  const { rows } = await client.query(
    `select array(select distinct l.worker from rapport.lane l
                   where l.worker is not null and not ${holdsLivenessLock("l.worker")}) as silent,
            exists(select from rapport.lane l where l.worker is not null and l.lease_until < now()) as lapsed,
            exists(select from rapport.lane l
                    where l.worker is null and l.pending > 0 and l.ready_at <= now()) as ready`,
    [LIVENESS_LOCK],
  );
  return State.parse(rows)[0];
}
