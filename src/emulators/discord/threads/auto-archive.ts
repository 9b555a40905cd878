import type { World } from "../world/world.ts";
import { archiveQuietThreads } from "./threads.ts";

/** Archives threads when their time has come, until the signal says stop. It sleeps exactly until then. */
export async function keepArchiving(world: World, signal: AbortSignal): Promise<void> {
  let alarm = new AbortController();
  const stopListening = world.onEvent(({ type }) => {
    // A new thread or another duration may be due before what it sleeps for.
    if (type === "thread-created" || type === "thread-updated") alarm.abort();
  });
  signal.addEventListener("abort", () => alarm.abort(), { once: true });
  while (!signal.aborted) {
    alarm = new AbortController();
    const due = archiveQuietThreads(world);
    if (due === undefined) await aborted(alarm.signal);
    else await world.clock.sleep(due - world.clock.now(), alarm.signal);
  }
  stopListening();
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
