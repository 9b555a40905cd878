import { channelJson, threadMemberJson } from "../payloads/payloads.ts";
import { isThread } from "../threads/thread-state.ts";
import { deleteThread } from "../threads/threads.ts";
import { maySee } from "./permissions.ts";
import type { ChannelRecord, OverwriteRecord } from "./records.ts";
import type { World } from "./world.ts";

/** Adds a channel to the guild and tells the bot, if it may see it. */
export function addChannel(world: World, channel: ChannelRecord): void {
  world.channels.set(channel.id, channel);
  world.dispatch({ name: "CHANNEL_CREATE", data: channelJson(world, channel), channelId: channel.id });
  world.tell({ type: "channel-created", channelId: channel.id });
}

/** A channel takes its threads, messages and webhooks with it. */
export function deleteChannel(world: World, channel: ChannelRecord): void {
  for (const thread of world.threadsOf(channel.id)) if (isThread(thread)) deleteThread(world, thread);
  for (const webhook of [...world.webhooks.values()]) {
    if (webhook.channelId === channel.id) world.webhooks.delete(webhook.id);
  }
  world.dispatch({ name: "CHANNEL_DELETE", data: channelJson(world, channel), channelId: channel.id });
  for (const message of world.messagesIn(channel.id)) world.removeMessage(message);
  world.channels.delete(channel.id);
  world.tell({ type: "channel-deleted", channelId: channel.id });
}

/** One role's or member's exception in a channel; one that allows and denies nothing is taken away. */
export function setOverwrite(world: World, channel: ChannelRecord, overwrite: OverwriteRecord): void {
  const others = channel.overwrites.filter(({ id }) => id !== overwrite.id);
  const isEmpty = overwrite.allow === "0" && overwrite.deny === "0";
  setOverwrites(world, channel, isEmpty ? others : [...others, overwrite]);
}

/** All exceptions of a channel at once, as its settings save them. */
export function setOverwrites(world: World, channel: ChannelRecord, overwrites: OverwriteRecord[]): void {
  const couldSee = maySee(world, world.botUserId, channel);
  channel.overwrites = overwrites;
  world.dispatch({ name: "CHANNEL_UPDATE", data: channelJson(world, channel), channelId: channel.id });
  if (!couldSee) announceThreads(world, channel);
  world.tell({ type: "channel-updated", channelId: channel.id });
}

/** Changes what roles may do or who has them. Channels that the bot sees by it, or no longer sees, come anew. */
export function changeSight(world: World, change: () => void): void {
  const channels = [...world.channels.values()].filter(({ guildId, thread }) => guildId && !thread);
  const sees = (channel: ChannelRecord) => maySee(world, world.botUserId, channel);
  const before = new Set(channels.filter(sees));
  change();
  for (const channel of channels) {
    if (before.has(channel) === sees(channel)) continue;
    world.dispatch({ name: "CHANNEL_UPDATE", data: channelJson(world, channel), channelId: channel.id });
    if (sees(channel)) announceThreads(world, channel);
  }
}

/** To who has just come to see a channel: its active threads. Who loses sight of one is told nothing [docs]. */
function announceThreads(world: World, channel: ChannelRecord): void {
  const threads = world
    .threadsOf(channel.id)
    .filter(isThread)
    .filter(({ thread }) => !thread.archived);
  const visible = threads.filter((thread) => maySee(world, world.botUserId, thread));
  world.dispatch({
    name: "THREAD_LIST_SYNC",
    channelId: channel.id,
    data: {
      guild_id: channel.guildId,
      channel_ids: [channel.id],
      threads: visible.map((thread) => channelJson(world, thread)),
      members: visible.flatMap((thread) =>
        thread.thread.members
          .filter(({ userId }) => userId === world.botUserId)
          .map((member) => threadMemberJson(thread, member)),
      ),
    },
  });
}
