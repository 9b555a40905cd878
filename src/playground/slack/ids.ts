/*
 * A place of Slack's is a channel, or the thread below a message of it; a message is known by its channel and the time
 * of it. On the page a thread has the id of the message that it hangs on.
 */

export interface Spot {
  readonly channelId: string;
  /** The root of a thread; absent: the channel itself. */
  readonly threadTs: string | undefined;
}

export function spotOf(placeId: string): Spot {
  const [channelId = "", ...ts] = placeId.split(".");
  return { channelId, threadTs: ts.length > 0 ? ts.join(".") : undefined };
}

/** Of a message, and of the thread below it. */
export const idOf = (channelId: string, ts: string): string => `${channelId}.${ts}`;

export const placeIdOf = (channelId: string, threadTs: string | undefined): string =>
  threadTs === undefined ? channelId : idOf(channelId, threadTs);

/** Where a message is, as the sandbox's Slack takes it. */
export function messageAt(messageId: string): { readonly channelId: string; readonly ts: string } {
  const { channelId, threadTs = "" } = spotOf(messageId);
  return { channelId, ts: threadTs };
}
