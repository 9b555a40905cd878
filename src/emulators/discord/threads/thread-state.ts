import { ChannelType } from "discord-api-types/v10";
import { channelJson, memberJson, threadMemberJson } from "../payloads/payloads.ts";
import { refuse } from "../rest/api-error.ts";
import { may, maySee } from "../world/permissions.ts";
import type { ChannelRecord, ThreadChannel } from "../world/records.ts";
import type { World } from "../world/world.ts";

export const AUTO_ARCHIVE_MINUTES = [60, 1440, 4320, 10_080] as const;

export function isThread(channel: ChannelRecord): channel is ThreadChannel {
  return channel.thread !== undefined;
}

export function threadOf(world: World, id: string): ThreadChannel {
  const channel = world.channel(id);
  if (!isThread(channel)) throw refuse.wrongChannelType();
  return channel;
}

/** Archived threads take no edits and no reactions, only deletions: 50083. */
export function demandOpen(channel: ChannelRecord): void {
  if (channel.thread?.archived) throw refuse.archivedThread();
}

/** A message opens an archived thread again, unless it is locked: then nobody's message goes in. */
export function wakeForMessage(world: World, channel: ChannelRecord): void {
  if (!isThread(channel)) return;
  channel.thread.activeAt = world.clock.now();
  if (!channel.thread.archived) return;
  if (channel.thread.locked) throw refuse.lockedThread();
  setArchived(world, channel, false);
  announceThread(world, channel);
}

export function setArchived(world: World, channel: ThreadChannel, archived: boolean): void {
  const { thread } = channel;
  if (thread.archived === archived) return;
  thread.archived = archived;
  thread.archiveChangedAt = world.clock.now();
  thread.activeAt = world.clock.now();
}

export function announceThread(world: World, channel: ThreadChannel): void {
  world.dispatch({ name: "THREAD_UPDATE", data: channelJson(world, channel), channelId: channel.id });
  world.tell({ type: "thread-updated", channelId: channel.id, parentId: channel.parentId ?? "" });
}

/** Who writes in a thread joins it. For the bot itself the thread's member is part of its own view. */
export function joinThread(world: World, channel: ThreadChannel, userId: string): void {
  const { thread } = channel;
  if (thread.members.some((member) => member.userId === userId)) return;
  const joined = { userId, joinedAt: world.clock.now() };
  thread.members.push(joined);
  announceMembers(world, channel, { added: joined });
  if (userId === world.botUserId) {
    if (channel.type === ChannelType.PrivateThread)
      world.dispatch({ name: "THREAD_CREATE", data: channelJson(world, channel), channelId: channel.id });
    world.dispatch({
      name: "THREAD_MEMBER_UPDATE",
      data: { ...threadMemberJson(channel, joined), guild_id: channel.guildId },
      channelId: channel.id,
    });
  }
}

/** Lets somebody in; who may not is refused. Only moderators may where the thread is not open to invitations. */
export function mayLetIn(world: World, channel: ThreadChannel, byUserId: string): boolean {
  const isOpen = channel.thread.invitable || may(world, byUserId, channel, "ManageThreads");
  return isOpen && maySee(world, byUserId, channel) && may(world, byUserId, channel, "SendMessagesInThreads");
}

export function leaveThread(world: World, channel: ThreadChannel, userId: string): void {
  const { thread } = channel;
  thread.members = thread.members.filter((member) => member.userId !== userId);
  announceMembers(world, channel, { removedId: userId });
}

function announceMembers(
  world: World,
  channel: ThreadChannel,
  change: { readonly added?: { userId: string; joinedAt: number }; readonly removedId?: string },
): void {
  const { added, removedId } = change;
  const member = added && world.members.get(added.userId);
  world.dispatch({
    name: "THREAD_MEMBERS_UPDATE",
    channelId: channel.id,
    data: {
      id: channel.id,
      guild_id: channel.guildId,
      member_count: channel.thread.members.length,
      ...(added && {
        added_members: [
          {
            ...threadMemberJson(channel, added),
            presence: null,
            ...(member && { member: memberJson(member, world.user(added.userId)) }),
          },
        ],
      }),
      ...(removedId && { removed_member_ids: [removedId] }),
    },
  });
  world.tell({ type: "thread-updated", channelId: channel.id, parentId: channel.parentId ?? "" });
}
