/** A thread is its channel and its root, as stories never read it. */
export const placeOf = (channel: string, thread?: string): string =>
  thread === undefined ? channel : `${channel}/${thread}`;

export function spotOf(place: string): { readonly channel: string; readonly thread: string | undefined } {
  const [channel = "", thread] = place.split("/");
  return { channel, thread };
}
