import { setTimeout as sleep } from "node:timers/promises";

/** Soon at first, since most of it happens at once; then less often, since looking keeps a busy machine from doing it. */
const LOOK_AFTER_MS = { first: 5, growsBy: 1.4, most: 60 };

/**
 * Waits until `look` finds something (anything but undefined and false), where nothing announces it: a row in a
 * database, a process that is gone. Rejects with what is missing.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 15_000,
): Promise<T> {
  const giveUpAt = performance.now() + withinMs;
  for (let wait = LOOK_AFTER_MS.first; ; wait = Math.min(wait * LOOK_AFTER_MS.growsBy, LOOK_AFTER_MS.most)) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > giveUpAt) throw new Error(`did not happen within ${withinMs} ms: ${what}`);
    await sleep(wait);
  }
}
