import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../../../core/ports/clock.ts";

/** Discord's limits run on time itself, as the waits of its client do: no clock that is set, and no test, moves them. */
export const realTime: Pick<Clock, "now" | "sleep"> = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    wait(ms, undefined, { ref: false, ...(signal && { signal }) }).catch(() => undefined),
};
