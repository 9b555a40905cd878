import type { ChannelRecord, StatusRecord } from "../world/records.ts";
import { threadKey, type World } from "../world/world.ts";

/** "Gone after two minutes without a message" [Slack's documentation]. */
const STATUS_LIVES_MS = 2 * 60_000;

/** The line under a thread, while it lasts. */
export function statusOf(world: World, channelId: string, threadTs: string): StatusRecord | undefined {
  const status = world.statuses.get(threadKey(channelId, threadTs));
  return status && world.clock.now() - status.setAt < STATUS_LIVES_MS ? status : undefined;
}

/** An empty status takes the line away. */
export function setStatus(world: World, channel: ChannelRecord, status: StatusRecord): void {
  const key = threadKey(status.channelId, status.threadTs);
  if (status.status === "") world.statuses.delete(key);
  else world.statuses.set(key, status);
  // Taken away when its time comes, so that a page sees it go.
  if (status.status !== "") {
    world.later(STATUS_LIVES_MS, () => {
      if (world.statuses.get(key) === status) clearStatus(world, channel, status.threadTs);
    });
  }
  tellStatus(world, channel, status.threadTs);
}

/** A post of the app in the thread ends it. */
export function clearStatus(world: World, channel: ChannelRecord, threadTs: string): void {
  if (world.statuses.delete(threadKey(channel.id, threadTs))) tellStatus(world, channel, threadTs);
}

function tellStatus(world: World, channel: ChannelRecord, threadTs: string): void {
  world.tell({ type: "status", teamId: channel.teamId, channelId: channel.id, threadTs });
}
