import { setTimeout as sleep } from "node:timers/promises";

const LOOK_EVERY_MS = 10;

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
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > giveUpAt) throw new Error(`did not happen within ${withinMs} ms: ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
}
