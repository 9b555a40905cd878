/** A second Rapport on one machine finds its ports beside those of the first, the same ones at every start. */
const STEP = 10;
const TRIES = 5;

/** Opens the wanted port; while other programs have it, the next tenth one, and at last any that is free. */
export async function onFreePort<T>(wanted: number, open: (port: number) => Promise<T>): Promise<T> {
  for (let port = wanted; wanted !== 0 && port < wanted + TRIES * STEP; port += STEP) {
    try {
      return await open(port);
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
  return open(0);
}

/** Another program listens there, or only the system's own programs may. */
export const isTaken = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "EADDRINUSE" || error.code === "EACCES");
